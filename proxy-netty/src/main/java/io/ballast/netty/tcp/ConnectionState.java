package io.ballast.netty.tcp;

import io.ballast.core.model.CloseReason;

/**
 * Where a connection is in its life. Only legal transitions have a method. <em>Immutable.</em>
 *
 * <pre>
 *              refused, timed out: next endpoint
 *                  ┌────┐
 *                  ▼    │
 *   accepted ──▶ Connecting ──connected──▶ Relaying ──FIN──▶ HalfClosed ──FIN──▶ Flushing ──all sent──┐
 *                  │                         │ │                │ │                 │                 │
 *                  │ client gone,            │ └──── idle, age ─┴─┼──▶ Ending ──────┼── both FIN, ────┤
 *                  │ nothing reachable       │                    │                 │   linger over   │
 *                  ▼                         ▼ RST, error,        ▼                 ▼                 ▼
 *                Closed ◀─────────────────── endpoint removed, shutdown ─────────────────────────── Closed
 * </pre>
 */
sealed interface ConnectionState {
    /** Word for the admin API. */
    String label();

    /** The end, from any state. */
    default Closed toClosed(CloseReason reason) {
        return new Closed(reason);
    }

    /** An endpoint has been asked, {@code attempt} counts from one. */
    record Connecting(int attempt, long sinceNanos) implements ConnectionState {
        @Override
        public String label() {
            return "connecting";
        }

        Connecting retry(long nowNanos) {
            return new Connecting(attempt + 1, nowNanos);
        }

        Relaying toRelaying() {
            return Relaying.INSTANCE;
        }
    }

    /** Both directions are open. */
    record Relaying() implements ConnectionState {
        private static final Relaying INSTANCE = new Relaying();

        @Override
        public String label() {
            return "relaying";
        }

        HalfClosed toHalfClosed(Side ended) {
            return ended == Side.DOWNSTREAM ? HalfClosed.BY_CLIENT : HalfClosed.BY_ENDPOINT;
        }

        Ending toEnding(CloseReason reason) {
            return new Ending(reason);
        }
    }

    /** One side sent FIN; the other direction goes on. */
    record HalfClosed(Side ended) implements ConnectionState {
        private static final HalfClosed BY_CLIENT = new HalfClosed(Side.DOWNSTREAM);
        private static final HalfClosed BY_ENDPOINT = new HalfClosed(Side.UPSTREAM);

        @Override
        public String label() {
            return "half_closed";
        }

        Flushing toFlushing() {
            return Flushing.INSTANCE;
        }

        Ending toEnding(CloseReason reason) {
            return new Ending(reason);
        }
    }

    /** Both sides sent FIN; the last bytes are on their way. */
    record Flushing() implements ConnectionState {
        private static final Flushing INSTANCE = new Flushing();

        @Override
        public String label() {
            return "flushing";
        }
    }

    /** We sent FIN to both sides, and wait a little for theirs. */
    record Ending(CloseReason reason) implements ConnectionState {
        @Override
        public String label() {
            return "ending";
        }
    }

    /** Gone. */
    record Closed(CloseReason reason) implements ConnectionState {
        @Override
        public String label() {
            return "closed";
        }
    }
}
