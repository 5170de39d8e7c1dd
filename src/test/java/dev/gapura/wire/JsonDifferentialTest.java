package dev.gapura.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Jackson as a second opinion: random documents must read the same, random damage must be refused wherever Jackson
/// refuses it. The seeds are fixed, so a failure can be run again.
class JsonDifferentialTest {
    private static final ObjectMapper JACKSON = JsonMapper.builder(new JsonFactoryBuilder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String[] TEXTS = {
        "",
        "a",
        "model",
        "\n\t\"\\/\b",
        "\u0000\u001f\u007f",
        "caf\u00e9",
        "\u20ac\u65e5\u672c",
        "\ud83d\ude00\udbff\udfff",
        "Aa",
        "BB",
        "a text of more than a few words, so that eight bytes are looked at together",
        "\u2028",
        "\\u0041"
    };

    @Test
    void readsWhatJacksonWrites() throws IOException {
        Random random = new Random(20_260_801);
        for (int round = 0; round < 5_000; round++) {
            JsonNode tree = tree(random, 0);
            ObjectMapper writer = new ObjectMapper();
            if (random.nextBoolean()) {
                writer.getFactory().enable(com.fasterxml.jackson.core.JsonGenerator.Feature.ESCAPE_NON_ASCII);
            }
            byte[] bytes = random.nextBoolean()
                    ? writer.writeValueAsBytes(tree)
                    : writer.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
            assertSame(read(bytes), JACKSON.readTree(bytes), new String(bytes, UTF_8));
        }
    }

    @Test
    void refusesWhatJacksonRefuses() throws IOException {
        Random random = new Random(20_260_802);
        int refused = 0;
        int taken = 0;
        for (int round = 0; round < 60_000; round++) {
            byte[] bytes = damage(random, new ObjectMapper().writeValueAsBytes(tree(random, 0)));
            JsonNode expected = jackson(bytes);
            JsonNode actual = null;
            try {
                actual = read(bytes);
            } catch (JsonException refusal) {
                refused++;
                assertThat(refusal.offset()).isBetween(0, bytes.length);
            }
            if (actual != null) {
                taken++;
                String document = new String(bytes, UTF_8);
                assertThat(expected).as(document).isNotNull();
                assertSame(actual, expected, document);
            }
        }
        assertThat(refused).isGreaterThan(10_000);
        assertThat(taken).isGreaterThan(5_000);
    }

    private static @Nullable JsonNode jackson(byte[] bytes) throws IOException {
        try {
            return JACKSON.readTree(bytes);
        } catch (JsonProcessingException | NumberFormatException refused) {
            return null;
        }
    }

    private static byte[] damage(Random random, byte[] document) {
        byte[] bytes = document.clone();
        String marks = "{}[]:,\"\\ntrue0123-+.eE \u0000\n\u00c0\u00af\u00ed\u00a0\u0080\u00f0\u00ff/";
        for (int count = random.nextInt(3); count >= 0; count--) {
            int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
            byte mark = (byte) marks.charAt(random.nextInt(marks.length()));
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (bytes.length > 0) {
                        bytes[at] = mark;
                    }
                }
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                case 2 -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    longer[at] = mark;
                    bytes = longer;
                }
                default -> {
                    if (bytes.length > 0) {
                        System.arraycopy(bytes, at + 1, bytes, at, bytes.length - at - 1);
                        bytes = Arrays.copyOf(bytes, bytes.length - 1);
                    }
                }
            }
        }
        return bytes;
    }

    private static JsonNode tree(Random random, int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.withExactBigDecimals(true);
        switch (random.nextInt(depth > 5 ? 7 : 10)) {
            case 0 -> {
                return nodes.nullNode();
            }
            case 1 -> {
                return nodes.booleanNode(random.nextBoolean());
            }
            case 2 -> {
                return nodes.numberNode(random.nextLong() >> random.nextInt(64));
            }
            case 3 -> {
                return nodes.numberNode(BigDecimal.valueOf(random.nextInt(), random.nextInt(40) - 20));
            }
            case 4, 5, 6 -> {
                return nodes.textNode(text(random));
            }
            case 7 -> {
                ArrayNode array = nodes.arrayNode();
                for (int count = random.nextInt(5); count > 0; count--) {
                    array.add(tree(random, depth + 1));
                }
                return array;
            }
            default -> {
                ObjectNode object = nodes.objectNode();
                for (int count = random.nextInt(random.nextInt(20) == 0 ? 60 : 6); count > 0; count--) {
                    object.set(text(random), tree(random, depth + 1));
                }
                return object;
            }
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int count = random.nextInt(4); count >= 0; count--) {
            text.append(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }

    private static JsonNode read(byte[] bytes) {
        JsonScanner json = new JsonScanner(bytes, 0, bytes.length, 64);
        json.next();
        JsonNode node = node(json, bytes);
        assertThat(json.next()).isEqualTo(JsonToken.END);
        return node;
    }

    private static JsonNode node(JsonScanner json, byte[] bytes) {
        JsonNodeFactory nodes = JsonNodeFactory.withExactBigDecimals(true);
        return switch (json.token()) {
            case OBJECT -> {
                ObjectNode object = nodes.objectNode();
                while (json.next() == JsonToken.NAME) {
                    String name = json.string();
                    json.next();
                    object.set(name, node(json, bytes));
                }
                yield object;
            }
            case ARRAY -> {
                ArrayNode array = nodes.arrayNode();
                while (json.next() != JsonToken.END_ARRAY) {
                    array.add(node(json, bytes));
                }
                yield array;
            }
            case STRING -> nodes.textNode(json.string());
            case NUMBER -> {
                BigDecimal written = new BigDecimal(new String(bytes, json.start(), json.end() - json.start(), UTF_8));
                assertThat(json.doubleValue()).isEqualTo(written.doubleValue());
                yield json.isInteger()
                        ? nodes.numberNode(BigInteger.valueOf(json.longValue()))
                        : nodes.numberNode(written);
            }
            case TRUE -> nodes.booleanNode(true);
            case FALSE -> nodes.booleanNode(false);
            case NULL -> nodes.nullNode();
            case NAME, END_OBJECT, END_ARRAY, END -> throw new AssertionError("no value: " + json.token());
        };
    }

    private static void assertSame(JsonNode actual, JsonNode expected, String document) {
        assertThat(actual.equals(JsonDifferentialTest::compare, expected))
                .as(document)
                .isTrue();
    }

    private static int compare(JsonNode left, JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            // An integer beyond 64 bits reads as the nearest one.
            return right.isBigInteger() && left.canConvertToLong()
                    ? 0
                    : left.decimalValue().compareTo(right.decimalValue());
        }
        return left.equals(right) ? 0 : 1;
    }
}
