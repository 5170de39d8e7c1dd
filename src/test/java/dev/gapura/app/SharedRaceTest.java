package dev.gapura.app;

import static dev.gapura.app.BudgetRaceTest.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Period;
import dev.gapura.ledger.Usage;
import dev.gapura.ledger.UsageQuery;
import dev.gapura.sim.Simulator;
import dev.gapura.store.Database;
import dev.gapura.store.Store;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RedisServer;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two gateway processes that share PostgreSQL and Redis, raced for a budget and for a rate at once: neither is
/// overdrawn, and what was counted is what the ledger and the provider say.
///
/// `-Dgapura.race.requests=100000` sends more.
class SharedRaceTest {
    /// Three requests of four pass the rate, and the budget buys about half.
    private static final int RATE = REQUESTS * 3 / 4;

    private static final long SECONDS_A_DAY = Duration.ofDays(1).toSeconds();

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        // Nobody waits for it: a busy machine may take longer than a test does.
        vertx.close();
    }

    @Test
    void neitherBudgetNorRateIsOverdrawn() throws Exception {
        String url = Postgres.shared().database();
        Simulator provider = Waiting.get(Simulator.start(vertx, "secret"))
                .answerWith(request -> Spending.answer(BudgetRaceTest.PROMPT, BudgetRaceTest.COMPLETION));
        try (RedisServer redis = RedisServer.start();
                Store store = Storages.store(Postgres.storage(url))) {
            String yaml =
                    """
                    server: { access_log: "off" }
                    storage: { url: "%s" }
                    shared: { url: "%s", timeout: 30s, on_loss: closed }
                    auth: { keys: [ { name: poor, key: %s, limits: { requests_per_day: %d, %s } } ] }
                    providers: { mock: { dialect: openai_chat, base_url: "%s", api_key: secret } }
                    catalogue:
                      "mock/*": { input_usd_per_million: 1, output_usd_per_million: 10, output_tokens: 1000 }
                    """.formatted(url, redis.url(), Spending.KEY, RATE, BudgetRaceTest.budget(), provider.baseUri());
            GatewayProcess one = GatewayProcess.start(Files.createDirectory(folder.resolve("one")), yaml);
            GatewayProcess other = GatewayProcess.start(Files.createDirectory(folder.resolve("other")), yaml);
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            BudgetRaceTest.watch(store.configuration());
            String body = Spending.body(false, ",\"max_tokens\":100").replace("sim/m", "mock/m");

            Race race = Race.run(List.of(one.port(), other.port()), Spending.KEY, body, REQUESTS);
            one.terminate();
            other.terminate();

            assertThat(race.other()).isNull();
            long passed = race.admitted() + race.broke();
            long refilled = race.took().toSeconds() * RATE / SECONDS_A_DAY;
            assertThat(passed).as(race.toString()).isBetween((long) RATE, RATE + refilled + 2);
            assertThat(provider.requestCount()).isEqualTo(race.admitted());
            long spent = race.admitted() * Spending.nanoUsd(BudgetRaceTest.PROMPT, BudgetRaceTest.COMPLETION);
            assertThat(number(store, "SELECT count(*) FROM overspent")).isZero();
            assertThat(number(store, "SELECT count(*) FROM reservation")).isZero();
            assertThat(number(store, "SELECT settled + reserved FROM spend WHERE span = 'day'"))
                    .isEqualTo(spent)
                    .isLessThanOrEqualTo(BudgetRaceTest.BUDGET_NANO_USD);
            Ledger ledger = new Ledger(store.history(), Ledger.QUEUE_BYTES);
            List<Usage> sums = Database.now(ledger.usage(UsageQuery.of(Period.DAY, 0, Long.MAX_VALUE)));
            assertThat(sums.stream().mapToLong(Usage::costNanoUsd).sum()).isEqualTo(spent);
            assertThat(sums.stream().mapToLong(Usage::requests).sum()).isEqualTo(REQUESTS);
            System.out.println("two processes, PostgreSQL and Redis: " + REQUESTS + " requests of " + race
                    + "; never over the budget nor the rate of " + RATE);
        }
    }

    private static long number(Store store, String query) {
        return Database.now(store.configuration().read(sql -> sql.number(query)));
    }
}
