package io.ballast.netty.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    private final List<String> closed = new ArrayList<>();
    private final Resources resources = new Resources();

    private void keep(String name) {
        resources.keep(() -> closed.add(name));
    }

    private void keepFailing(String name, Throwable failure) {
        resources.keep(() -> {
            closed.add(name);
            if (failure instanceof Error error) {
                throw error;
            }
            throw (Exception) failure;
        });
    }

    @Test
    void closesInReverseOrderAndOnlyOnce() throws Exception {
        keep("first");
        keep("second");

        resources.close();
        resources.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void closesAllWhateverFailsAndTellsOfEveryFailure() {
        IOException first = new IOException("first");
        AssertionError third = new AssertionError("third");
        keepFailing("first", first);
        keep("second");
        keepFailing("third", third);
        keep("fourth");

        assertThatCode(resources::close).isSameAs(third).hasSuppressedException(first);

        assertThat(closed).containsExactly("fourth", "third", "second", "first");
    }

    @Test
    void deletesADirectoryWithAllThatIsInIt() throws Exception {
        Path directory = resources.directory();
        Files.writeString(Files.createDirectory(directory.resolve("inner")).resolve("file"), "text");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/"));

        resources.close();

        assertThat(directory).doesNotExist();
        assertThat(Path.of("/")).isNotEmptyDirectory();
    }
}
