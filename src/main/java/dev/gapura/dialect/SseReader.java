package dev.gapura.dialect;

import dev.gapura.wire.SseFramer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A [JsonEventReader] for streams of server-sent events, which is all but Bedrock's and Ollama's.
public abstract class SseReader extends JsonEventReader implements SseFramer.Events {
    private final SseFramer framer = new SseFramer(this, MAX_EVENT_BYTES);

    /// @param errors reads what the provider reports inside its stream
    protected SseReader(Question question, ErrorReader errors) {
        super(question, errors);
    }

    /// `[DONE]` came: the terminal mark of OpenAI-like streams, nothing in others.
    protected void done() {}

    @Override
    protected final void bytes(byte[] bytes, int from, int to) {
        framer.feed(bytes, from, to);
        if (framer.tooLarge()) {
            tooLarge();
        }
    }

    @Override
    protected final void lastBytes() {
        framer.end();
    }

    @Override
    public final void event(byte[] bytes, int start, int end, byte[] data, int dataStart, int dataEnd, boolean error) {
        if (over() || dataStart == dataEnd) {
            return;
        }
        if (isDone(data, dataStart, dataEnd)) {
            done();
        } else {
            json(data, dataStart, dataEnd, end > start && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r'));
        }
    }

    private static boolean isDone(byte[] data, int from, int to) {
        byte[] text = Arrays.copyOfRange(data, from, Math.min(to, from + 6));
        return to - from <= 8 && new String(text, StandardCharsets.US_ASCII).equals("[DONE]");
    }
}
