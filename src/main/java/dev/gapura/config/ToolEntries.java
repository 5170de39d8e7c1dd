package dev.gapura.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads entries of `tools` that come over the network and not out of the file: the same members with the same limits,
/// but nothing that reaches into this machine: no process, no file, no class, no variable of the environment.
/// Stateless.
public final class ToolEntries {
    /// What only whoever writes the configuration file may say.
    private static final Set<String> ONLY_IN_THE_FILE = Set.of("command", "env", "file");

    private ToolEntries() {}

    /// @param name of the tool or of the prefix of its tools
    /// @param entry as it would stand under that name
    /// @throws ConfigException with every problem
    public static ToolEntry read(String name, ObjectNode entry) {
        Document document = new Document("tools." + name, Map.of());
        for (String member : ONLY_IN_THE_FILE) {
            if (entry.has(member)) {
                throw refused(name + "." + member);
            }
        }
        if ("plugin".equals(entry.path("kind").asText())) {
            throw refused(name + ".kind: plugin");
        }
        List<NodeTuple> members = List.of(new NodeTuple(text(name), node(entry)));
        Section tools = new Section(document, "tools", mapping(members));
        Map<String, ToolEntry> read = ToolsReader.read(document, tools);
        ToolEntry made = read.get(name);
        if (made == null || document.problemCount() > 0) {
            throw new ConfigException(document.problems());
        }
        return made;
    }

    private static ConfigException refused(String path) {
        return ConfigException.of(
                "tools",
                "tools." + path + " can only stand in the configuration file, since it reaches into this machine");
    }

    private static Node node(JsonNode value) {
        if (value instanceof ObjectNode object) {
            List<NodeTuple> members = new ArrayList<>();
            object.properties()
                    .forEach(member -> members.add(new NodeTuple(text(member.getKey()), node(member.getValue()))));
            return mapping(members);
        }
        if (value.isArray()) {
            List<Node> items = new ArrayList<>();
            value.forEach(item -> items.add(node(item)));
            return new SequenceNode(Tag.SEQ, items, FlowStyle.FLOW);
        }
        if (value.isTextual()) {
            return text(value.textValue());
        }
        Tag tag = value.isNull()
                ? Tag.NULL
                : value.isBoolean() ? Tag.BOOL : value.isIntegralNumber() ? Tag.INT : Tag.FLOAT;
        return new ScalarNode(tag, value.asText(), ScalarStyle.PLAIN);
    }

    private static MappingNode mapping(List<NodeTuple> members) {
        return new MappingNode(Tag.MAP, members, FlowStyle.FLOW);
    }

    private static ScalarNode text(String text) {
        return new ScalarNode(Tag.STR, text, ScalarStyle.DOUBLE_QUOTED);
    }
}
