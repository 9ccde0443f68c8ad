package io.ballast.netty.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What tests saw, as a table in a file {@code target/NAME.txt} of their module. Thread-safe. */
public final class Report {
    private final Path file;
    private final List<String> columns;
    private final List<List<String>> rows = Collections.synchronizedList(new ArrayList<>());

    public Report(String name, String... columns) {
        this.file = Path.of("target", name + ".txt");
        this.columns = List.of(columns);
    }

    /** A cell for each column. */
    public void add(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(List.of(cells) + " under " + columns);
        }
        rows.add(List.of(cells));
    }

    /** In the order of the rows' text: tests run in any order. Replaces what an earlier run wrote. */
    public void write() throws IOException {
        List<List<String>> all = new ArrayList<>();
        synchronized (rows) {
            rows.stream().sorted((a, b) -> a.toString().compareTo(b.toString())).forEach(all::add);
        }
        all.add(0, columns);
        int[] widths = IntStream.range(0, columns.size())
                .map(column -> all.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        Files.write(file, all.stream().map(row -> line(row, widths)).toList());
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> column == row.size() - 1
                        ? row.get(column)
                        : row.get(column)
                                + " ".repeat(widths[column] - row.get(column).length()))
                .collect(Collectors.joining(" | "));
    }
}
