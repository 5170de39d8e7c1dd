package dev.gapura.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which gateways count as dead.
class InstanceTest {
    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong(1);
    private final Instance me = new Instance(nanos::get);

    private Store open(Kind kind) {
        Store store = Storages.store(Storages.empty(kind, folder));
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
        return store;
    }

    /// Another machine's gateway whose row ran out long ago, as all do while the database is away.
    private static int row(Sql sql, String id, long untilMillis) throws SQLException {
        return sql.update(
                "INSERT INTO instance (id, machine, pid, pid_started_ms, until_ms) VALUES (?, 'elsewhere', 1, 1, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms",
                id,
                untilMillis);
    }

    private List<String> dead(Store store) {
        return Database.now(store.configuration()
                .commit(sql -> me.dead(sql).stream().map(Instance.Row::id).toList()));
    }

    private static boolean buried(Store store, Instance.Row seen) {
        return Database.now(store.configuration().commit(sql -> Instance.bury(sql, seen)));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRowThatRanOutWhileTheDatabaseWasAwayIsNoDeath(Kind kind) {
        try (Store store = open(kind)) {
            Database.now(store.configuration().commit(sql -> row(sql, "other", 1)));
            assertThat(dead(store)).isEmpty();
            pass(Duration.ofSeconds(5));
            assertThat(dead(store)).isEmpty();
            // Nobody could look, and nobody could say that it lives.
            pass(Duration.ofSeconds(40));
            assertThat(dead(store)).isEmpty();
            pass(Duration.ofSeconds(5));
            assertThat(dead(store)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneThatSaysNothingForATermIsDeadAndOneThatDoesIsNot(Kind kind) {
        try (Store store = open(kind)) {
            Database.now(store.configuration().commit(sql -> row(sql, "silent", 1) + row(sql, "alive", 1)));
            for (int look = 0; look < 4; look++) {
                assertThat(dead(store)).isEmpty();
                long until = 2 + look;
                Database.now(store.configuration().commit(sql -> row(sql, "alive", until)));
                pass(Duration.ofSeconds(5));
            }
            assertThat(dead(store)).containsExactly("silent");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoSpeaksUpIsNotBuried(Kind kind) {
        try (Store store = open(kind)) {
            Instance.Row seen = new Instance.Row("other", "elsewhere", 1, 1, 1);
            Database.now(store.configuration().commit(sql -> row(sql, "other", 2)));
            assertThat(buried(store, seen)).isFalse();
            Database.now(store.configuration().commit(sql -> row(sql, "other", 1)));
            assertThat(buried(store, seen)).isTrue();
            assertThat(buried(store, seen))
                    .as("a reservation of a gateway that has no row")
                    .isTrue();
        }
    }
}
