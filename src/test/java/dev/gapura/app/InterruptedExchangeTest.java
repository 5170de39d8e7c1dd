package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.budget.About;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exchanges of a gateway that died, where the history can be read and takes no row of them, as on a full disk.
class InterruptedExchangeTest {
    @TempDir
    private Path folder;

    private void leave() {
        String about = new About(
                        "POST",
                        "/v1/chat/completions",
                        false,
                        null,
                        "poor",
                        null,
                        "127.0.0.1",
                        null,
                        "sim/m",
                        "sim",
                        "m",
                        10)
                .text();
        try (Store store = Storages.store(Storages.empty(Kind.SQLITE, folder))) {
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            Database.now(store.history().commit(sql -> {
                sql.run("CREATE TRIGGER full BEFORE INSERT ON exchange WHEN NEW.failure = 'interrupted'"
                        + " BEGIN SELECT RAISE(ABORT, 'no room'); END");
                return true;
            }));
            Database.now(store.configuration()
                    .commit(sql -> sql.update(
                            "INSERT INTO reservation (id, instance, opened_ms, nano_usd, purses, about)"
                                    + " VALUES ('req_lost', 'gone', 1, 5, '[]', ?)",
                            about)));
        }
    }

    private static double dropped(TestGateway gateway) {
        return Ask.metric(gateway, "gapura_store_dropped_total{database=\"history\"}");
    }

    @Test
    void theQueueOfTheHistoryIsNotFilledWithThem() {
        leave();
        String storage = "storage: { url: \"sqlite:" + folder.resolve("gapura.db") + "\" }\n";
        try (TestGateway gateway = TestGateway.start(storage)) {
            Waiting.until("it was tried", () -> dropped(gateway) >= 1);
            // Each takes some 200 ms to be written, in which it would be tried again.
            for (int exchanges = 1; exchanges <= 6; exchanges++) {
                int written = exchanges;
                Ask.chat(gateway, false, "Hello");
                Waiting.until("it is written", () -> Spending.entries(gateway).size() == written);
            }
            assertThat(dropped(gateway)).isEqualTo(1);
            assertThat(Spending.reservations(gateway)).isEqualTo(1);
        }
    }
}
