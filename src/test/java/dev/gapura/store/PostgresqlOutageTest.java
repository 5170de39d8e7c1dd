package dev.gapura.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A server that is away, is frozen, or comes late.
class PostgresqlOutageTest {
    /// The time that is promised for recovery, and what a busy machine takes beside.
    private static final Duration RECOVERY = Duration.ofSeconds(5);

    private static Appender<Integer> notes(Store store) {
        return store.history()
                .appender(
                        (sql, items) -> {
                            for (Integer item : items) {
                                sql.update("INSERT INTO note (id) VALUES (?) ON CONFLICT DO NOTHING", item);
                            }
                        },
                        100_000);
    }

    private static void makeTable(Store store) {
        Database.now(store.history().commit(sql -> {
            sql.run("CREATE TABLE IF NOT EXISTS note (id BIGINT PRIMARY KEY)");
            return 0;
        }));
    }

    private static long count(Store store) {
        return Database.now(store.history().read(sql -> sql.number("SELECT count(*) FROM note")));
    }

    private static void isAway(Store store) {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> Database.now(store.history().commit(sql -> sql.update("DELETE FROM note"))))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failed -> assertThat(failed.reason()).isEqualTo(StoreException.Reason.UNAVAILABLE));
        assertThatThrownBy(() -> Database.now(store.configuration().commit(sql -> sql.update("DELETE FROM lease"))))
                .isInstanceOf(StoreException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aServerThatIsDownAtTheStartIsWaitedForWithoutHoldingAnybodyUp() throws Exception {
        try (Postgres server = Postgres.own()) {
            var settings = server.storage();
            server.stop();
            try (Store store = Storages.store(settings)) {
                Appender<Integer> notes = notes(store);
                store.start();
                store.awaitFirstTry(Duration.ofSeconds(3));

                assertThat(store.opened()).isFalse();
                isAway(store);
                assertThat(notes.add(1, 100)).isTrue();

                try (Postgres again = server.again()) {
                    long back = System.nanoTime();
                    Waiting.until("the store is open", store::opened);
                    assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(RECOVERY.multipliedBy(2));
                    makeTable(store);
                    Waiting.until("the row is dealt with", () -> notes.queuedRows() == 0);
                    store.close();
                }
            }
        }
    }

    @Test
    void rowsWaitForAServerThatGoesAwayAndNoneIsTwice() throws Exception {
        try (Postgres server = Postgres.own();
                Store store = Storages.store(server.storage())) {
            Appender<Integer> notes = notes(store);
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            makeTable(store);
            notes.add(0, 100);
            Waiting.until("the first is written", () -> notes.queuedRows() == 0);

            server.stop();
            for (int id = 1; id < 1_500; id++) {
                notes.add(id, 100);
            }
            Waiting.until("the store is down", () -> !store.up());
            assertThat(store.opened()).isTrue();
            isAway(store);
            assertThat(notes.queuedBytes()).isLessThanOrEqualTo(100_000);
            assertThat(notes.dropped()).isBetween(400L, 499L);

            try (Postgres again = server.again()) {
                long back = System.nanoTime();
                Waiting.until("the store is up", store::up);
                assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(RECOVERY.multipliedBy(2));
                Waiting.until("what was kept is written", () -> notes.queuedRows() == 0);
                assertThat(count(store)).isEqualTo(1_500 - notes.dropped());
                store.close();
            }
        }
    }

    @Test
    void aFrozenServerHoldsNobodyUp() throws Exception {
        try (Postgres server = Postgres.own();
                Store store = Storages.store(server.storage())) {
            Appender<Integer> notes = notes(store);
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            makeTable(store);

            server.signal("STOP");
            try {
                for (int id = 0; id < 500; id++) {
                    assertThat(notes.add(id, 100)).isTrue();
                }
                Waiting.until(
                        "the store is down",
                        () -> !store.history().up() && !store.configuration().up());
                isAway(store);
                // A read may wait for the server; whoever cannot wait so long says so.
                assertThatThrownBy(() -> store.history()
                                .read(sql -> sql.number("SELECT 1"))
                                .orTimeout(200, TimeUnit.MILLISECONDS)
                                .join())
                        .isInstanceOf(CompletionException.class);
            } finally {
                server.signal("CONT");
            }
            long back = System.nanoTime();
            Waiting.until("the store is up", store::up);
            assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(RECOVERY.multipliedBy(2));
            Waiting.until("all are written", () -> notes.queuedRows() == 0);
            assertThat(count(store)).isEqualTo(500);
        }
    }

    @Test
    void aSlowServerIsWaitedForAndNothingIsLost() throws Exception {
        try (Store store = Storages.store(Postgres.shared().storage())) {
            Appender<Integer> notes = notes(store);
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            makeTable(store);
            var sleeping = store.history().commit(sql -> sql.list("SELECT pg_sleep(3)", row -> 0));
            for (int id = 0; id < 500; id++) {
                assertThat(notes.add(id, 100)).isTrue();
            }
            Waiting.until("slowness is told", () -> !store.history().up());
            assertThat(Database.now(sleeping)).isEqualTo(List.of(0));
            Waiting.until("all are written", () -> notes.queuedRows() == 0);
            assertThat(store.history().up()).isTrue();
            assertThat(count(store)).isEqualTo(500);
        }
    }

    @Test
    void aWrongPasswordIsToldWithoutThePassword() throws Exception {
        String address = Postgres.shared().address().replace("/postgres", "/no_such_database");
        try (Store store = Storages.store(Postgres.storage(address.replaceFirst("//[^@]*@", "//someone:canary@")))) {
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(5));

            assertThat(store.opened()).isFalse();
            assertThat(store.history().place()).doesNotContain("canary").contains("no_such_database");
            assertThatThrownBy(() -> Database.now(store.history().read(sql -> 1)))
                    .hasMessageNotContaining("canary");
        }
    }
}
