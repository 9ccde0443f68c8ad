package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.ConnectFailure;
import io.ballast.netty.transport.IoTransport;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectFailuresTest {
    @BeforeAll
    static void loadNativeTexts() {
        assertThat(IoTransport.EPOLL.isAvailable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "-111, REFUSED",
        "-110, TIMEOUT",
        "-113, UNREACHABLE",
        "-101, UNREACHABLE",
        "-99, NO_PORT",
        "-98, NO_PORT",
        "-24, NO_RESOURCES",
        "-23, NO_RESOURCES",
        "-13, OTHER"
    })
    void nativeErrorsAreToldByTheirNumber(int error, ConnectFailure expected) {
        assertThat(ConnectFailures.of(new NativeIoException("connect", error))).isEqualTo(expected);
        assertThat(ConnectFailures.of(new ConnectException("connect(..) failed with error(" + error + "): text")))
                .isEqualTo(expected);
    }

    @Test
    void errorsOfTheJdkAreToldByTheirText() {
        assertThat(ConnectFailures.of(new ConnectException("Connection refused")))
                .isEqualTo(ConnectFailure.REFUSED);
        assertThat(ConnectFailures.of(new BindException("Cannot assign requested address")))
                .isEqualTo(ConnectFailure.NO_PORT);
        assertThat(ConnectFailures.of(new SocketException("Too many open files")))
                .isEqualTo(ConnectFailure.NO_RESOURCES);
        assertThat(ConnectFailures.of(new SocketException("Network is unreachable")))
                .isEqualTo(ConnectFailure.UNREACHABLE);
    }

    @Test
    void errorsAreToldByTheirClass() {
        assertThat(ConnectFailures.of(new ConnectTimeoutException())).isEqualTo(ConnectFailure.TIMEOUT);
        assertThat(ConnectFailures.of(new NoRouteToHostException())).isEqualTo(ConnectFailure.UNREACHABLE);
        assertThat(ConnectFailures.of(new IOException(new NoRouteToHostException())))
                .isEqualTo(ConnectFailure.UNREACHABLE);
        assertThat(ConnectFailures.of(new IOException("something else"))).isEqualTo(ConnectFailure.OTHER);
    }
}
