package io.ballast.netty.linux.uring;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import jnr.ffi.Pointer;

/**
 * A ring of io_uring(7): entries that ask for a call, and events that say how it ended. The kernel reads and writes
 * both only inside {@link #submit} and {@link #await}, on the thread that calls it, so that memory needs no barriers.
 * Confined to one thread.
 */
final class Ring implements AutoCloseable {
    private static final long SETUP = 425;
    private static final long ENTER = 426;
    private static final int ENTER_GETEVENTS = 1;

    private static final int PARAMS_BYTES = 120;
    private static final int ENTRY_BYTES = 64;
    private static final int EVENT_BYTES = 16;
    private static final long ENTRIES_OFFSET = 0x1000_0000;

    private static final int FEAT_SINGLE_MMAP = 1;
    private static final int FEAT_NODROP = 1 << 1;
    /** Linux 5.7, which has all calls that are asked for here. */
    private static final int FEAT_FAST_POLL = 1 << 5;

    private static final int FEATURES = FEAT_SINGLE_MMAP | FEAT_NODROP | FEAT_FAST_POLL;

    private final LibC libc = SystemCalls.libc();
    private final Descriptor descriptor;
    private final Mapping rings;
    private final Mapping entries;
    private final int entryMask;
    private final int entryTail;
    private final int eventMask;
    private final int eventHead;
    private final int eventTail;
    private final int events;

    private Ring(Descriptor descriptor, Pointer params) {
        this.descriptor = descriptor;
        int entryCount = params.getInt(0);
        int indexes = params.getInt(64);
        events = params.getInt(100);
        int bytes = Math.max(indexes + entryCount * Integer.BYTES, events + params.getInt(4) * EVENT_BYTES);
        rings = Mapping.of(descriptor, 0, bytes);
        entries = Mapping.of(descriptor, ENTRIES_OFFSET, entryCount * ENTRY_BYTES);
        entryTail = params.getInt(44);
        eventHead = params.getInt(80);
        eventTail = params.getInt(84);
        entryMask = rings.memory().getInt(params.getInt(48));
        eventMask = rings.memory().getInt(params.getInt(88));
        for (int i = 0; i < entryCount; i++) {
            rings.memory().putInt(indexes + (long) i * Integer.BYTES, i);
        }
    }

    /**
     * A new one.
     *
     * @param size a power of two: so many entries, and twice as many events
     * @throws SystemCallException where the kernel has none, or the process may not
     */
    static Ring open(int size) {
        try (NativeMemory params = NativeMemory.allocate(PARAMS_BYTES)) {
            long number = SystemCalls.libc().syscall(SETUP, size, params.address(), 0, 0, 0, 0);
            Descriptor descriptor =
                    Descriptor.owning((int) SystemCalls.check(number, () -> "io_uring_setup"), "io_uring");
            try {
                if ((params.pointer().getInt(20) & FEATURES) != FEATURES) {
                    throw new SystemCallException("io_uring as of Linux 5.7", Errno.ENOSYS.number());
                }
                return new Ring(descriptor, params.pointer());
            } catch (RuntimeException e) {
                descriptor.close();
                throw e;
            }
        }
    }

    /**
     * The place of the next entry, after {@code others} that were not added either; what nothing is written to stays
     * zero, and what was written before stays as it was.
     */
    long nextEntry(int others) {
        return (long) ((rings.memory().getInt(entryTail) + others) & entryMask) * ENTRY_BYTES;
    }

    Pointer entries() {
        return entries.memory();
    }

    /** Adds what {@link #nextEntry} was filled with. */
    void addEntry() {
        rings.memory().putInt(entryTail, rings.memory().getInt(entryTail) + 1);
    }

    /** Takes the newest entries back. */
    void dropEntries(int count) {
        rings.memory().putInt(entryTail, rings.memory().getInt(entryTail) - count);
    }

    /** Has the kernel take so many entries; the number taken, or an error number, negated. */
    int submit(int count) {
        return result(libc.syscall(ENTER, descriptor.number(), count, 0, 0));
    }

    /** Waits for so many events; 0, or an error number, negated. */
    int await(int count) {
        return result(libc.syscall(ENTER, descriptor.number(), 0, count, ENTER_GETEVENTS, 0, 0));
    }

    private static int result(long result) {
        return result < 0 ? -SystemCalls.errno() : (int) result;
    }

    int waitingEvents() {
        return rings.memory().getInt(eventTail) - rings.memory().getInt(eventHead);
    }

    /** Where in {@link #events} the oldest one is; it is gone with that. */
    long takeEvent() {
        int head = rings.memory().getInt(eventHead);
        rings.memory().putInt(eventHead, head + 1);
        return events + (long) (head & eventMask) * EVENT_BYTES;
    }

    Pointer events() {
        return rings.memory();
    }

    @Override
    public void close() {
        entries.close();
        rings.close();
        descriptor.close();
    }
}
