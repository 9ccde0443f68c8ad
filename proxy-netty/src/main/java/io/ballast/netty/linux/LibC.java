package io.ballast.netty.linux;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that Ballast calls, bound once by {@link SystemCalls#libc()}. Thread-safe.
 *
 * <p>Calls are raw: the result is the C result and errno is read with {@link SystemCalls#errno()} by the same thread
 * before its next native call; {@link SystemCalls#check(int, java.util.function.Supplier)} does both. Functions that C
 * declares variadic ({@code syscall}, {@code open}, {@code fcntl}) have a fixed arity here, which the
 * calling conventions of x86-64 and arm64 Linux allow for integers and pointers. Public only because the generated
 * binding lives in a class loader of its own.
 */
public interface LibC {
    long syscall(long number, long a, long b, long c, long d, long e, long f);

    /** For calls that are made often: jnr-ffi makes garbage for more arguments than that. */
    long syscall(long number, long a, long b, long c, long d);

    int socket(int domain, int type, int protocol);

    int bind(int fd, @In byte[] address, int length);

    int bind(int fd, long address, int length);

    int connect(int fd, @In byte[] address, int length);

    int connect(int fd, long address, int length);

    int listen(int fd, int backlog);

    int accept4(int fd, @Nullable Pointer address, @Nullable Pointer length, int flags);

    int shutdown(int fd, int how);

    long sendmsg(int fd, Pointer message, int flags);

    long recvmsg(int fd, Pointer message, int flags);

    int getsockname(int fd, @Out byte[] address, @In @Out int[] length);

    int getsockname(int fd, long address, long length);

    int setsockopt(int fd, int level, int option, @In byte[] value, int length);

    int setsockopt(int fd, int level, int option, long value, int length);

    int getsockopt(int fd, int level, int option, @Out byte[] value, @In @Out int[] length);

    int getsockopt(int fd, int level, int option, long value, long length);

    long sendto(int fd, Pointer buffer, long length, int flags, @In byte @Nullable [] address, int addressLength);

    long recv(int fd, Pointer buffer, long length, int flags);

    long recv(int fd, long buffer, long length, int flags);

    long send(int fd, long buffer, long length, int flags);

    int recvmmsg(int fd, long messages, int count, int flags, long timeout);

    int sendmmsg(int fd, long messages, int count, int flags);

    long read(int fd, Pointer buffer, long length);

    long write(int fd, Pointer buffer, long length);

    int open(String path, int flags, int mode);

    int close(int fd);

    int fcntl(int fd, int command, long argument);

    int poll(Pointer descriptors, long count, int timeoutMillis);

    int eventfd(int initial, int flags);

    int memfd_create(String name, int flags);

    int geteuid();

    int unshare(int flags);

    int setns(int fd, int namespaceType);

    int capget(Pointer header, Pointer data);

    int capset(Pointer header, Pointer data);

    int mount(@Nullable String source, String target, @Nullable String type, long flags, @Nullable String options);

    int umount2(String target, int flags);

    long calloc(long count, long size);

    void free(long address);

    int madvise(long address, long length, int advice);

    int munmap(long address, long length);
}
