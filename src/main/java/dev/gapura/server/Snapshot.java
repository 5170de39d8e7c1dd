package dev.gapura.server;

import dev.gapura.access.Keys;
import dev.gapura.config.Config;
import dev.gapura.config.Limits;
import dev.gapura.egress.EgressRules;
import dev.gapura.exchange.Ground;
import dev.gapura.pricing.Catalogue;
import dev.gapura.provider.Provider;
import dev.gapura.route.Routes;
import dev.gapura.server.edge.ClientAddress;
import dev.gapura.server.edge.Cors;
import dev.gapura.tools.ToolRegistry;
import java.time.Duration;
import java.util.Map;

/// Everything a request is decided by, built from one configuration and swapped whole at a reload: an
/// exchange that has begun keeps what it began with. Immutable; read on every event loop.
///
/// @param keys virtual keys
/// @param providers by name, the simulator included
/// @param aliases names under `models`
/// @param routes model name → target
/// @param catalogue limits, abilities and prices of models
/// @param egress what may be fetched for callers
/// @param cors browser origins that may call `/v1`
/// @param clientAddress whose `X-Forwarded-For` and `X-Forwarded-Proto` count
/// @param heartbeat pause after which a quiet stream gets a comment
/// @param tools server tools
/// @param history how much of bodies is kept
/// @param limits what one request may set going
/// @param writeTimeout how long a client may take nothing of what waits for it
public record Snapshot(
        Keys keys,
        Map<String, Provider> providers,
        Map<String, Config.Alias> aliases,
        Routes routes,
        Catalogue catalogue,
        EgressRules egress,
        Cors cors,
        ClientAddress clientAddress,
        Duration heartbeat,
        Duration writeTimeout,
        ToolRegistry tools,
        Limits limits,
        Config.History history) {

    /// What chat requests are decided by.
    Ground ground() {
        return new Ground(routes, catalogue, tools, limits);
    }

    /// The same with other server tools.
    public Snapshot withTools(ToolRegistry registry) {
        return new Snapshot(
                keys,
                providers,
                aliases,
                routes,
                catalogue,
                egress,
                cors,
                clientAddress,
                heartbeat,
                writeTimeout,
                registry,
                limits,
                history);
    }
}
