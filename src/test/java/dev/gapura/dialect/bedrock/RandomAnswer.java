package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.EventStreams;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.util.Random;

/// An answer of Converse made by chance, plain and as the stream that says the same.
final class RandomAnswer {
    private static final String[] PIECES = {"a", "\u00e4", "\u20ac", "\ud83d\ude00", " ", "\n", "\"", "{", "\\", "word"
    };

    private final Random random;
    private final boolean damaged;
    private final ArrayNode content = JsonTree.array();
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final ObjectNode usage = JsonTree.object();
    private int index;

    RandomAnswer(Random random) {
        this(random, false);
    }

    /// @param damaged whether characters of the stream's events are changed at random; their checksums are right
    RandomAnswer(Random random, boolean damaged) {
        this.random = random;
        this.damaged = damaged;
        event("messageStart", JsonTree.object().put("role", "assistant"));
        int blocks = random.nextInt(6);
        for (; index < blocks; index++) {
            switch (random.nextInt(5)) {
                case 0 -> text();
                case 1 -> thought();
                case 2 -> call();
                case 3 -> cited();
                default -> hidden();
            }
            event("contentBlockStop", JsonTree.object().put("contentBlockIndex", index));
        }
        usage.put("inputTokens", random.nextInt(1000)).put("outputTokens", random.nextInt(1000));
        if (random.nextBoolean()) {
            usage.put("cacheReadInputTokens", random.nextInt(100)).put("cacheWriteInputTokens", random.nextInt(100));
        }
        ObjectNode metadata = JsonTree.object().set("usage", usage);
        boolean first = random.nextInt(4) == 0;
        if (first) {
            event("metadata", metadata);
        }
        event("messageStop", JsonTree.object().put("stopReason", "end_turn"));
        if (!first) {
            event("metadata", metadata);
        }
    }

    String plain() {
        ObjectNode answer = JsonTree.object();
        answer.putObject("output").putObject("message").put("role", "assistant").set("content", content);
        answer.put("stopReason", "end_turn").set("usage", usage);
        return JsonTree.text(answer);
    }

    byte[] streamed() {
        return stream.toByteArray();
    }

    private void event(String type, ObjectNode event) {
        StringBuilder json = new StringBuilder(JsonTree.text(event));
        if (damaged && random.nextInt(3) == 0) {
            int at = random.nextInt(json.length());
            json.replace(
                    at, Math.min(json.length(), at + 1 + random.nextInt(4)), PIECES[random.nextInt(PIECES.length)]);
        }
        stream.writeBytes(EventStreams.event(type, json.toString()));
    }

    private void delta(ObjectNode delta) {
        event(
                "contentBlockDelta",
                JsonTree.object().put("contentBlockIndex", index).set("delta", delta));
    }

    private void start(ObjectNode start) {
        event(
                "contentBlockStart",
                JsonTree.object().put("contentBlockIndex", index).set("start", start));
    }

    private String piece() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private String words() {
        StringBuilder whole = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            String piece = piece();
            whole.append(piece);
            delta(JsonTree.object().put("text", piece));
        }
        return whole.toString();
    }

    private void text() {
        content.addObject().put("text", words());
    }

    private void thought() {
        ObjectNode block = content.addObject().putObject("reasoningContent");
        if (random.nextInt(4) == 0) {
            block.put("redactedContent", "c2VhbGVk");
            delta(JsonTree.object().set("reasoningContent", JsonTree.object().put("redactedContent", "c2VhbGVk")));
            return;
        }
        String piece = piece() + "t";
        delta(JsonTree.object().set("reasoningContent", JsonTree.object().put("text", piece)));
        ObjectNode readable = block.putObject("reasoningText").put("text", piece);
        if (random.nextBoolean()) {
            readable.put("signature", "c2ln");
            delta(JsonTree.object().set("reasoningContent", JsonTree.object().put("signature", "c2")));
            delta(JsonTree.object().set("reasoningContent", JsonTree.object().put("signature", "ln")));
        }
    }

    private void call() {
        ObjectNode input = JsonTree.object().put("x", piece()).put("n", random.nextInt());
        content.addObject()
                .putObject("toolUse")
                .put("toolUseId", "t" + index)
                .put("name", "f")
                .set("input", input);
        start(JsonTree.object()
                .set("toolUse", JsonTree.object().put("toolUseId", "t" + index).put("name", "f")));
        String written = JsonTree.text(input);
        int cut = random.nextInt(written.length());
        for (String piece : new String[] {"", written.substring(0, cut), written.substring(cut)}) {
            delta(JsonTree.object().set("toolUse", JsonTree.object().put("input", piece)));
        }
    }

    private void cited() {
        ObjectNode block = content.addObject().putObject("citationsContent");
        block.putArray("content").addObject().put("text", words());
        ObjectNode citation = JsonTree.object().put("title", "T");
        citation.putObject("location").putObject("web").put("url", "https://a.example/" + index);
        block.putArray("citations").add(citation);
        delta(JsonTree.object().set("citation", citation));
    }

    /// A tool that the provider runs itself.
    private void hidden() {
        ObjectNode call =
                JsonTree.object().put("toolUseId", "s" + index).put("name", "g").put("type", "server_tool_use");
        content.addObject().set("toolUse", call);
        start(JsonTree.object().set("toolUse", call));
        delta(JsonTree.object().set("toolUse", JsonTree.object().put("input", "{}")));
    }
}
