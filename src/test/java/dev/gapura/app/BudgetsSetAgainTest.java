package dev.gapura.app;

import static dev.gapura.app.Spending.ask;
import static dev.gapura.app.Spending.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.access.Authority;
import dev.gapura.config.Quota;
import dev.gapura.limit.QuotaJson;
import dev.gapura.limit.Scope;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Waiting;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Budgets that were taken away and come back.
class BudgetsSetAgainTest {
    private static final Scope DEFAULT = new Scope(Scope.Kind.ORGANIZATION, "default");

    private static void set(TestGateway gateway, Quota quota) {
        Database.now(gateway.quotas().set(Authority.COMMAND, DEFAULT, quota));
    }

    private static long settled(TestGateway gateway) {
        return Database.now(gateway.configuration()
                .read(sql -> sql.number("SELECT sum(settled) FROM spend WHERE scope = 'organization:default'"
                        + " AND span = 'total' AND reserved = 0")));
    }

    private static void spend(TestGateway gateway, int exchanges) {
        assertThat(ask(gateway, gateway.key(), body(false, "")).status()).isEqualTo(200);
        Waiting.until("it is written", () -> Spending.entries(gateway).size() == exchanges);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatWasSpentInBetweenCounts(Kind kind) {
        long one = Spending.nanoUsd(7, 20);
        Quota dollar = QuotaJson.read(Ask.json("{\"usd_total\": 1}"));
        try (TestGateway gateway = TestGateway.on(kind, Spending.PRICED, "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            set(gateway, dollar);
            spend(gateway, 1);
            Waiting.until("it is settled", () -> settled(gateway) == one);
            set(gateway, Quota.NONE);
            spend(gateway, 2);
            assertThat(settled(gateway)).isEqualTo(one);

            set(gateway, dollar);
            spend(gateway, 3);

            Waiting.until("all three count", () -> settled(gateway) == 3 * one);
            // A limit that is changed is the same budget.
            set(gateway, QuotaJson.read(Ask.json("{\"usd_total\": 2}")));
            assertThat(settled(gateway)).isEqualTo(3 * one);
        }
    }
}
