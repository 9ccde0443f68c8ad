package io.ballast.core.scheduling.builtin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The schedulers of IPVS written down as plainly as possible, with their loops: what the fast ones are compared with.
 * The kernel's list of destinations is the list given to each call.
 */
interface IpvsOracle {
    @Nullable
    Candidate pick(List<? extends Candidate> list, PickRequest request);

    /** The list changed; the default is for those without a memory. */
    default void changed(List<? extends Candidate> before, List<? extends Candidate> after) {}

    static IpvsOracle of(String name, int start) {
        return switch (name) {
            case "rr" -> new RoundRobin(start);
            case "wrr" -> new WeightedRoundRobin(start);
            case "lc" -> leastBy((a, b) -> a.active() < b.active());
            case "wlc" -> leastBy((a, b) -> (long) a.active() * b.weight() < (long) b.active() * a.weight());
            case "sed" -> leastBy(IpvsOracle::sooner);
            case "nq" -> neverQueue();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static boolean sooner(Candidate a, Candidate b) {
        return (a.active() + 1L) * b.weight() < (b.active() + 1L) * a.weight();
    }

    /** Strict improvement, so the first of equals stays. */
    private static IpvsOracle leastBy(Better better) {
        return (list, request) -> {
            Candidate least = null;
            for (Candidate each : list) {
                if (request.accepts(each) && (least == null || better.than(each, least))) {
                    least = each;
                }
            }
            return least;
        };
    }

    private static IpvsOracle neverQueue() {
        return (list, request) -> {
            for (Candidate each : list) {
                if (request.accepts(each) && each.active() == 0) {
                    return each;
                }
            }
            return leastBy(IpvsOracle::sooner).pick(list, request);
        };
    }

    /** Whether the first is strictly better. */
    interface Better {
        boolean than(Candidate a, Candidate b);
    }

    /** {@code sched_data} points at the last used destination, or at the list's head. */
    final class RoundRobin implements IpvsOracle {
        private final Pointer pointer;

        RoundRobin(int start) {
            pointer = new Pointer(start);
        }

        @Override
        public @Nullable Candidate pick(List<? extends Candidate> list, PickRequest request) {
            int from = pointer.index(list);
            for (int step = 1; step <= list.size(); step++) {
                Candidate each = list.get((from + step) % list.size());
                if (request.accepts(each)) {
                    pointer.used = each.address();
                    pointer.position = each.index();
                    return each;
                }
            }
            return null;
        }

        @Override
        public void changed(List<? extends Candidate> before, List<? extends Candidate> after) {
            pointer.changed(before, after);
        }
    }

    /** {@code struct ip_vs_wrr_mark}. */
    final class WeightedRoundRobin implements IpvsOracle {
        private final Pointer pointer;
        private int currentWeight;

        WeightedRoundRobin(int start) {
            pointer = new Pointer(start);
        }

        private static int divisor(List<? extends Candidate> list) {
            int divisor = 0;
            for (Candidate each : list) {
                int a = each.weight();
                while (a != 0) {
                    int rest = divisor % a;
                    divisor = a;
                    a = rest;
                }
            }
            return Math.max(1, divisor);
        }

        private static int highest(List<? extends Candidate> list) {
            int max = 0;
            for (Candidate each : list) {
                max = Math.max(max, each.weight());
            }
            return max - (divisor(list) - 1);
        }

        @Override
        public @Nullable Candidate pick(List<? extends Candidate> list, PickRequest request) {
            boolean any = false;
            for (Candidate each : list) {
                any |= request.accepts(each);
            }
            if (!any) {
                return null;
            }
            currentWeight = currentWeight == 0 ? highest(list) : currentWeight;
            int index = pointer.index(list);
            while (true) {
                for (index++; index < list.size(); index++) {
                    Candidate each = list.get(index);
                    if (request.accepts(each) && each.weight() >= currentWeight) {
                        pointer.used = each.address();
                        pointer.position = index;
                        return each;
                    }
                }
                index = -1;
                currentWeight -= divisor(list);
                currentWeight = currentWeight <= 0 ? highest(list) : currentWeight;
            }
        }

        @Override
        public void changed(List<? extends Candidate> before, List<? extends Candidate> after) {
            pointer.changed(before, after);
            int divisor = divisor(after);
            if (currentWeight == 0 || currentWeight > highest(after)) {
                currentWeight = Math.max(0, highest(after));
            } else if (divisor > 1) {
                currentWeight = currentWeight / divisor * divisor + 1;
            }
        }
    }

    /** The last used destination; where it left, the one before it. */
    final class Pointer {
        private final int start;
        private @Nullable AddressPort used;
        private int position = -1;
        private boolean lost;

        Pointer(int start) {
            this.start = start;
        }

        /** -1 is the head of the list. */
        int index(List<? extends Candidate> list) {
            if (used == null && !lost) {
                return list.isEmpty() ? -1 : start % list.size() - 1;
            }
            return position;
        }

        void changed(List<? extends Candidate> before, List<? extends Candidate> after) {
            if ((used == null && !lost) || after.isEmpty()) {
                return;
            }
            boolean nobodyStayed = true;
            int found = -1;
            for (Candidate old : before) {
                for (Candidate each : after) {
                    if (each.address().equals(old.address())) {
                        nobodyStayed = false;
                        found = old.index() <= position ? each.index() : found;
                    }
                }
            }
            position = nobodyStayed ? position % after.size() : found;
            lost = true;
        }
    }
}
