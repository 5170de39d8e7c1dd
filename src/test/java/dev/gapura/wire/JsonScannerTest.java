package dev.gapura.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class JsonScannerTest {
    @ParameterizedTest
    @FieldSource("dev.gapura.wire.JsonDocuments#ACCEPTED")
    void takesValidDocuments(String document) {
        byte[] bytes = JsonDocuments.bytes(document);
        JsonScanner.validate(bytes, 0, bytes.length, 64);
        // The same inside a larger array: neither neighbour may be looked at.
        byte[] framed = ("\"\\" + new String(bytes, ISO_8859_1) + "0\"").getBytes(ISO_8859_1);
        JsonScanner.validate(framed, 2, 2 + bytes.length, 64);
    }

    @ParameterizedTest
    @FieldSource("dev.gapura.wire.JsonDocuments#REFUSED")
    void refusesOthers(String document) {
        byte[] bytes = JsonDocuments.bytes(document);
        assertThatThrownBy(() -> JsonScanner.validate(bytes, 0, bytes.length, 64))
                .isInstanceOf(JsonException.class);
        byte[] framed = Arrays.copyOf(bytes, bytes.length + 2);
        framed[bytes.length] = '"';
        framed[bytes.length + 1] = '}';
        assertThatThrownBy(() -> JsonScanner.validate(framed, 0, bytes.length, 64))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void refusesEveryByteSliceThatIsNoDocument() {
        String document = "~{\"caf\u00e9\": [\"\ud83d\ude00 \\ud83d\\ude00\", -1.5e3, true, null, {\"b\": \"\\n\"}]}";
        byte[] bytes = JsonDocuments.bytes(document);
        for (int to = 0; to < bytes.length; to++) {
            int cut = to;
            assertThatThrownBy(() -> JsonScanner.validate(bytes, 0, cut, 64))
                    .as("first %d bytes", cut)
                    .isInstanceOf(JsonException.class);
        }
        JsonScanner.validate(bytes, 0, bytes.length, 64);
    }

    @Test
    void findsEveryKindOfByteAtEveryPlaceInAText() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                for (int value = 0; value < 256; value++) {
                    byte[] bytes = new byte[length + 2];
                    Arrays.fill(bytes, (byte) 'a');
                    bytes[0] = '"';
                    bytes[length + 1] = '"';
                    bytes[at + 1] = (byte) value;
                    assertThat(JsonText.plain(bytes, 1, bytes.length))
                            .isEqualTo(
                                    value < 0x20 || value == '"' || value == '\\' || value > 0x7F
                                            ? at + 1
                                            : length + 1);
                }
            }
        }
    }

    @Test
    void givesTokensAndTheirRanges() {
        String document = "{\"a\": [1, \"x\\ny\"], \"b\": {}}";
        byte[] bytes = document.getBytes(UTF_8);
        JsonScanner json = new JsonScanner(bytes, 0, bytes.length, 64);
        List<String> seen = new ArrayList<>();
        do {
            json.next();
            seen.add(json.token() + " " + json.depth() + " " + document.substring(json.start(), json.end()));
        } while (json.token() != JsonToken.END);
        assertThat(seen)
                .containsExactly(
                        "OBJECT 1 {",
                        "NAME 1 \"a\"",
                        "ARRAY 2 [",
                        "NUMBER 2 1",
                        "STRING 2 \"x\\ny\"",
                        "END_ARRAY 1 ]",
                        "NAME 1 \"b\"",
                        "OBJECT 2 {",
                        "END_OBJECT 1 }",
                        "END_OBJECT 0 }",
                        "END 0 ");
        assertThat(json.next()).isEqualTo(JsonToken.END);
    }

    @Test
    void skipsAWholeValue() {
        String document = "{\"a\": [1, {\"b\": [2]}] , \"c\":7}";
        JsonScanner json = scanner(document);
        json.next();
        json.next();
        json.skip();
        assertThat(document.substring(json.start(), json.end())).isEqualTo("[1, {\"b\": [2]}]");
        assertThat(json.next()).isEqualTo(JsonToken.NAME);
        json.skip();
        assertThat(json.longValue()).isEqualTo(7);
        json.next();
        assertThat(json.next()).isEqualTo(JsonToken.END);
    }

    @Test
    void readsTextWithoutItsEscapes() {
        JsonScanner json = scanner("[\"plain \u20ac\", \"\\u20ac\\ud83d\\ude00\\u00e9\\\"\\\\\\/\\b\\f\\n\\r\\t\"]");
        json.next();
        json.next();
        assertThat(json.string()).isEqualTo("plain \u20ac");
        assertThat(json.valueIs("plain \u20ac".getBytes(UTF_8))).isTrue();
        assertThat(json.valueIs("plain".getBytes(UTF_8))).isFalse();
        assertThat(json.characters()).isEqualTo(7);
        json.next();
        String expected = "\u20ac\ud83d\ude00\u00e9\"\\/\b\f\n\r\t";
        assertThat(json.string()).isEqualTo(expected);
        assertThat(json.valueIs(expected.getBytes(UTF_8))).isTrue();
        assertThat(json.characters()).isEqualTo(11);
        assertThat(json.hasEscapes()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "7, 7",
        "-7, -7",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, 9223372036854775807",
        "99999999999999999999, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "-9223372036854775809, -9223372036854775808",
        "9007199254740993, 9007199254740993",
        "-9223372036854775807, -9223372036854775807"
    })
    void readsIntegers(String written, long expected) {
        JsonScanner json = scanner(written);
        json.next();
        assertThat(json.isInteger()).isTrue();
        assertThat(json.longValue()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0",
        "-0",
        "-0.0",
        "0.1",
        "0.7",
        "-1.5",
        "123456.789",
        "1e3",
        "1e-3",
        "0.30000000000000004",
        "1.7976931348623157e308",
        "5e-324",
        "123456789012345678",
        "0.000000000000001",
        "9007199254740993",
        "3.141592653589793238462643383"
    })
    void readsDecimals(String written) {
        JsonScanner json = scanner(written);
        json.next();
        assertThat(json.doubleValue()).isEqualTo(Double.parseDouble(written));
    }

    @Test
    void tellsIntegersFromDecimals() {
        JsonScanner json = scanner("[5, 5.0, 5e0]");
        json.next();
        json.next();
        assertThat(json.isInteger()).isTrue();
        json.next();
        assertThat(json.isInteger()).isFalse();
        json.next();
        assertThat(json.isInteger()).isFalse();
    }

    @Test
    void goesBackToAMark() {
        JsonScanner json =
                scanner("{\"part\": {\"text\": \"a\", \"x\": {\"text\": 1}, \"type\": \"text\"}, \"last\": 1}");
        json.next();
        json.next();
        json.next();
        JsonMark mark = json.mark();
        for (int round = 0; round < 3; round++) {
            json.reset(mark);
            assertThat(json.token()).isEqualTo(JsonToken.OBJECT);
            assertThat(json.next()).isEqualTo(JsonToken.NAME);
            assertThat(json.string()).isEqualTo("text");
            json.reset(mark);
            json.skip();
            assertThat(json.depth()).isEqualTo(1);
        }
        assertThat(json.next()).isEqualTo(JsonToken.NAME);
        json.skip();
        assertThat(json.next()).isEqualTo(JsonToken.END_OBJECT);
    }

    @Test
    void goesBackInAnObjectOfManyNames() {
        StringBuilder document = new StringBuilder("{");
        for (int index = 0; index < 100; index++) {
            document.append("\"n").append(index).append("\":{\"n\":1},");
        }
        String open = document.toString();
        for (String last : List.of("\"n100\":0}", "\"n40\":0}", "\"n70\":0}")) {
            JsonScanner json = scanner(open + last);
            json.next();
            for (int index = 0; index < 50; index++) {
                json.next();
                json.skip();
            }
            JsonMark mark = json.mark();
            for (int index = 0; index < 40; index++) {
                json.next();
                json.skip();
            }
            json.reset(mark);
            Throwable thrown = Assertions.assertDoesNotThrow(() -> {
                try {
                    while (json.next() == JsonToken.NAME) {
                        json.skip();
                    }
                    return new RuntimeException("none");
                } catch (JsonException refused) {
                    return refused;
                }
            });
            assertThat(thrown instanceof JsonException).isEqualTo(!last.contains("100"));
        }
    }

    @Test
    void servesOneDocumentAfterAnother() {
        JsonScanner json = scanner("{\"a\":[");
        json.next();
        json.next();
        byte[] second = "x{\"a\":1}y".getBytes(UTF_8);
        json.restart(second, 1, second.length - 1);
        json.next();
        json.skip();
        assertThat(json.next()).isEqualTo(JsonToken.END);
    }

    @Test
    void namesThePlace() {
        JsonException fault = refusal("{\n  \"caf\u00e9\": nope\n}");
        assertThat(fault.line()).isEqualTo(2);
        assertThat(fault.column()).isEqualTo(11);
        assertThat(fault.offset()).isEqualTo(13);
        assertThat(fault).hasMessageStartingWith("line 2, column 11: ").hasMessageContaining(fault.reason());
        assertThat(refusal("").reason()).isEqualTo("the document is empty");
        assertThat(refusal("{\"a\":1,\"a\":2}").column()).isEqualTo(8);
        assertThat(refusal("\ufeff{}").reason()).contains("byte order mark");
    }

    @Test
    void lenientScannerForgivesWhatProvidersDo() {
        byte[] bytes = "{\"a\":\"\\ud83d\",\"a\":1}".getBytes(UTF_8);
        JsonScanner json = JsonScanner.lenient(bytes, 0, bytes.length, 64);
        json.next();
        json.next();
        json.next();
        assertThat(json.string()).isEqualTo("\ufffd");
        json.next();
        json.next();
        json.next();
        assertThat(json.next()).isEqualTo(JsonToken.END);
        byte[] broken = "{\"a\":\"\u00e9\"}".getBytes(ISO_8859_1);
        JsonScanner strictStill = JsonScanner.lenient(broken, 0, broken.length, 64);
        strictStill.next();
        assertThatThrownBy(strictStill::skip).isInstanceOf(JsonException.class);
    }

    @Test
    void staysLinearWithAMillionNames() {
        StringBuilder document = new StringBuilder(16_000_000).append('{');
        for (int index = 0; index < 1_000_000; index++) {
            document.append("\"k").append(index).append("\":0,");
        }
        byte[] bytes = document.append("\"last\":0}").toString().getBytes(UTF_8);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> JsonScanner.validate(bytes, 0, bytes.length, 64));
    }

    @Test
    void staysLinearWithNamesThatCollideElsewhere() {
        // Names whose String.hashCode is the same: "Aa" and "BB" in every combination.
        List<String> colliding = List.of("");
        for (int round = 0; round < 16; round++) {
            List<String> longer = new ArrayList<>();
            colliding.forEach(text -> {
                longer.add(text + "Aa");
                longer.add(text + "BB");
            });
            colliding = longer;
        }
        byte[] bytes = ("{\"" + String.join("\":0,\"", colliding) + "\":0}").getBytes(UTF_8);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> JsonScanner.validate(bytes, 0, bytes.length, 64));
    }

    private static JsonScanner scanner(String document) {
        byte[] bytes = document.getBytes(UTF_8);
        return new JsonScanner(bytes, 0, bytes.length, 64);
    }

    private static JsonException refusal(String document) {
        byte[] bytes = document.getBytes(UTF_8);
        return catchThrowableOfType(JsonException.class, () -> JsonScanner.validate(bytes, 0, bytes.length, 64));
    }
}
