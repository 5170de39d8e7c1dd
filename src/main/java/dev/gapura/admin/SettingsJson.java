package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Alerts;
import dev.gapura.config.Config;
import dev.gapura.config.Durations;
import dev.gapura.config.Limits;
import dev.gapura.config.Quota;
import dev.gapura.config.Restrictions;
import dev.gapura.limit.QuotaJson;
import dev.gapura.wire.JsonTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A configuration as JSON, without secrets. Pure.
final class SettingsJson {
    private SettingsJson() {}

    /// The document.
    static ObjectNode of(Config config) {
        ObjectNode document = JsonTree.object();
        Config.Server server = config.server();
        ObjectNode listener = document.putObject("server");
        listener.put("host", server.host());
        listener.put("port", server.port());
        listener.put("max_body_bytes", server.maxBodyBytes());
        listener.put("drain", Durations.write(server.drain()));
        listener.put("head_timeout", Durations.write(server.headTimeout()));
        listener.put("body_timeout", Durations.write(server.bodyTimeout()));
        listener.put("idle_timeout", Durations.write(server.idleTimeout()));
        listener.put("heartbeat", Durations.write(server.heartbeat()));
        listener.put("write_timeout", Durations.write(server.writeTimeout()));
        listener.put("max_connections", server.maxConnections());
        listener.put("tls", server.tls() != null);
        server.cors().origins().forEach(listener.putArray("cors")::add);
        server.trustedProxies().forEach(listener.putArray("trusted_proxies")::add);
        listener.put("admin_port", server.adminPort());
        Config.AccessLog log = server.accessLog();
        listener.put(
                "access_log",
                log.file() == null
                        ? log.kind().name().toLowerCase(Locale.ROOT)
                        : log.file().toString());
        timeouts(document.putObject("timeouts"), config.timeouts());
        limits(document, config);
        ObjectNode egress = document.putObject("egress");
        ArrayNode allowed = egress.putArray("allow");
        config.egress()
                .networks()
                .forEach(network -> allowed.add(network.network().getHostAddress() + "/" + network.prefixBits()));
        config.egress().hosts().forEach(host -> allowed.add(host.host() + ":" + host.port()));
        egress.put("media", config.egress().media());
        oidc(document, config.oidc());
        document.put(
                "storage",
                switch (config.storage().place()) {
                    case Config.Sqlite(Path file) -> file == null ? "sqlite" : "sqlite " + file;
                    case Config.Postgresql place -> place.toString();
                });
        ObjectNode history = document.putObject("history");
        Config.History kept = config.storage().history();
        history.put("keep", Durations.write(kept.keep()));
        history.put("bodies", kept.bodies().name().toLowerCase(Locale.ROOT));
        history.put("body_max_bytes", kept.bodyMaxBytes());
        history.put("max_bytes", kept.maxBytes());
        history.put("keep_bodies", Durations.write(kept.keepBodies()));
        ArrayNode providers = document.putArray("providers");
        config.providers().forEach((name, entry) -> {
            ObjectNode one = providers.addObject();
            one.put("name", name);
            one.put("dialect", entry.dialect());
            one.put("api_key", entry.apiKey() == null ? null : "***");
            entry.headers().keySet().forEach(one.putArray("headers")::add);
            timeouts(one.putObject("timeouts"), entry.timeouts());
        });
        ObjectNode models = document.putObject("models");
        config.models()
                .forEach((name, alias) ->
                        alias.targets().forEach(models.putObject(name).putArray("targets")::add));
        ArrayNode keys = document.putArray("keys");
        config.keys().forEach(key -> {
            ObjectNode one = keys.addObject();
            one.put("id", "config:" + key.name());
            one.put("name", key.name());
            patterns(one, "models", key.models());
            patterns(one, "tools", key.tools());
            key.offer().forEach(one.putArray("offer")::add);
        });
        config.tools().keySet().forEach(document.putArray("tools")::add);
        return document;
    }

    private static void patterns(ObjectNode key, String name, @Nullable List<String> values) {
        if (values == null) {
            key.putNull(name);
        } else {
            values.forEach(key.putArray(name)::add);
        }
    }

    private static void timeouts(ObjectNode object, Config.Timeouts timeouts) {
        object.put("connect", Durations.write(timeouts.connect()));
        object.put("first_token", Durations.write(timeouts.firstToken()));
        object.put("between_chunks", Durations.write(timeouts.betweenChunks()));
        object.put("total", Durations.write(timeouts.total()));
    }

    private static void limits(ObjectNode document, Config config) {
        ObjectNode limits = document.putObject("limits");
        Limits each = config.limits();
        limits.put("max_fanout", each.maxFanout());
        limits.put("max_steps", each.maxSteps());
        limits.put("max_tool_calls", each.maxToolCalls());
        limits.put("tool_time", Durations.write(each.toolTime()));
        limits.put("max_repeats", each.maxRepeats());
        limits.put("max_repairs", each.maxRepairs());
        limits.put("max_tool_tokens", each.maxToolTokens());
        limits.put("max_tool_usd", each.maxToolUsd());
        Restrictions all = config.restrictions();
        ObjectNode models = limits.putObject("models");
        all.models().forEach((pattern, quota) -> models.set(pattern, QuotaJson.of(quota)));
        quota(limits, "people", all.people());
        quota(limits, "end_users", all.endUsers());
        quota(limits, "everyone", all.everyone());
        document.putObject("budget").put("allow_unknown_price", all.allowUnknownPrice());
        alerts(document, all.alerts());
        Restrictions.Shared shared = all.shared();
        document.putObject("shared")
                .put("url", shared == null ? null : "***")
                .put("on_loss", shared == null ? null : shared.onLoss().name().toLowerCase(Locale.ROOT));
    }

    /// Address and secret say where and how somebody is told, and are shown nowhere.
    private static void alerts(ObjectNode document, @Nullable Alerts alerts) {
        if (alerts == null) {
            document.putNull("alerts");
            return;
        }
        ObjectNode told = document.putObject("alerts");
        told.put("url", "***");
        told.put("secret", alerts.secret() == null ? null : "***");
        alerts.thresholds().forEach(told.putArray("thresholds")::add);
    }

    private static void quota(ObjectNode limits, String name, Quota quota) {
        limits.set(name, quota.isNone() ? null : QuotaJson.of(quota));
    }

    private static void oidc(ObjectNode document, Config.@Nullable Oidc oidc) {
        if (oidc == null) {
            document.putNull("oidc");
            return;
        }
        ObjectNode login = document.putObject("oidc");
        login.put("issuer", oidc.issuer());
        login.put("client_id", oidc.clientId());
        oidc.scopes().forEach(login.putArray("scopes")::add);
        oidc.allowedDomains().forEach(login.putArray("allowed_domains")::add);
        login.put("default_role", oidc.defaultRole());
    }
}
