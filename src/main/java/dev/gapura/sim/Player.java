package dev.gapura.sim;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/// Plays one [Reply] to one client. Everything runs on the event loop of the request; nothing blocks.
///
/// Sends that stand side by side leave in one write of up to [#GATHERED_BYTES]; when the connection's write
/// queue is full the player waits for it to drain, so a slow reader holds no more than that queue. The timer
/// of a pause is cancelled and nothing more is written as soon as the connection closes.
final class Player {
    /// Upper bound of one write, in bytes. Below the 64 KiB at which Netty calls a write queue full.
    private static final int GATHERED_BYTES = 16 * 1024;

    /// Told once when a reply is over. `gone` says that the client left first.
    interface Over {
        void over(boolean gone, long bytesSent);
    }

    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final Channel channel;
    private final Reply reply;
    private final Over listener;
    private Future<Void> written = Future.succeededFuture();
    private int next;
    private long bytesSent;
    private long timer = -1;
    private boolean draining;
    private boolean over;

    Player(Vertx vertx, HttpServerRequest request, Reply reply, Over listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.response = request.response();
        this.channel = ((ConnectionBase) request.connection()).channel();
        this.reply = reply;
        this.listener = listener;
    }

    void play() {
        response.exceptionHandler(closed -> {});
        response.closeHandler(closed -> finish(true));
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        if (!reply.headers().containsKey("content-length")) {
            frame();
        }
        step();
    }

    private void frame() {
        switch (reply.framing()) {
            case CHUNKED -> response.setChunked(true);
            case LENGTH -> response.putHeader("content-length", Long.toString(reply.bodyBytes()));
            case CLOSE -> {
                // Vert.x adds chunking where it sees no framing. It looks before this handler runs, so the header that
                // stops it is gone again when the head is written.
                response.putHeader("connection", "close");
                response.putHeader("transfer-encoding", "identity");
                response.headersEndHandler(head -> response.headers().remove("transfer-encoding"));
            }
        }
    }

    private void step() {
        while (!over) {
            if (!channel.isActive()) {
                // A closing connection fails its queue first, which looks like a drain, and tells of the close after.
                finish(true);
                return;
            }
            if (next == reply.steps().size()) {
                end();
                return;
            }
            switch (reply.steps().get(next)) {
                case Step.Send first -> {
                    send(gather(first));
                    if (response.writeQueueFull()) {
                        draining = true;
                        response.drainHandler(drained -> resumeAfterDrain());
                        return;
                    }
                }
                case Step.Pause(Duration time) -> {
                    next++;
                    pause(time);
                    return;
                }
                case Step.Cut() -> {
                    close(false);
                    return;
                }
                case Step.Reset() -> {
                    close(true);
                    return;
                }
                case Step.Silence() -> {
                    return;
                }
                case Step.End() -> {
                    end();
                    return;
                }
            }
        }
    }

    private Buffer gather(Step.Send first) {
        Buffer gathered = Buffer.buffer(first.bytes());
        next++;
        while (next < reply.steps().size()
                && reply.steps().get(next) instanceof Step.Send(byte[] more)
                && gathered.length() + more.length <= GATHERED_BYTES) {
            gathered.appendBytes(more);
            next++;
        }
        return gathered;
    }

    private void send(Buffer bytes) {
        if (bytes.length() > 0) {
            bytesSent += bytes.length();
            written = response.write(bytes);
        } else if (!response.headWritten()) {
            written = response.writeHead();
        }
    }

    private void resumeAfterDrain() {
        if (draining) {
            draining = false;
            step();
        }
    }

    private void pause(Duration time) {
        if (time.isZero()) {
            written.onComplete(flushed -> context.runOnContext(turn -> step()));
            return;
        }
        timer = vertx.setTimer(Math.max(1, time.plusNanos(999_999).toMillis()), fired -> {
            timer = -1;
            step();
        });
    }

    private void end() {
        finish(false);
        Future<Void> ended = response.end();
        if (reply.framing() == Reply.Framing.CLOSE) {
            ended.onComplete(flushed -> channel.close());
        }
    }

    private void close(boolean reset) {
        finish(false);
        written.onComplete(flushed -> {
            if (reset) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.close();
        });
    }

    private void finish(boolean gone) {
        if (over) {
            return;
        }
        over = true;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        listener.over(gone, bytesSent);
    }
}
