package io.ballast.core.testing;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.spi.WarningListener;
import java.util.ArrayList;
import java.util.List;

/** Keeps warnings as lines: {@code default/web InvalidAddress: text}. */
public final class RecordingWarnings implements WarningListener {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void warn(NamespacedName service, String reason, String message) {
        lines.add(service + " " + reason + ": " + message);
    }

    /** What was said since the last call. */
    public List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }
}
