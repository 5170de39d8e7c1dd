package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// One mapping of the file, read member by member. Whatever the reader asked for is a known key; [#close] reports the
/// rest. A member that is wrong is noted and answered with its default, so that reading goes on to the next problem.
final class Section {
    private static final Node NOTHING = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);

    private final Document document;
    private final String path;
    private final Node node;
    private final Map<String, NodeTuple> members = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /// @param path dotted name of this mapping, empty at the top
    Section(Document document, String path, Node node) {
        this.document = document;
        this.path = path;
        this.node = node;
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::add);
        } else if (!Document.isNull(node)) {
            document.error(node, (path.isEmpty() ? "the file" : path) + " must be a mapping of 'name: value'");
        }
    }

    private void add(NodeTuple member) {
        if (!(member.getKeyNode() instanceof ScalarNode key)) {
            document.error(member.getKeyNode(), "a key must be a plain name");
            return;
        }
        NodeTuple first = members.putIfAbsent(key.getValue(), member);
        if (first != null) {
            document.error(
                    key,
                    "duplicate key '" + key.getValue() + "', first at " + document.position(first.getKeyNode())
                            + "; keep one of them");
        }
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Node node() {
        return node;
    }

    String position() {
        return document.position(node);
    }

    /// Every key with its value, for mappings whose keys are free names.
    Map<String, NodeTuple> named() {
        known.addAll(members.keySet());
        return members;
    }

    boolean has(String key) {
        known.add(key);
        return members.containsKey(key);
    }

    @Nullable
    Node value(String key) {
        known.add(key);
        NodeTuple member = members.get(key);
        return member == null ? null : member.getValueNode();
    }

    @Nullable
    Item item(String key) {
        Node value = value(key);
        return value == null ? null : document.item(path(key), value);
    }

    /// Text that is not empty; null when absent or wrong.
    @Nullable
    String text(String key) {
        Item item = item(key);
        if (item == null) {
            return null;
        }
        if (Tag.BOOL.equals(item.node().getTag())) {
            document.error(item.node(), path(key) + " must be text; put " + item.shown() + " in quotes if you mean it");
            return null;
        }
        if (item.value().isBlank()) {
            document.error(item.node(), path(key) + " is empty; give it a value or remove it");
            return null;
        }
        return item.value();
    }

    @Nullable
    Item item(String key, Predicate<String> accepts, String expectation) {
        if (text(key) == null) {
            return null;
        }
        Item item = item(key);
        if (item != null && !accepts.test(item.value())) {
            document.error(item.node(), path(key) + ": " + item.shown() + " is not " + expectation);
            return null;
        }
        return item;
    }

    @Nullable
    Secret secret(String key) {
        String value = text(key);
        return value == null ? null : new Secret(value);
    }

    int integer(String key, int fallback, int least, int most) {
        return (int) whole(key, fallback, least, most);
    }

    long whole(String key, long fallback, long least, long most) {
        Item item = item(key);
        if (item == null) {
            return fallback;
        }
        if (!item.value().matches("-?\\d{1,18}")) {
            document.error(item.node(), path(key) + ": " + item.shown() + " is not a whole number");
            return fallback;
        }
        long value = Long.parseLong(item.value());
        if (value < least || value > most) {
            document.error(
                    item.node(),
                    path(key) + " must be "
                            + (most == Long.MAX_VALUE ? "at least " + least : "within " + least + ".." + most));
            return fallback;
        }
        return value;
    }

    boolean bool(String key, boolean fallback) {
        String word = word(key, List.of("true", "false"));
        return word == null ? fallback : word.equals("true");
    }

    /// A number that is not negative, digit for digit; null when absent or wrong.
    ///
    /// @param places decimal places at most
    @Nullable
    BigDecimal decimal(String key, int places) {
        Item item = item(key);
        if (item == null) {
            return null;
        }
        if (!item.value().matches("\\d{1,6}(\\.\\d{1,18})?")) {
            document.error(item.node(), path(key) + ": " + item.shown() + " is not a number such as 0.25");
            return null;
        }
        BigDecimal value = new BigDecimal(item.value());
        if (value.stripTrailingZeros().scale() > places) {
            document.error(item.node(), path(key) + ": " + item.shown() + " has more than " + places + " decimals");
            return null;
        }
        return value;
    }

    Duration duration(String key, Duration fallback, Duration least) {
        Item item = item(key);
        if (item == null) {
            return fallback;
        }
        Duration value = Durations.parse(item.value());
        if (value == null) {
            document.error(
                    item.node(),
                    path(key) + ": " + item.shown() + " is not a duration; write a number and a unit: 250ms, 10s, "
                            + "15m, 1h");
            return fallback;
        }
        if (value.compareTo(least) < 0) {
            document.error(item.node(), path(key) + " must be at least " + Durations.write(least));
            return fallback;
        }
        if (value.compareTo(Durations.MOST) > 0) {
            document.error(item.node(), path(key) + " must be at most " + Durations.MOST.toDays() + "d");
            return fallback;
        }
        return value;
    }

    /// One of a few words.
    @Nullable
    String word(String key, List<String> words) {
        Item item = item(key);
        if (item == null) {
            return null;
        }
        if (!words.contains(item.value())) {
            document.error(
                    item.node(),
                    path(key) + ": " + item.shown() + " is not one of " + String.join(", ", words)
                            + Nearest.question(item.value(), words));
            return null;
        }
        return item.value();
    }

    /// A list of texts; null when absent. Empty texts are problems.
    @Nullable
    List<Item> items(String key) {
        Node value = value(key);
        if (value == null || Document.isNull(value)) {
            return null;
        }
        if (!(value instanceof SequenceNode sequence)) {
            document.error(value, path(key) + " must be a list: [a, b]");
            return null;
        }
        List<Item> items = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            Item item = document.item(path(key), element);
            if (item != null && item.value().isBlank()) {
                document.error(element, path(key) + " has an empty entry; remove it");
            } else if (item != null) {
                items.add(item);
            }
        }
        return items;
    }

    /// The values of a list; null when absent.
    @Nullable
    List<String> texts(String key) {
        List<Item> items = items(key);
        return items == null ? null : items.stream().map(Item::value).toList();
    }

    /// A list of mappings; empty when absent.
    List<Section> sections(String key) {
        Node value = value(key);
        if (value == null || Document.isNull(value)) {
            return List.of();
        }
        if (!(value instanceof SequenceNode sequence)) {
            document.error(value, path(key) + " must be a list of mappings: [ { … } ]");
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            sections.add(new Section(document, path(key) + "[" + sections.size() + "]", element));
        }
        return sections;
    }

    /// The mapping of that name; an empty one when absent, so that its defaults apply.
    Section section(String key) {
        Node value = value(key);
        return new Section(document, path(key), value == null ? NOTHING : value);
    }

    /// Says that a member is understood and not acted on by this version.
    void unserved(String key, String consequence) {
        NodeTuple member = members.get(key);
        known.add(key);
        if (member != null) {
            document.warn(member.getKeyNode(), "not served yet: " + path(key) + " (" + consequence + ")");
        }
    }

    /// Reports every key that nobody asked for.
    void close() {
        for (Map.Entry<String, NodeTuple> member : members.entrySet()) {
            if (!known.contains(member.getKey())) {
                String question = Nearest.question(member.getKey(), known);
                document.error(
                        member.getValue().getKeyNode(),
                        "unknown key '" + path(member.getKey()) + "'"
                                + (question.isEmpty() ? "; allowed here: " + String.join(", ", known) : question));
            }
        }
    }
}
