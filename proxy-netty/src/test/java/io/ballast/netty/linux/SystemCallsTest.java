package io.ballast.netty.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class SystemCallsTest {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;

    private final LibC libc = SystemCalls.libc();

    @Test
    void namesOperationAndErrorOfARefusedCall() {
        assertThatThrownBy(() -> SystemCalls.check(libc.close(-1), () -> "close descriptor -1"))
                .isInstanceOf(SystemCallException.class)
                .hasMessage("close descriptor -1: EBADF (Bad file descriptor)")
                .asInstanceOf(InstanceOfAssertFactories.type(SystemCallException.class))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    }

    @Test
    void namesTheMissingCapabilityOnlyWhenPrivilegesAreMissing() {
        assertThat(SystemCallException.needing(Capability.NET_ADMIN, "add route", 1))
                .hasMessage("add route: EPERM (Operation not permitted); needs CAP_NET_ADMIN");
        assertThat(SystemCallException.needing(Capability.NET_ADMIN, "add route", 17))
                .hasMessage("add route: EEXIST (File exists)");
    }

    @Test
    void keepsTheNumberOfAnErrorItDoesNotList() {
        SystemCallException exception = new SystemCallException("try", 133);

        assertThat(exception).hasMessage("try: errno 133");
        assertThat(exception.errno()).isEqualTo(Errno.OTHER);
        assertThat(exception.number()).isEqualTo(133);
    }

    @Test
    void keepsErrorNumbersOfThreadsApart() throws ExecutionException, InterruptedException {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            boolean even = thread % 2 == 0;
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20_000; i++) {
                    int result = even ? libc.close(-1) : libc.open("/nonexistent", 0, 0);
                    assertThat(result).isEqualTo(-1);
                    assertThat(Errno.of(SystemCalls.errno())).isEqualTo(even ? Errno.EBADF : Errno.ENOENT);
                }
            }));
        }

        for (CompletableFuture<Void> thread : threads) {
            thread.get();
        }
    }

    @Test
    void makesSystemCallsByNumber() {
        long getpid = Architecture.systemCall(39, 172);

        assertThat(libc.syscall(getpid, 0, 0, 0, 0, 0, 0))
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void readsBackASocketOption() {
        try (Descriptor socket = Descriptor.owning(libc.socket(AF_INET, SOCK_DGRAM, 0), "socket")) {
            byte[] value = new byte[Integer.BYTES];
            int[] length = {value.length};

            SystemCalls.check(
                    libc.setsockopt(socket.number(), SOL_SOCKET, SO_RCVBUF, new byte[] {0, 0x40, 0, 0}, 4),
                    () -> "set SO_RCVBUF");
            SystemCalls.check(
                    libc.getsockopt(socket.number(), SOL_SOCKET, SO_RCVBUF, value, length), () -> "get SO_RCVBUF");

            // The kernel doubles what is asked for (socket(7)).
            assertThat(value).containsExactly(0, 0x80, 0, 0);
            assertThat(length).containsExactly(4);
        }
    }

    @Test
    void closesADescriptorOnce() {
        Descriptor first = Descriptor.owning(libc.eventfd(0, 0), "first");
        int number = first.number();
        first.close();
        try (Descriptor second = Descriptor.owning(libc.eventfd(0, 0), "second")) {
            assertThat(second.number()).isEqualTo(number);

            first.close();

            assertThat(libc.fcntl(second.number(), 1, 0)).isNotNegative();
            assertThatThrownBy(first::number)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("first is closed");
        }
    }
}
