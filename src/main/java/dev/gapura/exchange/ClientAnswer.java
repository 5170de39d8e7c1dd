package dev.gapura.exchange;

import dev.gapura.dialect.openai.ErrorWriter;
import dev.gapura.failure.Failure;
import dev.gapura.wire.Gzip;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
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

    private static final byte[] HEARTBEAT = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServerResponse response;
    private final Channel channel;
    private final String requestId;

    private @Nullable ByteBuf gathered;
    private boolean headWritten;
    private boolean ended;
    private int status;
    private long bytesOut;

    /// @param connection what the response is written to
    public ClientAnswer(HttpServerResponse response, HttpConnection connection, String requestId) {
        this.response = response;
        this.channel = ((ConnectionBase) connection).channel();
        this.requestId = requestId;
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
        return response.writeQueueFull();
    }

    /// Whether the client's connection is still open, also before its end has been told.
    public boolean connected() {
        return channel.isActive();
    }

    /// Bytes that wait in the connection's queue: as long as the figure moves, the client reads.
    public long waitingBytes() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    /// Calls back once when a full queue has drained.
    public void onDrained(Runnable action) {
        response.drainHandler(nothing -> action.run());
    }

    /// Writes the head of an event stream; the body follows with [#add] and [#flush].
    public void startStream() {
        headWritten = true;
        status = 200;
        response.setStatusCode(200);
        response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        response.putHeader("content-type", "text/event-stream; charset=utf-8");
        response.putHeader("cache-control", "no-cache");
        response.putHeader("x-accel-buffering", "no");
        response.putHeader("x-request-id", requestId);
    }

    /// Gathers bytes of the stream; they go out with the next [#flush].
    public void add(byte[] bytes, int from, int to) {
        ByteBuf buffer = gathered;
        if (buffer == null) {
            buffer = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(to - from, 512));
            gathered = buffer;
        }
        buffer.writeBytes(bytes, from, to - from);
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
            bytesOut += buffer.readableBytes();
            // Vert.x never releases a buffer that is not of its own making.
            response.write(BufferInternal.buffer(buffer)).onComplete(written -> buffer.release());
        }
    }

    /// Keeps a quiet stream open.
    public void heartbeat() {
        add(HEARTBEAT, 0, HEARTBEAT.length);
        flush();
    }

    /// Ends a stream after what was gathered.
    public void endStream() {
        ByteBuf buffer = gathered;
        gathered = null;
        ended = true;
        if (buffer == null) {
            response.end();
        } else {
            bytesOut += buffer.readableBytes();
            response.end(BufferInternal.buffer(buffer)).onComplete(written -> buffer.release());
        }
    }

    /// Ends a stream that failed: one error event and no `[DONE]`.
    public void failStream(Failure failure) {
        byte[] event = ErrorWriter.sseEvent(failure, requestId);
        add(event, 0, event.length);
        endStream();
    }

    /// Answers with one JSON document.
    ///
    /// @param gzip compresses it where that pays; null where the client did not ask for it
    public void json(byte[] body, int from, int to, @Nullable Gzip gzip) {
        headWritten = true;
        ended = true;
        status = 200;
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
        response.end(buffer);
    }

    /// Answers with a failure as a status and the error object of the contract.
    public void fail(Failure failure) {
        headWritten = true;
        ended = true;
        status = failure.status();
        byte[] body = ErrorWriter.write(failure, requestId);
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
        response.end(Buffer.buffer(body));
    }

    /// Cuts the connection (HTTP/1) or the stream (HTTP/2) of a client that is gone or does not read.
    public void abandon() {
        ended = true;
        release();
        response.reset();
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
