package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkTemplateTest {
    private static final String EVENT =
            "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"TEXT\"},\"finish_reason\":null}]}";

    private final ChunkTemplate template = new ChunkTemplate();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void learn(String event) {
        byte[] data = bytes("xx" + event);
        int start = 2 + event.indexOf("\"TEXT\"");
        template.learn(data, 2, data.length, start, start + 6);
    }

    private boolean matches(String event) {
        byte[] data = bytes("yyy" + event + "z");
        return template.matches(data, 3, data.length - 1);
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(matches(EVENT)).isFalse();
        assertThat(matches("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "TEXT", "a longer piece of text", "quoted \\\" and \\\\", "\\n\\u00e9", "é\uD83D\uDE00"})
    void anyOtherTextIsTheSameEvent(String text) {
        learn(EVENT);
        assertThat(matches(EVENT.replace("TEXT", text))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no text, text that ends early, text that is not closed, a raw control character, broken UTF-8 escape
                "",
                "a\",\"x\":\"b",
                "a\\",
                "a\nb",
                "\\ud83",
                "\",\"tool_calls\":[],\"y\":\""
            })
    void whatIsMoreThanTextIsNot(String text) {
        learn(EVENT);
        assertThat(matches(EVENT.replace("TEXT", text))).isFalse();
    }

    @Test
    void anotherByteAroundTheTextIsAnotherEvent() {
        learn(EVENT);
        for (int at = 0; at < EVENT.length(); at++) {
            if (at >= EVENT.indexOf("TEXT") && at < EVENT.indexOf("TEXT") + 4) {
                continue;
            }
            char other = EVENT.charAt(at) == '#' ? '+' : '#';
            assertThat(matches(EVENT.substring(0, at) + other + EVENT.substring(at + 1)))
                    .as("changed at %d", at)
                    .isFalse();
        }
    }

    @Test
    void theLastOneLearnedCounts() {
        learn(EVENT);
        learn(EVENT.replace("c1", "another"));
        assertThat(matches(EVENT)).isFalse();
        assertThat(matches(EVENT.replace("c1", "another"))).isTrue();
        learn(EVENT.replace("c1", "1"));
        assertThat(matches(EVENT.replace("c1", "1").replace("TEXT", "x"))).isTrue();
    }
}
