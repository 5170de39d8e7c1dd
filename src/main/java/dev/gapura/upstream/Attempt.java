package dev.gapura.upstream;

import dev.gapura.credential.Authorizer;
import dev.gapura.credential.Credential;
import dev.gapura.credential.CredentialException;
import dev.gapura.credential.UnsignedCall;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Provider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP call to one target: first a credential, where the provider wants more than a fixed header, then a
/// connection, then the request with what proves who calls, made over the bytes that are sent, then the answer to its
/// last byte. A call that is made again proves it anew. Made by [UpstreamClient]; every method is called on the event
/// loop of its client. It has no clock but for the credential: who watches the deadlines calls [#cancel].
public final class Attempt implements Call {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /// Longer bodies are signed off the event loop: at about 1 ms for a MiB.
    private static final int LARGE_BYTES = 256 * 1024;

    private final Provider provider;
    private final Endpoint endpoint;
    private final Context loop;
    private final AnswerListener listener;
    private final Course course = new Course();
    private @Nullable Authorizer authorizer;
    private @Nullable Credential credential;

    private @Nullable Map<String, String> headers;

    private @Nullable Supplier<ByteBuf> body;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private @Nullable Channel channel;
    private long answer;
    private boolean over;
    private boolean paused;

    /// @param loop where everything of this call happens
    Attempt(
            Context loop,
            Provider provider,
            Endpoint endpoint,
            Map<String, String> headers,
            Supplier<ByteBuf> body,
            AnswerListener listener) {
        this.loop = loop;
        this.provider = provider;
        this.endpoint = endpoint;
        this.headers = headers;
        this.body = body;
        this.listener = listener;
    }

    /// When what of it happened.
    public Course course() {
        return course;
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
            course.end(null);
            HttpClientRequest call = request;
            Channel socket = channel;
            // An answer that has ended on the wire gave its connection back: another call may have it by now.
            if (call != null && (socket == null || answersEnded(socket) == answer)) {
                call.reset();
            }
        }
    }

    /// Connects once there is a credential, at once where it is cached.
    ///
    /// @param connect takes a connection, and gives it to [#connected]
    void authorize(Authorizer source, Runnable connect) {
        authorizer = source;
        credential = source.current();
        if (credential != null) {
            connect.run();
            return;
        }
        // The credential has to leave time for the connection, and a failure that names what was too slow comes first.
        long patience = provider.timeouts().connect().toNanos() / 5 * 4;
        source.fetch()
                .orTimeout(patience, TimeUnit.NANOSECONDS)
                .whenComplete((got, fault) -> loop.runOnContext(nothing -> authorized(got, fault, connect)));
    }

    private void authorized(@Nullable Credential got, @Nullable Throwable fault, Runnable connect) {
        if (over) {
            return;
        }
        if (got != null) {
            credential = got;
            connect.run();
            return;
        }
        Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
        over = true;
        body = null;
        Failure failure = cause instanceof TimeoutException ? slowCredential() : noCredential(cause);
        course.end(failure.kind());
        listener.onFailure(failure.withProvider(provider.name()));
    }

    private Failure slowCredential() {
        return Failure.of(
                        FailureKind.TIMEOUT_CONNECT,
                        "The credentials for " + provider.name() + " did not come within its connect timeout.")
                .withCode("upstream_credentials_timeout");
    }

    private Failure noCredential(@Nullable Throwable cause) {
        if (!(cause instanceof CredentialException known)) {
            LOG.error("getting credentials for {} met a fault of the gateway", provider.name(), cause);
            return internal();
        }
        return Failure.of(
                        FailureKind.PROVIDER_AUTH,
                        "There are no credentials for " + provider.name() + ": " + known.getMessage() + ".")
                .withCode("upstream_auth_error");
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
        Map<String, String> sent = headers;
        headers = null;
        try {
            // One by one: `setAll` would clear what Vert.x has put there, the proxy's credentials among it.
            if (sent != null) {
                sent.forEach(call::putHeader);
            }
            call.response().onComplete(this::answered);
            prove(call, sent == null ? Map.of() : sent, content.get());
        } catch (RuntimeException fault) {
            fault(fault);
        }
    }

    /// Puts on the request what proves who calls, and sends it.
    private void prove(HttpClientRequest call, Map<String, String> sent, ByteBuf bytes) {
        Credential proof = credential;
        if (proof == null) {
            send(call, bytes);
            return;
        }
        UnsignedCall unsigned = new UnsignedCall(
                call.getMethod().name(), endpoint, sent, () -> new ByteBufInputStream(bytes.duplicate()));
        if (!proof.coversBody() || bytes.readableBytes() <= LARGE_BYTES) {
            try {
                proof.headers(unsigned).forEach(call::putHeader);
            } catch (RuntimeException fault) {
                bytes.release();
                throw fault;
            }
            send(call, bytes);
            return;
        }
        loop.executeBlocking(() -> proof.headers(unsigned), false).onComplete(made -> {
            if (over || made.failed()) {
                bytes.release();
                if (made.failed()) {
                    fault(new IllegalStateException(made.cause()));
                }
                return;
            }
            try {
                made.result().forEach(call::putHeader);
                send(call, bytes);
            } catch (RuntimeException fault) {
                fault(fault);
            }
        });
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
            course.end(FailureKind.INTERNAL);
            cancel();
            listener.onFailure(internal());
        }
    }

    private static Failure internal() {
        return Failure.of(
                FailureKind.INTERNAL, "The gateway met a fault of its own; its log has more under this request id.");
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
        course.head(answer.statusCode());
        response = answer;
        boolean refused = answer.statusCode() == 401 || answer.statusCode() == 403;
        if (refused && authorizer != null && credential != null) {
            authorizer.refused(credential);
        }
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
            course.end(null);
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
            Failure failure = failure(inner == null ? cause : inner);
            course.end(failure.kind());
            listener.onFailure(failure);
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
