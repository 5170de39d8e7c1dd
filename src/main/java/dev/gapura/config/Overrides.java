package dev.gapura.config;

import org.jspecify.annotations.Nullable;

/// What the command line or the environment says over the file. Survives a reload.
///
/// @param host address to bind instead of `server.host`
/// @param port TCP port instead of `server.port`, already checked to be 0..65535
public record Overrides(@Nullable String host, @Nullable Integer port) {
    /// The file decides.
    public static final Overrides NONE = new Overrides(null, null);

    Config applyTo(Config config) {
        Config.Server server = config.server();
        Config.Server replaced = new Config.Server(
                host == null ? server.host() : host,
                port == null ? server.port() : port,
                server.maxBodyBytes(),
                server.drain(),
                server.headTimeout(),
                server.bodyTimeout(),
                server.idleTimeout(),
                server.heartbeat(),
                server.writeTimeout(),
                server.maxConnections(),
                server.tls(),
                server.cors(),
                server.trustedProxies(),
                server.accessLog(),
                server.adminPort());
        return new Config(
                replaced,
                config.timeouts(),
                config.keys(),
                config.providers(),
                config.models(),
                config.catalogue(),
                config.egress(),
                config.storage(),
                config.tools(),
                config.limits(),
                config.restrictions(),
                config.oidc());
    }
}
