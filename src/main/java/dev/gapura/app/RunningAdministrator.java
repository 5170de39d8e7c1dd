package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Asks the gateway that runs on the same data folder.
final class RunningAdministrator implements Administrator {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final LocalAddress local;
    private final HttpClient client;

    RunningAdministrator(LocalAddress local) {
        this.local = local;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .proxy(HttpClient.Builder.NO_PROXY);
        if ("https".equals(local.address().getScheme())) {
            builder.sslContext(trusting());
        }
        client = builder.build();
    }

    /// Whether a gateway listens there that takes the token: that of a gateway which was killed is left
    /// behind.
    boolean answers() {
        try {
            return send("GET", "/requests?limit=1", null, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    != 401;
        } catch (IOException nobody) {
            return false;
        }
    }

    @Override
    public JsonNode call(String method, String target, @Nullable JsonNode body) {
        try {
            HttpResponse<byte[]> response = send(method, target, body, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode document = JsonTree.read(response.body(), 0, response.body().length);
            if (response.statusCode() >= 400) {
                throw new Refusal(
                        response.statusCode(),
                        document.path("error").path("message").asText());
            }
            return document;
        } catch (IOException | JsonException failed) {
            throw new Refusal(503, "The gateway at " + local.address() + " did not answer: " + failed.getMessage());
        }
    }

    @Override
    public void follow(String target, Consumer<String> line) {
        try {
            HttpResponse<Stream<String>> response = send("GET", target, null, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() >= 400) {
                    throw new Refusal(response.statusCode(), "The gateway refused to be followed.");
                }
                lines.forEach(line);
            }
        } catch (IOException failed) {
            throw new Refusal(503, "The gateway at " + local.address() + " did not answer: " + failed.getMessage());
        }
    }

    private <T> HttpResponse<T> send(
            String method, String target, @Nullable JsonNode body, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(local.address() + "/admin/api" + target))
                .timeout(ANSWER)
                .header("authorization", "Bearer " + local.token());
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json");
            request.method(method, HttpRequest.BodyPublishers.ofString(JsonTree.text(body), StandardCharsets.UTF_8));
        }
        try {
            return client.send(request.build(), handler);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    /// Whoever listens at the address in a file that only the gateway's user can write is the gateway; its
    /// certificate is for the names that callers use.
    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAny()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class TrustAny extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
