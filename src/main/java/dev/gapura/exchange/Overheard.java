package dev.gapura.exchange;

import dev.gapura.failure.Failure;
import dev.gapura.telemetry.Beginning;
import dev.gapura.telemetry.Capture;
import dev.gapura.upstream.AnswerListener;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Takes down what a provider answers, on its way to whoever reads it, in exchanges whose bodies are kept: where the
/// client gets it in other words, and errors. One attempt each, on its event loop.
final class Overheard implements AnswerListener {
    private final Capture capture;
    private final boolean translated;
    private final AnswerListener listener;
    private @Nullable Beginning came;

    /// @param translated whether the client gets the answer in another language
    Overheard(Capture capture, boolean translated, AnswerListener listener) {
        this.capture = capture;
        this.translated = translated;
        this.listener = listener;
    }

    @Override
    public void onHead(int status, MultiMap headers) {
        String type = headers.get("content-type");
        boolean text = type == null || isText(type.toLowerCase(Locale.ROOT));
        if (text && !Relay.isCompressed(headers) && (translated || status != 200)) {
            came = capture.came();
        }
        listener.onHead(status, headers);
    }

    private static boolean isText(String type) {
        return type.startsWith("text/") || type.contains("json");
    }

    @Override
    public void onBytes(ByteBuf bytes) {
        Beginning taken = came;
        if (taken != null) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.getBytes(bytes.readerIndex(), copy);
            taken.add(copy, 0, copy.length);
        }
        listener.onBytes(bytes);
    }

    @Override
    public void onEnd() {
        listener.onEnd();
    }

    @Override
    public void onFailure(Failure failure) {
        listener.onFailure(failure);
    }
}
