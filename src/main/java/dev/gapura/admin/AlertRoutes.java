package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.alert.Alert;
import dev.gapura.alert.AlertSettings;
import dev.gapura.alert.BudgetAlerts;
import dev.gapura.config.Alerts;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Where it is told that budgets are used up, and what became of the last alerts.
public final class AlertRoutes {
    private static final int LONGEST_URL = 2_048;
    private static final int LONGEST_SECRET = 512;

    private static final Shape PERCENTAGES = Shape.listOf(Shape.whole(1, 100));

    private static final Shape.Members SETTINGS = Shape.members(
            Parameter.of("place", Shape.text(), "Scheme and host of the address; null: nobody is told."),
            Parameter.of("file", new Shape.Flag(), "Whether the configuration file says so, which goes first."),
            Parameter.of("signed", new Shape.Flag(), "Whether messages are signed."),
            Parameter.of("thresholds", PERCENTAGES, "What is told of, in percent of a budget."),
            Parameter.of("trouble", Shape.text(), "Why what the database has cannot be used; null where it can."));

    private static final Shape.Members ALERT = Shape.members(
            Parameter.of("id", Shape.text(), "`webhook-id` of its messages."),
            Parameter.of("scope", Shape.text(), "Whose kind of budget it is."),
            Parameter.of("scope_id", Shape.text(), "Whose; `all` for everyone."),
            Parameter.of("span", Shape.only("day", "month", "total"), "For what time."),
            Parameter.of("percent", Shape.whole(), "The threshold."),
            Parameter.of("limit_nano_usd", Shape.whole(), "The budget."),
            Parameter.of("spent_nano_usd", Shape.whole(), "What was spent of it."),
            Parameter.of("reached", Shape.whole(), "When, milliseconds since the Unix epoch."),
            Parameter.of(
                    "state",
                    Shape.only("waiting", "delivered", "failed", "skipped"),
                    "`skipped`: a higher threshold was reached at the same time."),
            Parameter.of("attempts", Shape.whole(), "Times that it was sent."),
            Parameter.of("tried", Shape.whole(), "When it was sent last; null: never."),
            Parameter.of("next", Shape.whole(), "When it is sent again; null: never."),
            Parameter.of("outcome", Shape.text(), "What the last time came to; null: not known."));

    private static final Shape.Members TESTED = Shape.members(
            Parameter.of("delivered", new Shape.Flag(), "Whether it was taken."),
            Parameter.of("text", Shape.text(), "The status, or why there is none."));

    private final AlertSettings settings;
    private final BudgetAlerts alerts;

    /// @param settings of the process
    /// @param alerts of the process
    public AlertRoutes(AlertSettings settings, BudgetAlerts alerts) {
        this.settings = settings;
        this.alerts = alerts;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/alerts",
                        Permission.OPERATE,
                        "Tells where alerts of budgets go, and what became of the newest.",
                        Shape.members(
                                Parameter.of("settings", SETTINGS, "What holds now."),
                                Parameter.of("data", Shape.listOf(ALERT), "The newest first.")),
                        this::list),
                Route.put(
                        "/alerts",
                        Permission.OPERATE,
                        "Sets where alerts go, where the configuration file does not.",
                        Shape.members(
                                Parameter.of("url", Shape.text(1, LONGEST_URL), "Where they are posted to.")
                                        .asRequired(),
                                Parameter.of(
                                        "secret",
                                        Shape.text(0, LONGEST_SECRET),
                                        "What they are signed with; left out: as before, where the address is the same;"
                                                + " empty: not signed."),
                                Parameter.of("thresholds", PERCENTAGES, "Left out: 80 and 100.")),
                        SETTINGS,
                        this::set),
                Route.delete(
                        "/alerts",
                        Permission.OPERATE,
                        "Has nobody told any more.",
                        SETTINGS,
                        ask -> settings.clear(ask.authority()).thenApply(now -> Answer.of(write(now)))),
                Route.post(
                        "/alerts:test",
                        Permission.OPERATE,
                        "Sends a message that says it is a test, and waits for its answer.",
                        Shape.members(),
                        TESTED,
                        this::test));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        return settings.current().thenCombine(alerts.newest(), (now, newest) -> {
            ObjectNode document = JsonTree.object();
            document.set("settings", write(now));
            ArrayNode data = document.putArray("data");
            newest.forEach(alert -> data.add(write(alert)));
            return Answer.of(document);
        });
    }

    private CompletableFuture<Answer> set(Ask ask) {
        JsonNode wanted = ask.body().path("thresholds");
        List<Integer> thresholds = new ArrayList<>();
        wanted.forEach(percent -> thresholds.add(percent.asInt()));
        return settings.set(
                        ask.authority(),
                        Objects.requireNonNullElse(JsonTree.string(ask.body(), "url"), ""),
                        JsonTree.string(ask.body(), "secret"),
                        wanted.isArray() ? thresholds : Alerts.USUAL_THRESHOLDS)
                .thenApply(now -> Answer.of(write(now)));
    }

    private CompletableFuture<Answer> test(Ask ask) {
        return alerts.test().thenApply(tested -> {
            BudgetAlerts.Tested came = tested.orElseThrow(AlertRoutes::nowhere);
            return Answer.of(
                    JsonTree.object().put("delivered", came.delivered()).put("text", came.text()));
        });
    }

    private static GatewayException nowhere() {
        return new GatewayException(Failure.of(
                        FailureKind.CONFLICT,
                        "Nobody is told of alerts: set `alerts` in the configuration file, or PUT /admin/api/alerts.")
                .withCode("alerts_not_configured")
                .withRetryable(false));
    }

    private static ObjectNode write(AlertSettings.Current current) {
        @Nullable Alerts now = current.alerts();
        ObjectNode out = JsonTree.object();
        out.put("place", current.place());
        out.put("file", current.file());
        out.put("signed", now != null && now.secret() != null);
        ArrayNode thresholds = out.putArray("thresholds");
        if (now != null) {
            now.thresholds().forEach(thresholds::add);
        }
        return out.put("trouble", current.trouble());
    }

    private static ObjectNode write(Alert alert) {
        String scope = alert.scope().id();
        ObjectNode out = JsonTree.object();
        out.put("id", alert.id());
        out.put("scope", alert.scope().kind().text());
        out.put("scope_id", scope.isEmpty() ? "all" : scope);
        out.put("span", alert.span());
        out.put("percent", alert.percent());
        out.put("limit_nano_usd", alert.limitNanoUsd());
        out.put("spent_nano_usd", alert.spentNanoUsd());
        out.put("reached", alert.reachedMillis());
        out.put("state", alert.state().text());
        out.put("attempts", alert.attempts());
        out.put("tried", alert.triedMillis());
        out.put("next", alert.state() == Alert.State.WAITING ? (Long) alert.nextMillis() : null);
        return out.put("outcome", alert.outcome());
    }
}
