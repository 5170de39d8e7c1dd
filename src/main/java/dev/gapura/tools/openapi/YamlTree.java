package dev.gapura.tools.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A JSON or YAML text as a tree. Bounded in size, depth and in what aliases may stand for; nothing in it is replaced
/// by variables. Stateless.
final class YamlTree {
    private static final int DEEPEST = 200;
    private static final int MOST_ALIASES = 50;
    private static final int MOST_NODES = 1_000_000;

    private YamlTree() {}

    static JsonNode read(byte[] bytes) throws ApiException {
        int first = 0;
        while (first < bytes.length && bytes[first] <= ' ' && bytes[first] >= 0) {
            first++;
        }
        if (first < bytes.length && bytes[first] == '{') {
            try {
                return JsonTree.read(bytes, 0, bytes.length);
            } catch (JsonException perhapsYaml) {
                // A YAML text may begin like this too.
            }
        }
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(Math.max(1, bytes.length))
                .setMaxAliasesForCollections(MOST_ALIASES)
                .setAllowRecursiveKeys(false)
                .build();
        try {
            Object value = new Load(settings).loadFromString(new String(bytes, StandardCharsets.UTF_8));
            return tree(value, 0, new int[1]);
        } catch (YamlEngineException | StackOverflowError malformed) {
            throw new ApiException("it is neither JSON nor YAML");
        }
    }

    private static JsonNode tree(@Nullable Object value, int depth, int[] nodes) throws ApiException {
        if (depth > DEEPEST || ++nodes[0] > MOST_NODES) {
            throw new ApiException("it is too large or too deep");
        }
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return switch (value) {
            case Map<?, ?> map -> {
                ObjectNode object = factory.objectNode();
                for (Map.Entry<?, ?> member : map.entrySet()) {
                    object.set(String.valueOf(member.getKey()), tree(member.getValue(), depth + 1, nodes));
                }
                yield object;
            }
            case Iterable<?> list -> {
                ArrayNode array = factory.arrayNode();
                for (Object element : list) {
                    array.add(tree(element, depth + 1, nodes));
                }
                yield array;
            }
            case Boolean flag -> factory.booleanNode(flag);
            case Integer number -> factory.numberNode(number);
            case Long number -> factory.numberNode(number);
            case Double number when !Double.isFinite(number) -> factory.textNode(number.toString());
            case Number number -> factory.numberNode(new BigDecimal(number.toString()));
            case null -> factory.nullNode();
            case Object other -> factory.textNode(other.toString());
        };
    }
}
