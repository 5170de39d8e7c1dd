package dev.gapura.egress;

import dev.gapura.config.ProxySettings;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Calls the addresses of server tools, behind the same check as [Fetcher]: each address and each redirect is resolved
/// once, checked, and connected to as checked. Its methods block and are called on virtual threads; an interrupt ends
/// the call. One instance a process.
public final class Outbound implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int REDIRECTS = 3;

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final Reach reach;

    /// @param proxies of the environment, as providers are called through
    public Outbound(Vertx vertx, ProxySettings proxies) {
        this(vertx, proxies, new ClientSSLOptions());
    }

    /// @param tls whom to trust; host names are always verified
    Outbound(Vertx vertx, ProxySettings proxies, ClientSSLOptions tls) {
        this.vertx = vertx;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                // Each connection serves one call and is closed here: a server that was told so would close it while
                // what it sent still waits to be read, which looks like a break.
                .setKeepAlive(true)
                .setDecompressionSupported(true)
                .setMaxHeaderSize(32 * 1024)
                .setVerifyHost(true));
        this.reach =
                new Reach(client, Fetcher.system(vertx), proxies, tls.copy().setHostnameVerificationAlgorithm("HTTPS"));
    }

    /// One request.
    ///
    /// @param url as it is called; the check is made on it
    /// @param headers lower case; `host` and framing are written here. A redirect to another scheme, host
    ///     or port goes without them
    /// @param body null: none
    public record Call(String method, String url, Map<String, String> headers, byte @Nullable [] body) {
        public Call {
            headers = Map.copyOf(headers);
        }
    }

    /// Why there is no answer: words that end a sentence and hold no address.
    public static final class OutboundException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean refused;

        private OutboundException(String reason) {
            this(reason, false);
        }

        private OutboundException(String reason, boolean refused) {
            super(reason);
            this.refused = refused;
        }

        /// Whether the address may not be reached, which the operator can change.
        public boolean refused() {
            return refused;
        }
    }

    /// Makes a call and waits for the head of its answer. A redirect of a `GET` is followed with its
    /// headers where scheme, host and port stay the same, else without them; other methods are not
    /// redirected.
    ///
    /// @param rules what may be reached
    /// @throws OutboundException where there is no answer
    /// @throws InterruptedException when nobody waits for it any more; the connection is closed
    public Answer call(Call call, EgressRules rules) throws OutboundException, InterruptedException {
        WebAddress address = WebAddress.parse(call.url());
        Map<String, String> headers = call.headers();
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            if (address == null) {
                throw new OutboundException("its address cannot be called");
            }
            Answer answer = once(call, address, headers, rules);
            String location = answer.headers().get("location");
            boolean redirect =
                    switch (answer.status()) {
                        case 301, 302, 303, 307, 308 -> call.method().equals("GET");
                        default -> false;
                    };
            if (!redirect || location == null) {
                return answer;
            }
            answer.close();
            WebAddress next =
                    address.follow(new String(location.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
            if (next != null && !next.sameOrigin(address)) {
                headers = Map.of("accept", headers.getOrDefault("accept", "*/*"));
            }
            address = next;
        }
        throw new OutboundException("its server redirected more than " + REDIRECTS + " times");
    }

    private Answer once(Call call, WebAddress address, Map<String, String> headers, EgressRules rules)
            throws OutboundException, InterruptedException {
        Context context = vertx.getOrCreateContext();
        Answer answer = new Answer(context);
        context.runOnContext(now -> reach.connect(address, rules, CONNECT)
                .compose(connection -> ask(call, address, headers, connection, answer))
                .onComplete(answer::headOrFailure));
        answer.awaitHead();
        return answer;
    }

    private static Future<HttpClientResponse> ask(
            Call call,
            WebAddress address,
            Map<String, String> headers,
            HttpClientConnection connection,
            Answer answer) {
        if (!answer.connected(connection)) {
            return Future.failedFuture(new OutboundException("nobody waits for it any more"));
        }
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(call.method()))
                .setURI(address.target())
                .setFollowRedirects(false);
        headers.forEach(options::putHeader);
        if (!headers.containsKey("user-agent")) {
            options.putHeader("user-agent", "gapura");
        }
        return connection.request(options).compose(request -> {
            request.authority(Connecting.authority(address));
            return send(request, call.body());
        });
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, byte @Nullable [] body) {
        return body == null ? request.send() : request.send(Buffer.buffer(body));
    }

    @Override
    public void close() {
        client.close();
    }

    /// An answer whose head is here and whose body is read piece by piece; the sender waits while nobody
    /// reads. One thread reads; it is closed when it is done with.
    public static final class Answer implements AutoCloseable {
        /// Bytes that wait to be read before the sender is made to wait. A server that closes the
        /// connection behind its answer is not made to wait but for very long ones: the close would
        /// overtake what waits.
        private static final int WAITING_BYTES = 4 << 20;

        private final Context context;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Queue<byte[]> pieces = new ArrayDeque<>();
        private @Nullable HttpClientConnection connection;
        private @Nullable HttpClientResponse response;
        private @Nullable String failure;
        private boolean refused;
        private int waiting;
        private boolean paused;
        private boolean ended;
        private boolean closed;

        private Answer(Context context) {
            this.context = context;
        }

        /// @return false where nobody waits any more
        private boolean connected(HttpClientConnection made) {
            lock.lock();
            try {
                connection = made;
                if (closed) {
                    made.close();
                }
                return !closed;
            } finally {
                lock.unlock();
            }
        }

        private void headOrFailure(AsyncResult<HttpClientResponse> result) {
            lock.lock();
            try {
                if (result.failed()) {
                    Throwable why = result.cause();
                    refused = why instanceof Reach.UnreachableException unreachable && unreachable.refused();
                    failure = why instanceof Reach.UnreachableException || why instanceof OutboundException
                            ? why.getMessage()
                            : "the connection to its server broke";
                } else {
                    HttpClientResponse head = result.result();
                    response = head;
                    head.handler(this::piece);
                    head.exceptionHandler(broken -> end("the connection to its server broke"));
                    head.endHandler(nothing -> end(null));
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void piece(Buffer buffer) {
            lock.lock();
            try {
                pieces.add(buffer.getBytes());
                waiting += buffer.length();
                if (waiting > WAITING_BYTES && response != null) {
                    paused = true;
                    response.pause();
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void end(@Nullable String why) {
            lock.lock();
            try {
                ended = true;
                failure = why;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void awaitHead() throws OutboundException, InterruptedException {
            lock.lock();
            try {
                while (response == null && failure == null) {
                    changed.await();
                }
                if (response == null) {
                    throw new OutboundException(String.valueOf(failure), refused);
                }
            } catch (InterruptedException ended) {
                close();
                throw ended;
            } finally {
                lock.unlock();
            }
        }

        /// HTTP status.
        public int status() {
            return head().statusCode();
        }

        /// Headers of the answer.
        public MultiMap headers() {
            return head().headers();
        }

        private HttpClientResponse head() {
            HttpClientResponse head = response;
            if (head == null) {
                throw new IllegalStateException("no head");
            }
            return head;
        }

        /// The next piece of the body, null at its end.
        ///
        /// @throws OutboundException where the body breaks off
        public byte @Nullable [] read() throws OutboundException, InterruptedException {
            lock.lock();
            try {
                while (pieces.isEmpty() && !ended && !closed) {
                    changed.await();
                }
                byte[] piece = pieces.poll();
                if (piece == null) {
                    if (failure != null) {
                        throw new OutboundException(failure);
                    }
                    return null;
                }
                waiting -= piece.length;
                if (paused && waiting < WAITING_BYTES / 2) {
                    paused = false;
                    context.runOnContext(now -> head().resume());
                }
                return piece;
            } finally {
                lock.unlock();
            }
        }

        /// The body up to so many bytes; the rest is not read.
        public byte[] readUpTo(int most) throws OutboundException, InterruptedException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] piece = read(); piece != null && all.size() < most; piece = read()) {
                all.write(piece, 0, Math.min(piece.length, most - all.size()));
            }
            return all.toByteArray();
        }

        /// Closes the connection; may be called from any thread, and again.
        @Override
        public void close() {
            HttpClientConnection open;
            lock.lock();
            try {
                closed = true;
                open = connection;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            if (open != null) {
                open.close();
            }
        }
    }
}
