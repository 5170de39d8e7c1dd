package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.ledger.Period;
import dev.gapura.ledger.UsageQuery;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.Waiting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Many clients at once near the end of a budget never spend more than it, looked at inside the database at every
/// change, and what was counted is what the ledger says.
///
/// `-Dgapura.race.requests=100000` sends more.
class BudgetRaceTest {
    private static final int REQUESTS = Integer.getInteger("gapura.race.requests", 10_000);
    private static final int CLIENTS = 256;
    private static final long BUDGET_NANO_USD = REQUESTS * 100_000L;
    private static final int PROMPT = 7;
    private static final int COMPLETION = 20;

    private static String limits() {
        return "usd_per_day: 0." + String.format(java.util.Locale.ROOT, "%09d", BUDGET_NANO_USD % 1_000_000_000);
    }

    private static String budget() {
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
        Config.Postgresql place =
                (Config.Postgresql) Postgres.shared().storage().place();
        return "storage: { url: \"postgresql://" + place.user() + "@"
                + place.hosts().getFirst() + "/" + place.database() + "\" }\n";
    }

    private static void watch(Database database) {
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
        AtomicInteger next = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicLong other = new AtomicLong();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        String body = Spending.body(false, ",\"max_tokens\":100");
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int port = gateways.get(client % gateways.size()).port();
            clients.add(Thread.ofVirtual().start(() -> {
                while (next.incrementAndGet() <= REQUESTS) {
                    try {
                        HttpResponse<Void> response = http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + Ask.CHAT))
                                        .timeout(Duration.ofSeconds(60))
                                        .header("authorization", "Bearer " + Spending.KEY)
                                        .header("content-type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(body))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding());
                        switch (response.statusCode()) {
                            case 200 -> admitted.incrementAndGet();
                            case 429 -> refused.incrementAndGet();
                            default -> other.set(response.statusCode());
                        }
                    } catch (java.io.IOException broken) {
                        other.set(-1);
                    } catch (InterruptedException ended) {
                        return;
                    }
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        // What was held back for others came back, and buys what it did.
        while (BUDGET_NANO_USD - Spending.settled(first, "key:config:poor") > 2 * Spending.nanoUsd(20, 100)) {
            for (int more = 0; more < 10 && Spending.ask(first, body).status() == 200; more++) {
                admitted.incrementAndGet();
            }
        }
        long settled = Spending.settled(first, "key:config:poor");
        long overspent = Database.now(first.configuration().read(sql -> sql.number("SELECT count(*) FROM overspent")));
        assertThat(overspent).isZero();
        assertThat(Spending.reservations(first)).isZero();
        assertThat(settled).isEqualTo(admitted.get() * Spending.nanoUsd(PROMPT, COMPLETION));
        assertThat(settled).isLessThanOrEqualTo(BUDGET_NANO_USD);
        Waiting.until("the ledger says the same", () -> ledger(first) == settled);
        System.out.println(first.configuration().kind() + ", " + gateways.size() + " gateways: " + REQUESTS
                + " requests of " + CLIENTS + " clients, " + admitted + " admitted, " + refused
                + " refused; never over the budget; last other status " + other);
    }

    private static long ledger(TestGateway gateway) {
        return Database.now(gateway.ledger().usage(UsageQuery.of(Period.DAY, 0, Long.MAX_VALUE))).stream()
                .mapToLong(dev.gapura.ledger.Usage::costNanoUsd)
                .sum();
    }
}
