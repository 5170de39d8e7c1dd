package dev.gapura.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// One reading of one file: gathers every problem and warning with its position, so that all of them are told at
/// once.
/// Used by one thread, thrown away afterwards.
final class Document {
    /// A scalar after its references were replaced.
    ///
    /// @param node where it stands
    /// @param value the text to use
    record Item(Node node, String value) {
        /// The text as the file has it: safe to show, because what a variable holds is not in it.
        String shown() {
            return "'" + ((ScalarNode) node).getValue() + "'";
        }
    }

    private final String label;
    private final Map<String, String> environment;
    /// A message with its place, so that messages can be told in the order of the file.
    private record Placed(int line, int column, String position, String message) {}

    private static final Comparator<Placed> FILE_ORDER =
            Comparator.comparingInt(Placed::line).thenComparingInt(Placed::column);

    private final List<Placed> problems = new ArrayList<>();
    private final List<Placed> warnings = new ArrayList<>();

    Document(String label, Map<String, String> environment) {
        this.label = label;
        this.environment = environment;
    }

    String label() {
        return label;
    }

    void error(Node node, String message) {
        problems.add(placed(node, message));
    }

    void warn(Node node, String message) {
        warnings.add(placed(node, message));
    }

    List<Problem> problems() {
        return problems.stream()
                .sorted(FILE_ORDER)
                .map(placed -> new Problem(placed.position, placed.message))
                .toList();
    }

    List<Warning> warnings() {
        return warnings.stream()
                .sorted(FILE_ORDER)
                .map(placed -> new Warning(placed.position, placed.message))
                .toList();
    }

    private Placed placed(Node node, String message) {
        int line = node.getStartMark().map(Mark::getLine).orElse(0);
        int column = node.getStartMark().map(Mark::getColumn).orElse(0);
        return new Placed(line, column, position(node), message);
    }

    String position(Node node) {
        return node.getStartMark().map(this::position).orElse(label);
    }

    String position(Mark mark) {
        return label + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }

    static boolean isNull(Node node) {
        return node instanceof ScalarNode && Tag.NULL.equals(node.getTag());
    }

    /// The text of a scalar, or null after a problem was noted.
    @Nullable
    Item item(String path, Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            error(node, path + " must be one value, not a list or a mapping");
            return null;
        }
        if (isNull(node)) {
            error(node, path + " has no value; write one or remove the line");
            return null;
        }
        String value = Interpolation.resolve(scalar.getValue(), environment, fault -> error(node, path + ": " + fault));
        return value == null ? null : new Item(node, value);
    }
}
