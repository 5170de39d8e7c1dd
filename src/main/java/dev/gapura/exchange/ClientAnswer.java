package dev.gapura.exchange;

import dev.gapura.dialect.openai.ErrorWriter;
import dev.gapura.failure.Failure;
import dev.gapura.idempotency.Hold;
import dev.gapura.idempotency.KeptAnswer;
import dev.gapura.telemetry.Capture;
import dev.gapura.wire.Gzip;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The client's side of an exchange: writes heads, bodies and events to one HTTP response, gathers what one
/// upstream read brought into one write, and knows whether the client keeps up. Used on the event loop of its
/// connection.
public final class ClientAnswer {
    /// Bytes that may wait in the connection's write queue before the provider is paused; with one upstream
    /// read and the gathered buffer a slow reader holds less than 64 KiB.
    private static final int WRITE_QUEUE_BYTES = 16 * 1024;
    /// Writes that may wait on an HTTP/2 stream, however small they are.
    private static final int WAITING_WRITES = 16;
    /// A large answer goes out over HTTP/2 in parts of this size, each of which shows that the client still
    /// takes something.
    private static final int PART_BYTES = 64 * 1024;

    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final byte[] HEARTBEAT = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServerResponse response;
    private final Channel channel;
    private final String requestId;
    /// HTTP/2: Vert.x counts what waits on a stream in writes, of up to 32 KiB each, and nobody else
    /// watches a stream whose client gives it no window.
    private final boolean multiplexed;

    private @Nullable ByteBuf gathered;
    private @Nullable Runnable drained;
    private int waitingBytes;
    private int waitingWrites;
    private long takenNanos;
    private boolean headWritten;
    private boolean ended;
    private int status;
    private @Nullable Capture capture;
    private long bytesOut;
    private String contentType = "application/json";
    private @Nullable Keeping keeping;
    private boolean absent;

    /// What keeps the answer for the request's `Idempotency-Key`.
    private record Keeping(Hold hold, Gzip gzip) {}

    /// @param connection what the response is written to
    public ClientAnswer(HttpServerResponse response, HttpConnection connection, String requestId) {
        this.response = response;
        this.channel = ((ConnectionBase) connection).channel();
        this.requestId = requestId;
        this.multiplexed = connection.protocolVersion() == HttpVersion.HTTP_2;
    }

    /// Has what is answered taken down too; before anything is written.
    public void captured(@Nullable Capture takes) {
        capture = takes;
    }

    /// Has the answer kept under the request's `Idempotency-Key`; before anything is written.
    public void keptBy(Hold hold, Gzip gzip) {
        keeping = new Keeping(hold, gzip);
    }

    /// The client left.
    ///
    /// @return whether the exchange goes on to its end without it, since the answer is kept for its next
    ///     try
    boolean leave() {
        if (keeping == null) {
            return false;
        }
        absent = true;
        drained = null;
        release();
        return true;
    }

    private void over(@Nullable Failure failure) {
        Keeping kept = keeping;
        if (kept != null) {
            keeping = null;
            kept.hold().answered(requestId, status, contentType, KeptAnswer.headers(response.headers()), failure);
        }
    }

    /// Status that was sent, 0 before.
    public int status() {
        return status;
    }

    /// Body bytes handed to the connection.
    public long bytesOut() {
        return bytesOut;
    }

    /// Whether the head is out, so that a failure can only be told in the stream.
    public boolean headWritten() {
        return headWritten;
    }

    /// Sets a header of the answer; before the head is written.
    public void header(String name, CharSequence value) {
        response.putHeader(name, value);
    }

    /// Whether the client does not take what was written: nothing more should be read for it.
    public boolean full() {
        if (absent) {
            return false;
        }
        return multiplexed
                ? waitingBytes > WRITE_QUEUE_BYTES || waitingWrites > WAITING_WRITES
                : response.writeQueueFull();
    }

    /// Whether the client of an HTTP/2 stream takes nothing of what waits for it, since `nanos` ago or
    /// longer. On HTTP/1.1 the connection itself is watched.
    public boolean stalled(long now, long nanos) {
        return !absent && waitingWrites > 0 && now - takenNanos > nanos;
    }

    /// Whether an answer that is complete still waits, on an HTTP/2 stream, for its client to take it.
    public boolean undelivered() {
        return !absent && waitingWrites > 0;
    }

    /// Whether the client's connection is still open, also before its end has been told.
    public boolean connected() {
        return channel.isActive();
    }

    /// Bytes that wait, in the connection's queue or on an HTTP/2 stream: as long as the figure moves, the
    /// client reads.
    public long waitingBytes() {
        if (multiplexed) {
            return waitingBytes;
        }
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    /// Calls back once when a full queue has drained.
    public void onDrained(Runnable action) {
        if (multiplexed) {
            drained = action;
        } else {
            response.drainHandler(nothing -> action.run());
        }
    }

    /// Counts a write until it is out; only on HTTP/2.
    private void waiting(int bytes, Future<Void> write) {
        if (!multiplexed) {
            return;
        }
        if (waitingWrites == 0) {
            takenNanos = System.nanoTime();
        }
        waitingBytes += bytes;
        waitingWrites++;
        write.onComplete(written -> {
            waitingBytes -= bytes;
            waitingWrites--;
            takenNanos = System.nanoTime();
            Runnable action = drained;
            if (action != null
                    && written.succeeded()
                    && waitingBytes <= WRITE_QUEUE_BYTES / 2
                    && waitingWrites <= WAITING_WRITES / 2) {
                drained = null;
                action.run();
            }
        });
    }

    /// Writes the head of an event stream; the body follows with [#add] and [#flush].
    public void startStream() {
        headWritten = true;
        status = 200;
        contentType = EVENTS;
        if (absent) {
            return;
        }
        response.setStatusCode(200);
        response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        response.putHeader("content-type", EVENTS);
        response.putHeader("cache-control", "no-cache");
        response.putHeader("x-accel-buffering", "no");
        response.putHeader("x-request-id", requestId);
    }

    /// Gathers bytes of the stream; they go out with the next [#flush].
    public void add(byte[] bytes, int from, int to) {
        take(bytes, from, to);
        Keeping kept = keeping;
        if (kept != null) {
            kept.hold().add(bytes, from, to, kept.gzip());
        }
        if (absent) {
            bytesOut += to - from;
            return;
        }
        ByteBuf buffer = gathered;
        if (buffer == null) {
            buffer = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(to - from, 512));
            gathered = buffer;
        }
        buffer.writeBytes(bytes, from, to - from);
    }

    private void take(byte[] bytes, int from, int to) {
        Capture takes = capture;
        if (takes != null) {
            takes.answer(bytes, from, to);
        }
    }

    /// Bytes gathered and not yet written.
    public int gatheredBytes() {
        ByteBuf buffer = gathered;
        return buffer == null ? 0 : buffer.readableBytes();
    }

    /// Writes what was gathered, with one write and one flush.
    public void flush() {
        ByteBuf buffer = gathered;
        if (buffer != null && !ended) {
            gathered = null;
            int bytes = buffer.readableBytes();
            bytesOut += bytes;
            Future<Void> write = response.write(BufferInternal.buffer(buffer));
            // Vert.x never releases a buffer that is not of its own making.
            write.onComplete(written -> buffer.release());
            waiting(bytes, write);
        }
    }

    /// Keeps a quiet stream open.
    public void heartbeat() {
        add(HEARTBEAT, 0, HEARTBEAT.length);
        flush();
    }

    /// Ends a stream after what was gathered.
    public void endStream() {
        endStream(null);
    }

    private void endStream(@Nullable Failure broken) {
        ByteBuf buffer = gathered;
        gathered = null;
        ended = true;
        over(broken);
        if (absent) {
            return;
        }
        if (buffer == null) {
            response.end();
        } else {
            int bytes = buffer.readableBytes();
            bytesOut += bytes;
            Future<Void> write = response.end(BufferInternal.buffer(buffer));
            write.onComplete(written -> buffer.release());
            waiting(bytes, write);
        }
    }

    /// Ends a stream that failed: one error event and no `[DONE]`.
    public void failStream(Failure failure) {
        byte[] event = ErrorWriter.sseEvent(failure, requestId);
        add(event, 0, event.length);
        endStream(failure);
    }

    /// Answers with one JSON document.
    ///
    /// @param gzip compresses it where that pays; null where the client did not ask for it
    public void json(byte[] body, int from, int to, @Nullable Gzip gzip) {
        take(body, from, to);
        headWritten = true;
        ended = true;
        status = 200;
        Keeping kept = keeping;
        if (kept != null) {
            kept.hold().whole(body, from, to);
            over(null);
        }
        if (absent) {
            bytesOut += to - from;
            return;
        }
        response.setStatusCode(200);
        response.putHeader("content-type", "application/json");
        response.putHeader("x-request-id", requestId);
        Buffer buffer;
        if (gzip != null && Gzip.pays(to - from)) {
            response.putHeader("content-encoding", "gzip");
            response.headers().add("vary", "accept-encoding");
            buffer = Buffer.buffer(gzip.gzip(body, from, to));
        } else {
            buffer = BufferInternal.buffer(io.netty.buffer.Unpooled.wrappedBuffer(body, from, to - from));
        }
        bytesOut += buffer.length();
        int at = 0;
        if (multiplexed && buffer.length() > PART_BYTES) {
            response.putHeader("content-length", Integer.toString(buffer.length()));
            for (; buffer.length() - at > PART_BYTES; at += PART_BYTES) {
                waiting(PART_BYTES, response.write(buffer.slice(at, at + PART_BYTES)));
            }
        }
        Buffer last = at == 0 ? buffer : buffer.slice(at, buffer.length());
        waiting(last.length(), response.end(last));
    }

    /// Answers with a failure as a status and the error object of the contract.
    public void fail(Failure failure) {
        headWritten = true;
        ended = true;
        status = failure.status();
        byte[] body = ErrorWriter.write(failure, requestId);
        take(body, 0, body.length);
        response.setStatusCode(status);
        response.putHeader("content-type", "application/json");
        response.putHeader("x-request-id", requestId);
        Duration wait = failure.retryAfter();
        if (wait != null) {
            response.putHeader("retry-after", Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000)));
            response.putHeader("retry-after-ms", Long.toString(Math.max(1, wait.toMillis())));
        }
        Boolean retryable = failure.retryable();
        if (retryable != null) {
            response.putHeader("x-should-retry", retryable.toString());
        }
        bytesOut += body.length;
        Keeping kept = keeping;
        if (kept != null) {
            kept.hold().clear();
            kept.hold().whole(body, 0, body.length);
            over(failure);
        }
        if (!absent) {
            response.end(Buffer.buffer(body));
        }
    }

    /// Cuts the connection (HTTP/1) or the stream (HTTP/2) of a client that is gone or does not read.
    public void abandon() {
        ended = true;
        drained = null;
        release();
        response.reset().onFailure(refused -> resetStream());
    }

    /// Vert.x refuses to reset a stream whose end it has handed over, also while that waits for the
    /// client's window.
    private void resetStream() {
        ChannelHandlerContext http2 = channel.pipeline().context(Http2ConnectionHandler.class);
        if (multiplexed && http2 != null) {
            ((Http2ConnectionHandler) http2.handler())
                    .resetStream(http2, (int) response.streamId(), Http2Error.CANCEL.code(), http2.newPromise());
            http2.flush();
        }
    }

    /// Gives back what was gathered and never written.
    public void release() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            buffer.release();
        }
    }
}
