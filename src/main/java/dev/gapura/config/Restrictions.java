package dev.gapura.config;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/// How much may be used of the gateway beside what single keys may: members of `limits`, `budget`, `alerts`
/// and `shared`.
/// Immutable; any thread.
///
/// @param models by pattern of `provider/model`, in which `*` is any run of characters: one quota for all models that
///     match it
/// @param people what each person may use, with all keys and sessions of theirs
/// @param endUsers what each end user may use, whom the caller names in `safety_identifier` or `user`
/// @param everyone what all together may use
/// @param allowUnknownPrice whether a key with a budget may call a model whose price nobody knows
/// @param alerts where it is told that budgets are used up, null: nowhere
/// @param shared where replicas count together; null: each counts for itself
public record Restrictions(
        Map<String, Quota> models,
        Quota people,
        Quota endUsers,
        Quota everyone,
        boolean allowUnknownPrice,
        @Nullable Alerts alerts,
        @Nullable Shared shared) {

    /// What holds where nothing is said.
    public static final Restrictions NONE =
            new Restrictions(Map.of(), Quota.NONE, Quota.NONE, Quota.NONE, false, null, null);

    public Restrictions {
        models = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(models));
    }

    /// A Redis or Valkey server in which the replicas of a gateway count together.
    ///
    /// @param url may hold a password
    /// @param timeout after which it counts as away
    /// @param onLoss what is done while it is away
    public record Shared(Secret url, Duration timeout, OnLoss onLoss) {
        /// Far more than an answer takes, and hardly more than a caller notices.
        public static final Duration USUAL_TIMEOUT = Duration.ofMillis(400);
    }

    /// What becomes of limits while the shared server is away.
    public enum OnLoss {
        /// Each replica counts for itself, with its share.
        LOCAL,
        /// Requests that a limit applies to are refused.
        CLOSED
    }

    /// @param limits the section `limits`, which somebody else closes
    static Restrictions read(Document document, Section limits, Section budget, Section top) {
        Map<String, Quota> models = new LinkedHashMap<>();
        Section patterns = limits.section("models");
        for (Map.Entry<String, NodeTuple> member : patterns.named().entrySet()) {
            models.put(
                    member.getKey(),
                    Quota.read(new Section(
                            document,
                            patterns.path(member.getKey()),
                            member.getValue().getValueNode())));
        }
        Restrictions read = new Restrictions(
                models,
                Quota.read(limits.section("people")),
                Quota.read(limits.section("end_users")),
                Quota.read(limits.section("everyone")),
                budget.bool("allow_unknown_price", false),
                Alerts.read(document, top),
                shared(document, top));
        budget.close();
        return read;
    }

    private static @Nullable Shared shared(Document document, Section top) {
        if (!top.has("shared")) {
            return null;
        }
        Section section = top.section("shared");
        String url = section.text("url");
        Duration timeout = section.duration("timeout", Shared.USUAL_TIMEOUT, Duration.ofMillis(50));
        String onLoss = section.word("on_loss", List.of("local", "closed"));
        if (url == null && !section.has("url")) {
            document.error(
                    section.node(),
                    section.path("url") + " is missing; write url: redis://HOST:6379, or remove shared");
        }
        if (url != null && !isRedis(url)) {
            // It may hold a password and is not shown.
            document.error(
                    section.node(), section.path("url") + " is not an address such as redis://HOST:6379 or rediss://…");
            url = null;
        }
        section.close();
        return url == null
                ? null
                : new Shared(new Secret(url), timeout, "closed".equals(onLoss) ? OnLoss.CLOSED : OnLoss.LOCAL);
    }

    private static boolean isRedis(String text) {
        try {
            URI address = URI.create(text);
            return ("redis".equals(address.getScheme()) || "rediss".equals(address.getScheme()))
                    && address.getHost() != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
