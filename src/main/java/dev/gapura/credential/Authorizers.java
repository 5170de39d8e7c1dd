package dev.gapura.credential;

import dev.gapura.config.ProxySettings;
import dev.gapura.provider.Identity;
import dev.gapura.provider.Provider;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The credentials of this process: one [Authorizer] an identity, kept over reloads of the configuration, so that a
/// reload costs no new token. Any thread.
public final class Authorizers implements AutoCloseable {
    private final Map<String, String> environment;
    private final InstantSource clock;
    private final ProxySettings proxies;
    private final IssuerClient client;
    private final Map<Key, Authorizer> made = new ConcurrentHashMap<>();

    /// @param proxy that the provider names itself; the environment's is chosen anew for each address
    private record Key(Identity identity, @Nullable URI proxy) {}

    /// @param environment where clouds and their tools leave credentials, or where they are
    /// @param proxies by which token endpoints are reached
    /// @param clock tells what has expired, and dates signatures
    public Authorizers(Vertx vertx, Map<String, String> environment, ProxySettings proxies, InstantSource clock) {
        this.environment = Map.copyOf(environment);
        this.clock = clock;
        this.proxies = proxies;
        this.client = new IssuerClient(vertx, proxies);
    }

    /// Who proves for this provider who calls; null where a fixed header does, or nothing is needed. Never
    /// blocks.
    public @Nullable Authorizer of(Provider provider) {
        Key key = key(provider);
        return key == null ? null : made.computeIfAbsent(key, fresh -> make(provider.name(), fresh));
    }

    /// Tries keys of providers.
    public KeyTest keyTest() {
        return new KeyTest(client);
    }

    /// Forgets the credentials that none of these providers uses.
    public void retain(Collection<Provider> providers) {
        made.keySet().retainAll(providers.stream().map(this::key).toList());
    }

    @Override
    public void close() {
        client.close();
    }

    private @Nullable Key key(Provider provider) {
        Identity identity = provider.identity();
        if (identity == null) {
            return null;
        }
        URI proxy = provider.proxy();
        boolean own = proxy != null && !proxy.equals(proxies.proxyFor(provider.baseUrl(), null));
        return new Key(identity, own ? proxy : null);
    }

    private Authorizer make(String name, Key key) {
        return switch (key.identity()) {
            case Identity.Aws aws -> aws(name, aws, key.proxy());
            case Identity.Google google ->
                new RenewingAuthorizer(name, new GoogleSource(google, environment, clock, client, key.proxy()), clock);
            case Identity.Entra entra ->
                new RenewingAuthorizer(
                        name, EntraSource.of(entra, environment, new TokenEndpoint(client, clock, key.proxy())), clock);
            case Identity.EntraWorkload workload ->
                new RenewingAuthorizer(
                        name,
                        EntraSource.ofWorkload(environment, new TokenEndpoint(client, clock, key.proxy())),
                        clock);
            case Identity.EntraManaged managed ->
                new RenewingAuthorizer(name, new EntraManagedSource(managed, environment, clock, client), clock);
        };
    }

    private Authorizer aws(String name, Identity.Aws aws, @Nullable URI proxy) {
        if (aws.keys() != null) {
            return new FixedAuthorizer(new AwsCredential(aws.keys(), aws.region(), aws.service(), clock));
        }
        AwsRoles roles = new AwsRoles(environment, client, clock, aws.region(), proxy);
        AwsMetadata metadata = new AwsMetadata(environment, client);
        return new RenewingAuthorizer(name, new AwsChain(aws, environment, clock, roles, metadata), clock);
    }
}
