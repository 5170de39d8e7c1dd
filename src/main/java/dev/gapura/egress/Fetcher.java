package dev.gapura.egress;

import dev.gapura.config.ProxySettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.resolver.NameResolver;
import io.vertx.core.net.ClientSSLOptions;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Fetches addresses that came from outside, from callers now, from models and tools later. For each address
/// and each redirect:
///
/// 1. it is taken apart once ([WebAddress]); `http` only where the operator named host and port;
/// 2. its name is resolved once. **One address among the answers that may not be reached refuses them all**:
/// a name with public and private addresses at once is how a check is got around, and a caller could not
/// choose anyway;
/// 3. the connection is made to one of the addresses that were checked, in their order, with the name only in
/// `Host`, in SNI and in the check of the certificate. Nothing resolves a second time;
/// 4. the request carries no cookies, no credentials, no referrer; the answer is taken as it is, compression
/// refused.
///
/// Where `HTTPS_PROXY` stands for calls to providers it stands here too, by the same rules of `NO_PROXY`: the
/// proxy is then asked for a tunnel to the address that was checked, not to the name.
///
/// One instance a process. Fetches run on the event loop of their caller, each on a connection of its own
/// that closes after it: a pooled one may lead to an address that was checked for somebody else. Limits:
/// [FetchLimits#DEFAULT]; what was fetched lately is kept a short while ([FetchCache]).
public final class Fetcher implements AutoCloseable {
    private final Vertx vertx;
    private final HttpClientAgent client;
    private final Reach reach;
    private final FetchLimits limits;
    private final Permits permits;
    private final FetchCache cache = new FetchCache(System::nanoTime);

    /// @param proxies of the environment, as providers are called through
    public Fetcher(Vertx vertx, ProxySettings proxies) {
        this(vertx, proxies, FetchLimits.DEFAULT, new ClientSSLOptions(), system(vertx));
    }

    /// @param tls whom to trust; host names are always verified
    Fetcher(Vertx vertx, ProxySettings proxies, FetchLimits limits, ClientSSLOptions tls, Resolver resolver) {
        this.vertx = vertx;
        this.limits = limits;
        this.permits = new Permits(limits.atOnce(), limits.waiting());
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(32 * 1024)
                .setVerifyHost(true));
        this.reach = new Reach(client, resolver, proxies, tls.copy().setHostnameVerificationAlgorithm("HTTPS"));
    }

    /// Fetches one address. Completes on the caller's event loop, at the latest after ten seconds.
    ///
    /// @param url as it came
    /// @param param path of the request's field that holds it, for the failure; null where there is none
    /// @param rules what may be reached, of the configuration that the caller's request goes by
    /// @return fails with a [dev.gapura.failure.GatewayException]: 400 with code `media_fetch_refused`,
    ///     `media_fetch_failed` or `media_too_large`, or 503 where too many fetch at once
    public Future<Fetched> fetch(String url, @Nullable String param, EgressRules rules) {
        return start(url, param, rules).future();
    }

    /// The same, to be given up by [Fetch#cancel].
    Fetch start(String url, @Nullable String param, EgressRules rules) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Fetch fetch = new Fetch(this, context, url, rules, new FetchFailures(param));
        context.runOnContext(now -> fetch.begin());
        return fetch;
    }

    @Override
    public void close() {
        client.close();
    }

    Vertx vertx() {
        return vertx;
    }

    Reach reach() {
        return reach;
    }

    FetchLimits limits() {
        return limits;
    }

    Permits permits() {
        return permits;
    }

    FetchCache cache() {
        return cache;
    }

    static Resolver system(Vertx vertx) {
        NameResolver names = ((VertxInternal) vertx).nameResolver();
        return name -> names.resolveAll(name)
                .map(found -> found.stream().map(InetSocketAddress::getAddress).toList());
    }
}
