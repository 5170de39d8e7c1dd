package dev.gapura.upstream;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Provider;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP call to one target, from taking a connection to the last byte of the answer. Made by
/// [UpstreamClient]; every method is called on the event loop of its client. It has no clock: who watches the
/// deadlines calls [#cancel].
public final class Attempt implements Call {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final Provider provider;
    private final AnswerListener listener;

    private @Nullable Map<String, String> headers;

    private @Nullable Supplier<ByteBuf> body;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private @Nullable Channel channel;
    private long answer;
    private boolean over;
    private boolean paused;

    Attempt(Provider provider, Map<String, String> headers, Supplier<ByteBuf> body, AnswerListener listener) {
        this.provider = provider;
        this.headers = headers;
        this.body = body;
        this.listener = listener;
    }

    /// Whether a connection was had and the request is on its way.
    @Override
    public boolean connected() {
        return request != null;
    }

    /// Whether nothing more will come: the answer ended, failed or was cancelled.
    @Override
    public boolean over() {
        return over;
    }

    /// Stops reading the answer: the socket's window closes and the provider waits.
    @Override
    public void pause() {
        HttpClientResponse answer = response;
        if (answer != null && !paused) {
            paused = true;
            answer.pause();
            readSocket(false);
        }
    }

    /// Goes on reading after [#pause].
    @Override
    public void resume() {
        HttpClientResponse answer = response;
        if (answer != null && paused) {
            paused = false;
            answer.resume();
            // What had been read already may have filled the client's queue again.
            if (!paused) {
                readSocket(true);
            }
        }
    }

    /// Vert.x reads on while a paused answer has fewer than two dozen pieces waiting, which at a read's size
    /// each is several times what a slow reader may hold. A connection carries one call at a time: its socket
    /// stops with it.
    private void readSocket(boolean on) {
        Channel socket = channel;
        if (socket != null && answersEnded(socket) == answer) {
            socket.config().setAutoRead(on);
        }
    }

    private static long answersEnded(Channel socket) {
        ContentGatherer gatherer = socket.pipeline().get(ContentGatherer.class);
        return gatherer == null ? -1 : gatherer.answersEnded();
    }

    /// Ends the call: an answer under way is reset, which closes its connection at once; the listener hears
    /// nothing more.
    @Override
    public void cancel() {
        if (!over) {
            over = true;
            HttpClientRequest call = request;
            Channel socket = channel;
            // An answer that has ended on the wire gave its connection back: another call may have it by now.
            if (call != null && (socket == null || answersEnded(socket) == answer)) {
                call.reset();
            }
        }
    }

    void connected(AsyncResult<HttpClientRequest> result) {
        Supplier<ByteBuf> content = body;
        body = null;
        if (result.failed()) {
            fail(result.cause());
            return;
        }
        HttpClientRequest call = result.result();
        call.exceptionHandler(this::fail);
        if (over || content == null) {
            call.reset();
            return;
        }
        request = call;
        // One by one: `setAll` would clear what Vert.x has put there, the proxy's credentials among it.
        Map<String, String> sent = headers;
        headers = null;
        try {
            if (sent != null) {
                sent.forEach(call::putHeader);
            }
            call.response().onComplete(this::answered);
            send(call, content.get());
        } catch (RuntimeException fault) {
            fault(fault);
        }
    }

    /// Vert.x never releases a buffer that is not of its own making.
    private static void send(HttpClientRequest call, ByteBuf bytes) {
        Future<Void> sent;
        try {
            sent = call.end(BufferInternal.buffer(bytes));
        } catch (RuntimeException fault) {
            bytes.release();
            throw fault;
        }
        sent.onComplete(written -> bytes.release());
    }

    /// A fault of ours while an answer is handled must not pass for a gap in it: Vert.x would log it and read
    /// on.
    private void fault(RuntimeException fault) {
        LOG.error("a call to {} met a fault of the gateway", provider.name(), fault);
        if (!over) {
            cancel();
            listener.onFailure(Failure.of(
                    FailureKind.INTERNAL,
                    "The gateway met a fault of its own; its log has more under this request id."));
        }
    }

    private void answered(AsyncResult<HttpClientResponse> result) {
        if (result.failed()) {
            fail(result.cause());
            return;
        }
        if (over) {
            return;
        }
        HttpClientResponse answer = result.result();
        response = answer;
        if (answer.request().connection() instanceof ConnectionBase connection) {
            channel = connection.channel();
            this.answer = answersEnded(connection.channel());
        }
        answer.exceptionHandler(this::fail);
        answer.handler(this::bytes);
        answer.endHandler(this::ended);
        try {
            listener.onHead(answer.statusCode(), answer.headers());
        } catch (RuntimeException fault) {
            fault(fault);
        }
    }

    private void bytes(Buffer buffer) {
        if (!over) {
            try {
                listener.onBytes(((BufferInternal) buffer).getByteBuf());
            } catch (RuntimeException fault) {
                fault(fault);
            }
        }
    }

    private void ended(Void nothing) {
        if (!over) {
            over = true;
            try {
                listener.onEnd();
            } catch (RuntimeException fault) {
                over = false;
                fault(fault);
            }
        }
    }

    private void fail(Throwable cause) {
        if (!over) {
            over = true;
            // A provider that refuses our certificate says so after the handshake; Netty wraps what it then says.
            Throwable inner = cause instanceof DecoderException ? cause.getCause() : null;
            listener.onFailure(failure(inner == null ? cause : inner));
        }
    }

    private Failure failure(Throwable cause) {
        String name = provider.name();
        Failure failure =
                switch (cause) {
                    case ConnectTimeoutException timeout -> connectTimeout(name);
                    // Vert.x' own, where the wait for a connection from the pool was too long.
                    case TimeoutException timeout -> connectTimeout(name);
                    case UnknownHostException unknown ->
                        Failure.of(FailureKind.PROVIDER_UNREACHABLE, "The address of " + name + " cannot be resolved.")
                                .withCode("upstream_unreachable");
                    case SSLException tls ->
                        Failure.of(
                                        FailureKind.PROVIDER_UNREACHABLE,
                                        "No secure connection to " + name + ": the TLS handshake failed.")
                                .withCode("upstream_tls_error");
                    case java.net.ConnectException refused ->
                        Failure.of(
                                        FailureKind.PROVIDER_UNREACHABLE,
                                        name + " cannot be reached: the connection was refused.")
                                .withCode("upstream_unreachable");
                    default ->
                        request == null
                                ? Failure.of(FailureKind.PROVIDER_UNREACHABLE, name + " cannot be reached.")
                                        .withCode("upstream_unreachable")
                                : Failure.of(
                                                FailureKind.PROVIDER_CUT,
                                                name + " closed the connection before its answer was complete.")
                                        .withCode("upstream_closed");
                };
        return failure.withProvider(name);
    }

    private static Failure connectTimeout(String name) {
        return Failure.of(FailureKind.TIMEOUT_CONNECT, "No connection to " + name + " within its connect timeout.")
                .withCode("upstream_connect_timeout");
    }
}
