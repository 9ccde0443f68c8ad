package io.ballast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoFlagSyntaxTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --bind-address 192.0.2.1 --v 2    | --bind-address=192.0.2.1 --v=2
            --bind_address=192.0.2.1          | --bind-address=192.0.2.1
            --oom-score-adj -999              | --oom-score-adj=-999
            --vmodule a_b=1                   | --vmodule=a_b=1
            --cleanup                         | --cleanup=true
            --cleanup=false                   | --cleanup=false
            --cleanup --v 2                   | --cleanup=true --v=2
            --cleanup services                | --cleanup=true services
            -v 4                              | --v=4
            -v=4                              | --v=4
            -v4                               | --v=4
            --version                         | --version=true
            --version=raw                     | --version=raw
            --help                            | --help
            -h                                | -h
            -v 4 explain --x_y -v 3           | --v=4 explain --x_y -v 3
            services -o json                  | services -o json
            --no_such_flag x                  | --no-such-flag x
            --config                          | --config
            --master ''                       | --master=''
            -                                 | -
            """)
    void rewritesFlagsBeforeTheFirstWord(String typed, String rewritten) {
        assertThat(GoFlagSyntax.normalize(typed.split(" "))).containsExactly(rewritten.split(" "));
    }
}
