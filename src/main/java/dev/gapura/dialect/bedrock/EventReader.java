package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.JsonEventReader;
import dev.gapura.dialect.Question;
import dev.gapura.wire.EventStreamFramer;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads a stream of ConverseStream, whose events come in binary messages. Complete with `messageStop` and the
/// `metadata` that follows it, or stands before it; a stream that ends behind `messageStop` is complete too. Only calls
/// of tools announce themselves: other blocks begin with their first piece. One instance a stream.
final class EventReader extends JsonEventReader implements EventStreamFramer.Messages {
    private final EventStreamFramer framer = new EventStreamFramer(this, MAX_EVENT_BYTES);
    private final CitedText cited = new CitedText(this::emit);
    private final Map<Integer, Block> open = new TreeMap<>();

    /// What the event being read is.
    private String type = "";
    private boolean started;
    private boolean stopped;
    private boolean metadata;
    private int calls;

    EventReader(Question question, ErrorReader errors) {
        super(question, errors);
    }

    @Override
    protected void bytes(byte[] bytes, int from, int to) {
        framer.feed(bytes, from, to);
        String fault = framer.fault();
        if (fault != null) {
            unreadable(fault);
        }
    }

    @Override
    protected void lastBytes() {}

    @Override
    protected void ended() {
        if (stopped && !framer.incomplete()) {
            emit(new ChatEvent.Ended());
        }
    }

    @Override
    public void message(Map<String, String> headers, byte[] bytes, int from, int to) {
        if (over()) {
            return;
        }
        switch (headers.getOrDefault(":message-type", "")) {
            case "event" -> {
                type = headers.getOrDefault(":event-type", "");
                json(bytes, from, to, true);
            }
            case "exception" -> reported(headers.get(":exception-type"), Arrays.copyOfRange(bytes, from, to));
            // What no exception of the service describes: code and text stand in headers.
            case "error" -> {
                ObjectNode said = JsonTree.object().put("message", headers.getOrDefault(":error-message", ""));
                reported(headers.get(":error-code"), JsonTree.bytes(said));
            }
            default -> unreadable("a message of its stream has no known type");
        }
    }

    @Override
    protected void event(JsonNode event) {
        if (!started) {
            started = true;
            emit(new ChatEvent.Started(null, null));
        }
        int index = (int) JsonTree.number(event, "contentBlockIndex", 0);
        switch (type) {
            case "contentBlockStart" -> start(index, event.path("start"));
            case "contentBlockDelta" -> delta(index, event.path("delta"));
            case "contentBlockStop" -> stop(index);
            case "messageStop" -> messageStop(event, Blocks.string(event, "stopReason"));
            case "metadata" -> metadata(event);
            // The role of `messageStart` is known, and what is not known yet is none of the answer.
            default -> {}
        }
    }

    private void start(int index, JsonNode start) {
        Block block = new Block();
        open.put(index, block);
        JsonNode call = start.path("toolUse");
        if (call.isObject() && Blocks.isForClient(call)) {
            block.call = calls++;
            emit(new ChatEvent.ToolCallOpened(
                    0, block.call, Blocks.string(call, "toolUseId"), Blocks.string(call, "name"), false, null));
        }
        block.hidden = call.isObject() && block.call < 0;
    }

    private void delta(int index, JsonNode delta) {
        Block block = open.computeIfAbsent(index, fresh -> new Block());
        if (delta.has("text")) {
            String words = Blocks.string(delta, "text");
            if (!words.isEmpty()) {
                cited.said(words);
                emit(new ChatEvent.Text(0, words, null));
            }
        } else if (delta.path("toolUse").isObject()) {
            arguments(block, Blocks.string(delta.get("toolUse"), "input"));
        } else if (delta.has("reasoningContent")) {
            thought(block, delta.get("reasoningContent"));
        } else if (delta.has("citation")) {
            cited.cite(delta.get("citation"));
        } else if (delta.has("image")) {
            JsonNode picture = Blocks.picture(delta.get("image"));
            if (picture != null) {
                emit(new ChatEvent.Image(0, picture));
            }
        }
    }

    private void arguments(Block block, String fragment) {
        if (block.call >= 0) {
            emit(new ChatEvent.ToolCallArguments(0, block.call, fragment));
        } else if (!block.hidden) {
            unreadable("arguments in its stream belong to no call");
        }
    }

    private void thought(Block block, JsonNode piece) {
        block.thinks = true;
        String words = Blocks.string(piece, "text");
        if (!words.isEmpty()) {
            block.thought.append(words);
            emit(new ChatEvent.Reasoning(0, words));
        }
        if (piece.has("signature")) {
            block.signature = (block.signature == null ? "" : block.signature) + Blocks.string(piece, "signature");
        }
        if (piece.has("redactedContent")) {
            block.redact(Blocks.string(piece, "redactedContent"));
        }
    }

    private void stop(int index) {
        Block block = open.remove(index);
        if (block == null) {
            return;
        }
        cited.closed();
        if (block.call >= 0) {
            emit(new ChatEvent.ToolCallClosed(0, block.call));
        }
        if (block.thinks) {
            emit(new ChatEvent.ReasoningBlock(
                    0,
                    block.redacted == null
                            ? Blocks.thought(block.thought.toString(), block.signature)
                            : Blocks.redacted(block.redacted)));
        }
    }

    private void messageStop(JsonNode event, String reason) {
        if (stopped) {
            return;
        }
        if (reason.isEmpty()) {
            unreadable("its stream stops without a reason");
            return;
        }
        stopped = true;
        Integer[] left = open.keySet().toArray(Integer[]::new);
        for (Integer index : left) {
            stop(index);
        }
        emit(StopReasons.end(question, reason, event.path("additionalModelResponseFields")));
        complete();
    }

    private void metadata(JsonNode event) {
        metadata = true;
        GuardrailTrace.read(event, this::emit);
        ChatEvent.Reported reported = UsageReader.read(event);
        if (reported != null) {
            emit(reported);
        }
        complete();
    }

    private void complete() {
        if (stopped && metadata) {
            emit(new ChatEvent.Ended());
        }
    }

    /// A block under way.
    private static final class Block {
        private final StringBuilder thought = new StringBuilder(0);
        private @Nullable String signature;
        private @Nullable String redacted;
        private boolean thinks;
        /// Whether it is a call that the provider makes itself.
        private boolean hidden;
        private int call = -1;

        /// Adds bytes, which come in base64 of their own each time.
        void redact(String base64) {
            String before = redacted;
            if (before == null) {
                redacted = base64;
                return;
            }
            try {
                ByteArrayOutputStream joined = new ByteArrayOutputStream();
                joined.writeBytes(Base64.getDecoder().decode(before));
                joined.writeBytes(Base64.getDecoder().decode(base64));
                redacted = Base64.getEncoder().encodeToString(joined.toByteArray());
            } catch (IllegalArgumentException broken) {
                redacted = before + base64;
            }
        }
    }
}
