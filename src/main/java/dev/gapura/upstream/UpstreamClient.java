package dev.gapura.upstream;

import dev.gapura.config.Config;
import dev.gapura.config.ProxyAddress;
import dev.gapura.credential.Authorizer;
import dev.gapura.credential.Authorizers;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Provider;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.URI;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls providers from one event loop: its connections live on the loop that asks, so that a client's
/// connection and the upstream one it waits for share a thread. One instance an event loop, used on that loop
/// only.
public final class UpstreamClient implements AutoCloseable {
    /// Idle connections are kept this long; shorter than the idle limit of the providers' edges (60 s and
    /// more), so that a request does not meet a connection that is just being closed.
    private static final int KEEP_ALIVE_SECONDS = 30;
    /// In effect no limit: how many calls run at once is decided before, by permits, not by a queue that
    /// nobody sees.
    private static final int MAX_CONNECTIONS = 65_536;
    /// The most that one read takes from a provider's socket: with the client's write queue it stays below
    /// the 64 KiB that a slow reader may hold. The kernel's own buffer is left to grow, or a large answer
    /// would crawl over a long line.
    static final int READ_BYTES = 32 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamClient.class);

    private final HttpClientAgent client;
    private final Context loop;
    private final Authorizers authorizers;
    private final Map<Provider, RequestOptions> prepared = new IdentityHashMap<>();

    /// @param authorizers credentials of providers that want more than a fixed header
    public UpstreamClient(Vertx vertx, Authorizers authorizers) {
        loop = vertx.getOrCreateContext();
        this.authorizers = authorizers;
        HttpClientOptions options = new HttpClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(64 * 1024)
                .setMaxInitialLineLength(8 * 1024)
                .setPipelining(false)
                .setVerifyHost(true);
        PoolOptions pool = new PoolOptions()
                .setEventLoopSize(0)
                .setHttp1MaxSize(MAX_CONNECTIONS)
                .setMaxWaitQueueSize(-1);
        client = vertx.httpClientBuilder()
                .with(options)
                .with(pool)
                .withConnectHandler(UpstreamClient::gatherContent)
                .build();
    }

    /// Starts one call.
    ///
    /// @param endpoint where the provider is called
    /// @param body makes the request body, once a connection is there; the buffer is released when it was
    ///     sent
    /// @param headers all request headers but `host` and `content-length`
    public Attempt send(
            Provider provider,
            Endpoint endpoint,
            Supplier<ByteBuf> body,
            Map<String, String> headers,
            AnswerListener listener) {
        RequestOptions options = new RequestOptions(prepared.computeIfAbsent(provider, UpstreamClient::prepare))
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setSsl(endpoint.ssl())
                .setURI(endpoint.target());
        Attempt attempt = new Attempt(loop, provider, endpoint, headers, body, listener);
        Authorizer authorizer = authorizers.of(provider);
        if (authorizer == null) {
            client.request(options).onComplete(attempt::connected);
        } else {
            attempt.authorize(authorizer, () -> client.request(options).onComplete(attempt::connected));
        }
        return attempt;
    }

    /// Forgets what was prepared for providers that a new configuration replaced.
    public void forget() {
        prepared.clear();
    }

    @Override
    public void close() {
        client.close();
    }

    private static void gatherContent(HttpConnection connection) {
        // The exchange tells what a broken connection meant; without a handler Vert.x logs an error besides.
        connection.exceptionHandler(broken -> LOG.debug("a provider's connection broke", broken));
        if (connection instanceof ConnectionBase base) {
            base.channel().config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(512, 2048, READ_BYTES));
            ChannelPipeline pipeline = base.channel().pipeline();
            if (pipeline.get("codec") != null && pipeline.get("handler") != null) {
                pipeline.addBefore("handler", "gatherer", new ContentGatherer());
            }
        }
    }

    private static RequestOptions prepare(Provider provider) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setFollowRedirects(false)
                .setConnectTimeout(provider.timeouts().connect().toMillis());
        if ("https".equals(provider.baseUrl().getScheme())) {
            options.setSslOptions(tls(provider.tls()));
        }
        URI proxy = provider.proxy();
        if (proxy != null) {
            options.setProxyOptions(proxy(proxy));
        }
        return options;
    }

    private static ClientSSLOptions tls(Config.@Nullable UpstreamTls tls) {
        ClientSSLOptions options = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
        if (tls != null && tls.ca() != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(tls.ca().toString()));
        }
        if (tls != null && tls.certificate() != null && tls.key() != null) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(tls.certificate().toString())
                    .addKeyPath(tls.key().toString()));
        }
        return options;
    }

    private static ProxyOptions proxy(URI proxy) {
        ProxyAddress address = ProxyAddress.of(proxy);
        ProxyOptions options = new ProxyOptions()
                .setType(ProxyType.HTTP)
                .setHost(address.host())
                .setPort(address.port());
        if (address.user() != null && address.password() != null) {
            options.setUsername(address.user()).setPassword(address.password().reveal());
        }
        return options;
    }
}
