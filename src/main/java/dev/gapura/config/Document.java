package dev.gapura.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Pattern PLACE = Pattern.compile(":(\\d{1,9}):(\\d{1,9})$");

    /// Members whose values are secrets, by their last name.
    private static final Set<String> SECRETS = Set.of(
            "key", "api_key", "master_key", "client_secret", "access_key_id", "secret_access_key", "session_token");

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

    /// Problems that others found, whose positions may lie within this file.
    void add(List<Problem> found) {
        found.forEach(problem -> problems.add(placed(problem)));
    }

    private Placed placed(Problem problem) {
        Matcher place = PLACE.matcher(problem.position());
        boolean here = problem.position().startsWith(label + ":") && place.find();
        return here
                ? new Placed(
                        Integer.parseInt(place.group(1)) - 1,
                        Integer.parseInt(place.group(2)) - 1,
                        problem.position(),
                        problem.message())
                : new Placed(Integer.MAX_VALUE, 0, problem.position(), problem.message());
    }

    int problemCount() {
        return problems.size();
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

    private static boolean isSecret(String path) {
        return SECRETS.contains(path.substring(path.lastIndexOf('.') + 1)) || path.contains(".headers.");
    }

    /// What variables put into a scalar.
    List<String> inserted(Node node) {
        return node instanceof ScalarNode scalar ? Interpolation.inserted(scalar.getValue(), environment) : List.of();
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
        String value = Interpolation.resolve(
                scalar.getValue(), environment, isSecret(path), fault -> error(node, path + ": " + fault));
        return value == null ? null : new Item(node, value);
    }
}
