package dev.gapura.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Audit;
import dev.gapura.access.Authority;
import dev.gapura.config.Alerts;
import dev.gapura.config.Secret;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Database;
import dev.gapura.store.SealException;
import dev.gapura.store.Sealer;
import dev.gapura.store.Sql;
import dev.gapura.wire.JsonTree;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where alerts go: as the configuration file says, or else as the administration set it, sealed in the database. Any
/// thread.
public final class AlertSettings {
    private static final String PURPOSE = "alerts";
    private static final String NAME = "settings";
    private static final int ROW = 1;

    private final Database database;
    private final Sealer sealer;
    private final Supplier<Optional<Alerts>> configured;
    private final InstantSource clock;

    /// @param database the configuration's half
    /// @param configured what the file says now
    public AlertSettings(Database database, Sealer sealer, Supplier<Optional<Alerts>> configured, InstantSource clock) {
        this.database = database;
        this.sealer = sealer;
        this.configured = configured;
        this.clock = clock;
    }

    /// What holds now.
    ///
    /// @param alerts null: nobody is told
    /// @param file whether the configuration file says so, and nobody else may
    /// @param trouble why what the database has cannot be used, null where it can
    public record Current(
            @Nullable Alerts alerts, boolean file, @Nullable String trouble) {
        /// Scheme and host of the address: the rest of it may be a secret.
        public @Nullable String place() {
            if (alerts == null) {
                return null;
            }
            URI address = URI.create(alerts.url().reveal());
            return address.getScheme() + "://" + address.getRawAuthority();
        }
    }

    /// What holds now; reads the database where the file says nothing.
    public CompletableFuture<Current> current() {
        Optional<Alerts> file = configured.get();
        return file.isPresent()
                ? CompletableFuture.completedFuture(new Current(file.get(), true, null))
                : database.read(sql -> Optional.ofNullable(sealed(sql)))
                        .thenApply(text -> text.map(this::opened).orElseGet(() -> new Current(null, false, null)));
    }

    private static @Nullable String sealed(Sql sql) throws SQLException {
        return sql.first("SELECT sealed FROM alert_settings WHERE id = ?", row -> row.getString(1), ROW);
    }

    private Current opened(String sealed) {
        try {
            JsonNode read =
                    JsonTree.readOrNull(sealer.open(PURPOSE, NAME, sealed).reveal());
            String url = read == null ? null : JsonTree.string(read, "url");
            if (read == null || url == null) {
                return new Current(null, false, "what the database has cannot be read; set it anew");
            }
            String secret = JsonTree.string(read, "secret");
            List<Integer> thresholds = new ArrayList<>();
            read.path("thresholds").forEach(percent -> thresholds.add(percent.asInt()));
            Alerts alerts = new Alerts(new Secret(url), secret == null ? null : new Secret(secret), thresholds);
            return new Current(alerts, false, null);
        } catch (SealException unreadable) {
            return new Current(null, false, unreadable.getMessage());
        }
    }

    /// Sets where alerts go.
    ///
    /// @param secret null: the one that is there stays, where the address is the same
    /// @return fails with a [GatewayException] where the file says it
    public CompletableFuture<Current> set(
            Authority who, String url, @Nullable String secret, List<Integer> thresholds) {
        if (!Alerts.isAddress(url)) {
            throw new GatewayException(Failure.invalid("url", "url must be an address such as https://HOST/PATH."));
        }
        if (thresholds.isEmpty()
                || thresholds.size() > Alerts.MOST_THRESHOLDS
                || !thresholds.stream().allMatch(Alerts::isThreshold)) {
            throw new GatewayException(Failure.invalid(
                    "thresholds", "thresholds must be 1 to " + Alerts.MOST_THRESHOLDS + " percentages from 1 to 100."));
        }
        return current().thenCompose(before -> {
            notOfTheFile(before);
            Alerts there = before.alerts();
            boolean same = there != null && there.url().reveal().equals(url);
            Secret kept = same && there != null ? there.secret() : null;
            Secret signs = secret == null ? kept : secret.isEmpty() ? null : new Secret(secret);
            Current after = new Current(new Alerts(new Secret(url), signs, thresholds), false, null);
            return commit(who, "alerts.set", before, after);
        });
    }

    /// Has nobody told any more.
    ///
    /// @return fails with a [GatewayException] where the file says it
    public CompletableFuture<Current> clear(Authority who) {
        return current().thenCompose(before -> {
            notOfTheFile(before);
            return commit(who, "alerts.delete", before, new Current(null, false, null));
        });
    }

    private static void notOfTheFile(Current before) {
        if (before.file()) {
            throw new GatewayException(Failure.of(
                            FailureKind.CONFLICT,
                            "The configuration file says where alerts go (`alerts`); change it there.")
                    .withCode("alerts_configured")
                    .withRetryable(false));
        }
    }

    private CompletableFuture<Current> commit(Authority who, String action, Current before, Current after) {
        Instant now = clock.instant();
        return database.commit(sql -> {
            sql.update("DELETE FROM alert_settings WHERE id = ?", ROW);
            Alerts alerts = after.alerts();
            if (alerts != null) {
                sql.update(
                        "INSERT INTO alert_settings (id, sealed, changed_ms, changed_by) VALUES (?, ?, ?, ?)",
                        ROW,
                        sealer.seal(PURPOSE, NAME, JsonTree.text(json(alerts))),
                        now.toEpochMilli(),
                        who.actor());
            }
            Audit.write(sql, now, who, action, "alerts", "", null, shown(before), shown(after));
            return after;
        });
    }

    private static ObjectNode json(Alerts alerts) {
        ObjectNode out = JsonTree.object().put("url", alerts.url().reveal());
        Secret secret = alerts.secret();
        if (secret != null) {
            out.put("secret", secret.reveal());
        }
        alerts.thresholds().forEach(out.putArray("thresholds")::add);
        return out;
    }

    /// Without secrets, for the audit.
    private static @Nullable ObjectNode shown(Current current) {
        Alerts alerts = current.alerts();
        if (alerts == null) {
            return null;
        }
        ObjectNode out = JsonTree.object().put("place", current.place()).put("signed", alerts.secret() != null);
        alerts.thresholds().forEach(out.putArray("thresholds")::add);
        return out;
    }
}
