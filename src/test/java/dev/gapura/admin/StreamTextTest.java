package dev.gapura.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Text is read out of a stream however it is cut, and also where a part of it is missing.
class StreamTextTest {
    private static String chunk(String delta) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}\n\n";
    }

    private static void feed(StreamText text, String bytes) {
        byte[] all = bytes.getBytes(StandardCharsets.UTF_8);
        assertThat(text.feed(all, all.length)).isZero();
    }

    @Test
    void piecesOfAKindAreOne() {
        StreamText text = new StreamText();
        String stream = ": ping\n\n" + chunk("{\"role\":\"assistant\",\"content\":\"\"}")
                + chunk("{\"reasoning_content\":\"Hm\"}") + chunk("{\"content\":\"Sug\"}")
                + chunk("{\"content\":\"eng é\"}")
                + chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"sum\",\"arguments\":\"{}\"}}]}")
                + "data: {\"error\":{\"message\":\"gone\"}}\n\ndata: [DONE]\n\n";
        for (byte one : stream.getBytes(StandardCharsets.UTF_8)) {
            text.feed(new byte[] {one}, 1);
        }

        ArrayNode said = text.take();

        assertThat(said.findValuesAsText("kind")).containsExactly("reasoning", "content", "tool", "arguments", "error");
        assertThat(said.findValuesAsText("text")).containsExactly("Hm", "Sugeng é", "sum", "{}", "gone");
        assertThat(text.take()).isEmpty();
    }

    @Test
    void behindAGapItGoesOnWithTheNextEvent() {
        for (String line : new String[] {"\n", "\r\n"}) {
            StreamText text = new StreamText();
            feed(text, chunk("{\"content\":\"a\"}") + "data: {\"choi");
            text.tear();
            feed(text, "tent\":\"lost\"}}]}");
            feed(text, " more" + line + line + chunk("{\"content\":\"b\"}"));

            assertThat(text.take().findValuesAsText("text")).containsExactly("ab");
        }
    }

    @Test
    void anEventWithoutEndIsLeftOut() {
        StreamText text = new StreamText();
        byte[] long_ = ("data: " + "x".repeat(300_000)).getBytes(StandardCharsets.UTF_8);
        assertThat(text.feed(long_, long_.length)).isEqualTo(long_.length);
        feed(text, "xx\n\n" + chunk("{\"content\":\"b\"}"));

        assertThat(text.take().findValuesAsText("text")).containsExactly("b");
    }
}
