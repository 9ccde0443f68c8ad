package io.ballast.netty.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The inputs of one event loop that owe an acknowledgement and have got some time, in which bytes or FIN may go the same
 * way and take it along. Those that still owe it then acknowledge by themselves. Confined to the event loop.
 */
final class LateAcknowledgements {
    private final Consumer<Runnable> pause;
    private List<EpollInput> recent = new ArrayList<>();
    private List<EpollInput> due = new ArrayList<>();
    private boolean pausing;

    /** @param pause runs something on the loop, later: after this long at least, and twice as long at most */
    LateAcknowledgements(Consumer<Runnable> pause) {
        this.pause = pause;
    }

    void add(EpollInput input) {
        recent.add(input);
        if (!pausing) {
            pausing = true;
            pause.accept(this::afterPause);
        }
    }

    private void afterPause() {
        due.forEach(EpollInput::acknowledge);
        due.clear();
        List<EpollInput> later = recent;
        recent = due;
        due = later;
        pausing = !due.isEmpty();
        if (pausing) {
            pause.accept(this::afterPause);
        }
    }
}
