package dev.gapura.server.edge;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reads the JSON body of one request into memory, or says why not. Checks before it reads: the media type,
/// the content encoding, the announced length. Called by handlers on the request's event loop; the answer
/// comes on the same loop, once. One collector serves all loops; it keeps no state but their timers.
///
/// Memory follows what has arrived, not what was announced: beyond 128 KiB the array grows by doubling.
/// Decisions: a request without `Content-Type` is taken as JSON (LiteLLM does, and some clients send none);
/// `charset` may only be UTF-8; other media types and compressed bodies are 415; a body with neither length
/// nor chunks is 411.
///
/// A failure is the caller's to answer. What the client still sends then is read and dropped, here and by
/// [EdgeGuard].
public final class BodyCollector {
    /// Told about the body, exactly once, on the request's event loop.
    public interface Receiver {
        /// The whole body; the array belongs to the receiver. May be empty.
        void received(byte[] body);

        /// 408, 411, 413, 415, or [FailureKind#CLIENT_GONE], which nobody is left to be told about.
        void failed(Failure why);
    }

    /// The most that is allocated on the client's word.
    private static final int TRUSTED_BYTES = 128 * 1024;

    private static final Failure GONE =
            Failure.of(FailureKind.CLIENT_GONE, "The client left before its body was read.");
    private static final Failure NO_LENGTH = Failure.of(
                    FailureKind.LENGTH_REQUIRED, "The request has no body: send Content-Length, or a chunked body.")
            .withCode("length_required");
    private static final Failure MEDIA_TYPE = Failure.of(
                    FailureKind.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON: send `Content-Type: application/json`.")
            .withCode("unsupported_media_type");
    private static final Failure CHARSET = Failure.of(
                    FailureKind.UNSUPPORTED_MEDIA_TYPE, "The body must be UTF-8; other charsets are not read.")
            .withCode("unsupported_media_type");
    private static final Failure ENCODING = Failure.of(
                    FailureKind.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed: omit Content-Encoding.")
            .withCode("unsupported_content_encoding");

    private final int maxBytes;
    private final Duration timeout;
    private final Failure tooLarge;
    private final Map<EventExecutor, EdgeLoop> loops = new ConcurrentHashMap<>();

    /// @param maxBytes largest body taken
    /// @param timeout longest wait for the whole body
    public BodyCollector(int maxBytes, Duration timeout) {
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.tooLarge = Failure.of(
                        FailureKind.BODY_TOO_LARGE,
                        "The body is larger than the " + maxBytes
                                + " bytes this gateway takes (server.max_body_bytes).")
                .withCode("body_too_large");
    }

    /// Reads the body of a request whose handlers are not set yet. Sends `100 Continue` when the client waits
    /// for it.
    public void collect(HttpServerRequest request, Receiver receiver) {
        Reading reading = new Reading(loop(), receiver);
        Failure refused = check(request, reading);
        if (refused != null) {
            drain(request);
            receiver.failed(refused);
            return;
        }
        request.exceptionHandler(gone -> reading.fail(GONE));
        request.handler(reading::take);
        request.endHandler(end -> reading.complete());
        reading.begin();
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
    }

    private @Nullable Failure check(HttpServerRequest request, Reading reading) {
        Failure media = media(request.headers().getAll(HttpHeaders.CONTENT_TYPE));
        if (media != null) {
            return media;
        }
        for (String encoding : request.headers().getAll(HttpHeaders.CONTENT_ENCODING)) {
            if (!encoding.strip().equalsIgnoreCase("identity")) {
                return ENCODING;
            }
        }
        String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (announced != null) {
            return reading.announce(announced);
        }
        boolean framed =
                request.version() == HttpVersion.HTTP_2 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        return framed ? null : NO_LENGTH;
    }

    /// Parameters other than `charset` are ignored, as RFC 8259 11 has none.
    static @Nullable Failure media(List<String> types) {
        if (types.isEmpty()) {
            return null;
        }
        String type = types.getFirst().strip();
        if (types.size() == 1 && type.equals("application/json")) {
            return null;
        }
        String[] parts = type.toLowerCase(Locale.ROOT).split(";", 16);
        if (types.size() > 1 || !parts[0].strip().equals("application/json")) {
            return MEDIA_TYPE;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=")) {
                String charset = parameter.substring("charset=".length());
                if (!List.of("utf-8", "utf8", "\"utf-8\"", "\"utf8\"").contains(charset)) {
                    return CHARSET;
                }
            }
        }
        return null;
    }

    private static void drain(HttpServerRequest request) {
        request.exceptionHandler(gone -> {});
        request.handler(ignored -> {});
        request.endHandler(end -> {});
    }

    private EdgeLoop loop() {
        EventExecutor executor = Objects.requireNonNull(ContextInternal.current(), "not on an event loop")
                .nettyEventLoop();
        EdgeLoop known = loops.get(executor);
        return known != null ? known : loops.computeIfAbsent(executor, loop -> new EdgeLoop(loop, timeout, 0));
    }

    private final class Reading extends EdgeLoop.Watched {
        private final EdgeLoop loop;
        private final Receiver receiver;
        private byte[] bytes = {};
        private int length;
        private long announced = -1;
        private long deadline;
        private boolean over;

        Reading(EdgeLoop loop, Receiver receiver) {
            this.loop = loop;
            this.receiver = receiver;
        }

        /// On HTTP/2 nobody has checked the header before.
        @Nullable
        Failure announce(String header) {
            if (header.isEmpty() || header.length() > 18 || !header.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Refusals.CONTENT_LENGTH;
            }
            announced = Long.parseLong(header);
            return announced > maxBytes ? tooLarge : null;
        }

        void begin() {
            loop.add(this);
            deadline = loop.after(timeout);
        }

        void take(Buffer piece) {
            if (over) {
                return;
            }
            int more = piece.length();
            if (more > maxBytes - length) {
                fail(tooLarge);
                return;
            }
            if (length + more > bytes.length) {
                grow(length + more);
            }
            piece.getBytes(bytes, length);
            length += more;
        }

        private void grow(int needed) {
            long wanted = Math.max(needed, bytes.length * 2L);
            if (announced >= needed) {
                // Exact at last, so that nothing need be copied again.
                wanted = Math.min(announced, Math.max(wanted, TRUSTED_BYTES));
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, maxBytes));
        }

        void complete() {
            if (!over) {
                end();
                byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
                // The request keeps this reader until its answer is complete; a stream must not keep the body so long.
                bytes = new byte[0];
                receiver.received(body);
            }
        }

        void fail(Failure why) {
            if (!over) {
                end();
                bytes = new byte[0];
                receiver.failed(why);
            }
        }

        private void end() {
            over = true;
            loop.remove(this);
        }

        @Override
        void tick(long nowNanos) {
            if (nowNanos >= deadline) {
                fail(Refusals.SLOW_BODY);
            }
        }
    }
}
