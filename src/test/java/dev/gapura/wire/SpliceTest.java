package dev.gapura.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpliceTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void replacesAndInsertsWithoutTouchingTheOriginal() {
        byte[] original = "{\"model\":\"openai/gpt\"}  rest".getBytes(UTF_8);
        byte[] before = original.clone();
        byte[] result = new Splice(original, 22)
                .replace(9, 21, "\"gpt\"".getBytes(UTF_8))
                .addMember(0, "\"n\":1".getBytes(UTF_8))
                .insert(22, "\n".getBytes(UTF_8))
                .apply();
        assertThat(new String(result, UTF_8)).isEqualTo("{\"n\":1,\"model\":\"gpt\"}\n");
        assertThat(original).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{\"a\":1,\"b\":2,\"c\":3} | a | {\"b\":2,\"c\":3}",
                "{\"a\":1,\"b\":2,\"c\":3} | b | {\"a\":1,\"c\":3}",
                "{\"a\":1,\"b\":2,\"c\":3} | c | {\"a\":1,\"b\":2}",
                "{\"a\":1,\"b\":2,\"c\":3} | bc | {\"a\":1}",
                "{\"a\":1,\"b\":2,\"c\":3} | ab | {\"c\":3}",
                "{\"a\":1,\"b\":2,\"c\":3} | ac | {\"b\":2}",
                "{\"a\":1,\"b\":2,\"c\":3} | abc | {}",
                "{\"a\":1} | a | {}",
            })
    void takesTheRightComma(String document, String names, String expected) throws IOException {
        assertThat(new String(without(document, names, false), UTF_8)).isEqualTo(expected);
        String withNew = expected.equals("{}") ? "{\"new\":0}" : "{\"new\":0," + expected.substring(1);
        assertThat(new String(without(document, names, true), UTF_8)).isEqualTo(withNew);
    }

    @Test
    void keepsValidJsonWhateverIsRemovedAndAdded() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            ObjectNode tree = JACKSON.createObjectNode();
            StringBuilder document =
                    new StringBuilder(white(random)).append('{').append(white(random));
            StringBuilder removed = new StringBuilder();
            int count = random.nextInt(6);
            for (int index = 0; index < count; index++) {
                char name = (char) ('a' + index);
                document.append(index == 0 ? "" : "," + white(random))
                        .append('"')
                        .append(name)
                        .append('"')
                        .append(white(random))
                        .append(':')
                        .append(white(random))
                        .append("{\"x\":[1,2]}")
                        .append(white(random));
                if (random.nextBoolean()) {
                    removed.append(name);
                } else {
                    tree.set(String.valueOf(name), JACKSON.readTree("{\"x\":[1,2]}"));
                }
            }
            document.append('}').append(white(random));
            boolean add = random.nextBoolean();
            if (add) {
                tree.put("new", 0);
            }
            byte[] result = without(document.toString(), removed.toString(), add);
            JsonScanner.validate(result, 0, result.length, 64);
            assertThat(JACKSON.readTree(result))
                    .as("%s without %s", document, removed)
                    .isEqualTo(tree);
        }
    }

    @Test
    void addsSeveralMembers() {
        byte[] empty = "{ }".getBytes(UTF_8);
        byte[] result = new Splice(empty, 3)
                .addMember(0, "\"a\":1".getBytes(UTF_8))
                .addMember(0, "\"b\":2".getBytes(UTF_8))
                .apply();
        assertThat(new String(result, UTF_8)).isEqualTo("{\"a\":1,\"b\":2 }");
    }

    @Test
    void refusesOverlapAndWrongPlaces() {
        byte[] original = "{\"a\":1}".getBytes(UTF_8);
        Splice overlapping = new Splice(original, 7).replace(1, 5, new byte[0]).replace(4, 6, new byte[0]);
        assertThatThrownBy(overlapping::apply).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Splice(original, 7).addMember(1, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Splice(original, 5).replace(4, 6, new byte[0]))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static String white(Random random) {
        return random.nextInt(3) == 0 ? " \n" : "";
    }

    private static byte[] without(String document, String names, boolean add) {
        byte[] bytes = document.getBytes(UTF_8);
        JsonScanner json = new JsonScanner(bytes, 0, bytes.length, 64);
        Splice splice = new Splice(bytes, bytes.length);
        List<int[]> members = new ArrayList<>();
        json.next();
        if (add) {
            splice.addMember(json.start(), "\"new\":0".getBytes(UTF_8));
        }
        while (json.next() == JsonToken.NAME) {
            boolean wanted = names.contains(json.string());
            int nameStart = json.start();
            json.skip();
            if (wanted) {
                members.add(new int[] {nameStart, json.end()});
            }
        }
        // Backwards: the order in which edits are given must not matter.
        for (int[] member : members.reversed()) {
            splice.removeMember(member[0], member[1]);
        }
        return splice.apply();
    }
}
