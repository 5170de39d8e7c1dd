package dev.gapura.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// YAML that stands for JSON, such as a schema: the same document with order and digits kept. Stateless.
final class NodeJson {
    private NodeJson() {}

    /// The mapping under `key`; null after a problem was noted.
    static @Nullable ObjectNode object(Document document, Section section, String key) {
        Node node = section.value(key);
        if (!(node instanceof MappingNode)) {
            if (node != null) {
                document.error(node, section.path(key) + " must be a mapping: a JSON Schema");
            }
            return null;
        }
        return (ObjectNode) json(document, section.path(key), node);
    }

    private static JsonNode json(Document document, String path, Node node) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return switch (node) {
            case MappingNode mapping -> {
                ObjectNode object = factory.objectNode();
                mapping.getValue().forEach(member -> {
                    if (member.getKeyNode() instanceof ScalarNode name) {
                        object.set(
                                name.getValue(), json(document, path + "." + name.getValue(), member.getValueNode()));
                    } else {
                        document.error(member.getKeyNode(), path + ": a key must be a plain name");
                    }
                });
                yield object;
            }
            case SequenceNode sequence -> {
                ArrayNode array = factory.arrayNode();
                sequence.getValue().forEach(element -> array.add(json(document, path, element)));
                yield array;
            }
            default -> scalar(document, path, node);
        };
    }

    private static JsonNode scalar(Document document, String path, Node node) {
        if (Document.isNull(node)) {
            return NullNode.instance;
        }
        Document.Item item = document.item(path, node);
        if (item == null) {
            return NullNode.instance;
        }
        String text = item.value();
        Tag tag = node.getTag();
        if (Tag.BOOL.equals(tag)) {
            return BooleanNode.valueOf(Boolean.parseBoolean(text));
        }
        if ((Tag.INT.equals(tag) || Tag.FLOAT.equals(tag))
                && text.matches("-?\\d{1,40}(\\.\\d{1,40})?([eE][+-]?\\d{1,3})?")) {
            return DecimalNode.valueOf(new BigDecimal(text));
        }
        return TextNode.valueOf(text);
    }
}
