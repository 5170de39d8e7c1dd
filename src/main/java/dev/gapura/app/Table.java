package dev.gapura.app;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in columns that line up, no wider than a terminal: texts that do not fit lose their end, the longest
/// column first. Pure.
final class Table {
    /// Of a line.
    static final int WIDTH = 100;

    private static final String GAP = "  ";
    private static final int NARROWEST = 6;

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Boolean> right;

    /// @param columns names; one that begins with `>` is of numbers, which stand to the right
    Table(String... columns) {
        right = java.util.Arrays.stream(columns)
                .map(name -> name.startsWith(">"))
                .toList();
        rows.add(java.util.Arrays.stream(columns)
                .map(name -> name.startsWith(">") ? name.substring(1) : name)
                .toList());
    }

    /// Adds a row, of as many cells as there are columns.
    void add(String... cells) {
        rows.add(List.of(cells));
    }

    /// The lines.
    ///
    /// @param none what is said where there is no row
    String text(String none) {
        if (rows.size() == 1) {
            return none + System.lineSeparator();
        }
        int[] widths = widths();
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = cut(row.get(column), widths[column]);
                String pad = " ".repeat(widths[column] - cell.length());
                line.append(column == 0 ? "" : GAP).append(right.get(column) ? pad + cell : cell + pad);
            }
            out.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return out.toString();
    }

    private int[] widths() {
        int[] widths = new int[right.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        int surplus = java.util.Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - WIDTH;
        for (; surplus > 0; surplus--) {
            int widest = -1;
            for (int column = 0; column < widths.length; column++) {
                if (!right.get(column)
                        && widths[column] > NARROWEST
                        && (widest < 0 || widths[column] > widths[widest])) {
                    widest = column;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }
}
