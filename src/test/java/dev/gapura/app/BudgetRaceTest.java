package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.ledger.Period;
import dev.gapura.ledger.UsageQuery;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Many clients at once near the end of a budget never spend more than it, looked at inside the database at every
/// change, and what was counted is what the ledger says.
///
/// `-Dgapura.race.requests=100000` sends more.
class BudgetRaceTest {
    static final int REQUESTS = Integer.getInteger("gapura.race.requests", 10_000);
    static final long BUDGET_NANO_USD = REQUESTS * 100_000L;
    static final int PROMPT = 7;
    static final int COMPLETION = 20;

    private static String limits() {
        return "usd_per_day: 0." + String.format(java.util.Locale.ROOT, "%09d", BUDGET_NANO_USD % 1_000_000_000);
    }

    static String budget() {
        return BUDGET_NANO_USD >= 1_000_000_000
                ? limits().replace("0.", BUDGET_NANO_USD / 1_000_000_000 + ".")
                : limits();
    }

    @Test
    void onSqlite() throws Exception {
        try (TestGateway gateway = Spending.gateway(budget(), "")) {
            race(List.of(gateway));
        }
    }

    @Test
    void onPostgresql() throws Exception {
        try (TestGateway gateway = Spending.gateway(budget(), storage())) {
            race(List.of(gateway));
        }
    }

    @Test
    void ofTwoGatewaysOnOnePostgresql() throws Exception {
        String storage = storage();
        try (TestGateway one = Spending.gateway(budget(), storage);
                TestGateway other = Spending.gateway(budget(), storage)) {
            race(List.of(one, other));
        }
    }

    private static String storage() {
        return "storage: { url: \"" + Postgres.shared().database() + "\" }\n";
    }

    static void watch(Database database) {
        Waiting.until("the database is there", database::up);
        Database.now(database.commit(sql -> {
            sql.run("CREATE TABLE overspent (nano_usd BIGINT)");
            if (sql.kind() == Kind.SQLITE) {
                sql.run("CREATE TRIGGER watch AFTER UPDATE ON spend WHEN NEW.settled + NEW.reserved > "
                        + BUDGET_NANO_USD + " BEGIN INSERT INTO overspent VALUES (NEW.settled + NEW.reserved); END");
            } else {
                sql.run(
                        "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                                + " IF NEW.settled + NEW.reserved > " + BUDGET_NANO_USD
                                + " THEN INSERT INTO overspent VALUES (NEW.settled + NEW.reserved); END IF; RETURN NEW; END $$");
                sql.run("CREATE TRIGGER watch AFTER UPDATE ON spend FOR EACH ROW EXECUTE FUNCTION watch()");
            }
            return true;
        }));
    }

    private static void race(List<TestGateway> gateways) throws Exception {
        TestGateway first = gateways.getFirst();
        watch(first.configuration());
        gateways.forEach(gateway -> gateway.simulator().answerWith(request -> Spending.answer(PROMPT, COMPLETION)));
        String body = Spending.body(false, ",\"max_tokens\":100");
        Race race = Race.run(gateways.stream().map(TestGateway::port).toList(), Spending.KEY, body, REQUESTS);
        int admitted = race.admitted();
        // What was held back for others came back, and buys what it did.
        while (BUDGET_NANO_USD - Spending.settled(first, "key:config:poor") > 2 * Spending.nanoUsd(20, 100)) {
            for (int more = 0; more < 10 && Spending.ask(first, body).status() == 200; more++) {
                admitted++;
            }
        }
        long settled = Spending.settled(first, "key:config:poor");
        long overspent = Database.now(first.configuration().read(sql -> sql.number("SELECT count(*) FROM overspent")));
        assertThat(overspent).isZero();
        assertThat(Spending.reservations(first)).isZero();
        assertThat(settled).isEqualTo(admitted * Spending.nanoUsd(PROMPT, COMPLETION));
        assertThat(settled).isLessThanOrEqualTo(BUDGET_NANO_USD);
        Waiting.until("the ledger says the same", () -> ledger(first) == settled);
        System.out.println(first.configuration().kind() + ", " + gateways.size() + " gateways: " + REQUESTS
                + " requests of " + race + "; never over the budget");
    }

    private static long ledger(TestGateway gateway) {
        return Database.now(gateway.ledger().usage(UsageQuery.of(Period.DAY, 0, Long.MAX_VALUE))).stream()
                .mapToLong(dev.gapura.ledger.Usage::costNanoUsd)
                .sum();
    }
}
