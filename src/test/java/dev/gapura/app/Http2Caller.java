package dev.gapura.app;

import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// An HTTP/2 client of a gateway that puts all its calls on one connection, can stop reading one of them, cancel it, or
/// leave with all. In clear text it begins with HTTP/2 at once, without an upgrade.
final class Http2Caller implements AutoCloseable {
    /// What a stream of this client may send ahead of its reader; the protocol's own default.
    static final int WINDOW_BYTES = 65_535;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final TestGateway gateway;
    private final HttpClientAgent client;

    /// @param ca authority of the gateway's certificate, null for clear text
    Http2Caller(TestGateway gateway, Path ca) {
        this.gateway = gateway;
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(64 * WINDOW_BYTES)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW_BYTES))
                .setDefaultHost("localhost")
                .setDefaultPort(gateway.port());
        if (ca != null) {
            options.setSsl(true).setUseAlpn(true).setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
        }
        client = vertx.createHttpClient(options, new PoolOptions().setHttp2MaxSize(1));
    }

    /// Sends a chat request.
    Answer chat(boolean stream, String text) {
        return send(HttpMethod.POST, Ask.CHAT, Map.of(), Ask.body(stream, text), false);
    }

    /// Sends a chat request for a stream and reads nothing of its body before [Answer#read].
    Answer unread(boolean stream, String text) {
        return send(HttpMethod.POST, Ask.CHAT, Map.of(), Ask.body(stream, text), true);
    }

    /// @param headers beside the key and the type; these win
    Answer send(HttpMethod method, String path, Map<String, String> headers, String body) {
        return send(method, path, headers, body, false);
    }

    private Answer send(HttpMethod method, String path, Map<String, String> headers, String body, boolean unread) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("authorization", "Bearer " + gateway.key());
        if (!body.isEmpty()) {
            all.put("content-type", "application/json");
        }
        all.putAll(headers);
        Answer answer = new Answer(unread);
        client.request(method, path)
                .onSuccess(request -> {
                    answer.request.complete(request);
                    request.exceptionHandler(answer::fail);
                    all.forEach(request::putHeader);
                    // Before the request is sent: a body that comes before its handler is lost.
                    request.response().onSuccess(answer::begin).onFailure(answer::fail);
                    request.end(Buffer.buffer(body));
                })
                .onFailure(answer::fail);
        return answer;
    }

    /// A sample of the gateway's metrics, 0 where it has none of that name.
    double metric(String name) {
        return Ask.metric(send(HttpMethod.GET, "/metrics", Map.of(), "").whole().text(), name);
    }

    /// Open exchanges, without the one that asks.
    long openExchanges() {
        return Math.round(metric("gapura_open_exchanges")) - 1;
    }

    /// Leaves: closes the connection with whatever is open on it.
    @Override
    public void close() {
        Waiting.get(vertx.close());
    }

    /// One call and what has come of its answer so far.
    static final class Answer {
        private final boolean unread;
        private final CompletableFuture<HttpClientRequest> request = new CompletableFuture<>();
        private final CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
        private final CompletableFuture<byte[]> end = new CompletableFuture<>();
        private final Buffer body = Buffer.buffer();
        private volatile int length;

        private Answer(boolean unread) {
            this.unread = unread;
        }

        private void begin(HttpClientResponse response) {
            if (unread) {
                response.pause();
            }
            response.handler(piece -> {
                body.appendBuffer(piece);
                length = body.length();
            });
            response.exceptionHandler(this::fail);
            response.endHandler(nothing -> end.complete(body.getBytes()));
            head.complete(response);
        }

        private void fail(Throwable why) {
            request.completeExceptionally(why);
            head.completeExceptionally(why);
            end.completeExceptionally(why);
        }

        /// Waits for the head and gives the status.
        int status() {
            return get(head).statusCode();
        }

        /// Bytes of the body that were read so far.
        int length() {
            return length;
        }

        /// Reads on, or for the first time.
        void read() {
            get(head).resume();
        }

        /// Resets the stream.
        void cancel() {
            get(request).reset(8);
        }

        /// Waits for the end and gives the answer; fails when it ended in any other way.
        RawClient.Response whole() {
            byte[] bytes = get(end);
            HttpClientResponse response = get(head);
            Map<String, String> headers = new LinkedHashMap<>();
            response.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
            return new RawClient.Response(
                    new RawClient.Head("HTTP/2", response.statusCode(), "", headers), bytes, true);
        }

        /// Waits for the end and says how the answer broke off; fails when it did not.
        Throwable broken() {
            try {
                byte[] bytes = end.get(10, TimeUnit.SECONDS);
                throw new AssertionError("a whole answer of " + bytes.length + " bytes");
            } catch (ExecutionException broken) {
                return broken.getCause();
            } catch (Exception late) {
                throw new AssertionError("the answer did not end", late);
            }
        }

        private static <T> T get(CompletableFuture<T> future) {
            try {
                return future.get(10, TimeUnit.SECONDS);
            } catch (Exception failed) {
                throw new AssertionError("no answer", failed);
            }
        }
    }
}
