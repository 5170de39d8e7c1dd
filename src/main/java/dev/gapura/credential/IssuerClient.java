package dev.gapura.credential;

import dev.gapura.config.ProxyAddress;
import dev.gapura.config.ProxySettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Asks those who hand out credentials: token endpoints by https, through the proxy of the environment where there is
/// one, and the metadata services of clouds. Blocks; for virtual threads. Follows no redirects.
final class IssuerClient implements AutoCloseable {
    /// A connection is made within this: metadata services are near, and on other machines nobody answers
    /// there.
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private static final Duration WHOLE = Duration.ofSeconds(10);
    /// Tokens have a few KB.
    private static final int MAX_BYTES = 256 * 1024;

    private final HttpClientAgent client;
    private final ProxySettings proxies;

    /// An answer, whatever its status.
    record Answer(int status, String text) {
        boolean ok() {
            return status == 200;
        }
    }

    IssuerClient(Vertx vertx, ProxySettings proxies) {
        this.proxies = proxies;
        client = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setMaxHeaderSize(32 * 1024)
                .setVerifyHost(true));
    }

    /// One request with its answer.
    ///
    /// @param who as the sentence of a failure calls the other side (`Google's token endpoint`)
    /// @param proxy that the provider names for its calls; null: that of the environment
    /// @throws CredentialException when no answer came
    Answer send(
            String who, HttpMethod method, URI address, Map<String, String> headers, String body, @Nullable URI proxy)
            throws CredentialException {
        Future<Answer> answer = client.request(options(who, method, address, proxy))
                .compose(request -> {
                    headers.forEach(request::putHeader);
                    return request.send(body).compose(response -> read(request, response));
                });
        return within(who, answer);
    }

    /// The status of an answer, whose body is not read.
    ///
    /// @throws CredentialException when no answer came
    int status(String who, HttpMethod method, URI address, Map<String, String> headers, @Nullable URI proxy)
            throws CredentialException {
        return within(who, client.request(options(who, method, address, proxy)).compose(request -> {
            headers.forEach(request::putHeader);
            return request.send().map(response -> {
                int status = response.statusCode();
                // Its body is not wanted, and the end of it is no fault.
                response.exceptionHandler(reset -> {});
                request.reset();
                return status;
            });
        }));
    }

    private static <T> T within(String who, Future<T> answer) throws CredentialException {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new CredentialException(who + " did not answer within " + WHOLE.toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            throw new CredentialException(who + " cannot be reached from here", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CredentialException("the gateway is stopping", interrupted);
        }
    }

    private RequestOptions options(String who, HttpMethod method, URI address, @Nullable URI own)
            throws CredentialException {
        String scheme = address.getScheme();
        boolean secure = "https".equalsIgnoreCase(scheme);
        if (address.getHost() == null || (!secure && !"http".equalsIgnoreCase(scheme))) {
            throw new CredentialException("the address of " + who + " is not one of http or https");
        }
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(address.toString())
                .setFollowRedirects(false)
                .setConnectTimeout(CONNECT.toMillis())
                .setIdleTimeout(WHOLE.toMillis());
        URI proxy = secure ? proxies.proxyFor(address, own) : null;
        if (proxy != null) {
            ProxyAddress through = ProxyAddress.of(proxy);
            ProxyOptions asked = new ProxyOptions()
                    .setType(ProxyType.HTTP)
                    .setHost(through.host())
                    .setPort(through.port());
            if (through.user() != null && through.password() != null) {
                asked.setUsername(through.user()).setPassword(through.password().reveal());
            }
            options.setProxyOptions(asked);
        }
        return options;
    }

    private static Future<Answer> read(HttpClientRequest request, HttpClientResponse response) {
        Buffer all = Buffer.buffer();
        response.handler(piece -> {
            if (all.length() + piece.length() > MAX_BYTES) {
                request.reset();
            } else {
                all.appendBuffer(piece);
            }
        });
        return response.end().map(nothing -> new Answer(response.statusCode(), all.toString(StandardCharsets.UTF_8)));
    }

    /// `application/x-www-form-urlencoded`, in the order of the map.
    static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public void close() {
        client.close();
    }
}
