package dev.gapura.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.Config;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Commits, queues and reads, on both databases.
class DatabaseTest {
    @TempDir
    Path folder;

    private Store store;
    private Database database;
    private Appender<Integer> appender;
    private final List<Integer> written = new ArrayList<>();

    private void open(Config.Storage settings, long queueBytes) {
        store = Storages.store(settings);
        database = store.history();
        appender = database.appender(
                new BatchWriter<>() {
                    @Override
                    public void write(Sql sql, List<Integer> items) throws java.sql.SQLException {
                        for (Integer item : items) {
                            sql.update("INSERT INTO note (id) VALUES (?) ON CONFLICT DO NOTHING", item);
                        }
                    }

                    @Override
                    public void written(List<Integer> items) {
                        written.addAll(items);
                    }
                },
                queueBytes);
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
        Database.now(database.commit(sql -> {
            sql.run("CREATE TABLE IF NOT EXISTS note (id BIGINT PRIMARY KEY CHECK (id >= 0))");
            return 0;
        }));
    }

    private void open(Kind kind) {
        open(Storages.empty(kind, folder), 1_000_000);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private long notes() {
        return Database.now(database.read(sql -> sql.number("SELECT count(*) FROM note")));
    }

    private CompletableFuture<Integer> insert(int id) {
        return database.commit(sql -> sql.update("INSERT INTO note (id) VALUES (?)", id));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsCommittedIsReadAtOnce(Kind kind) {
        open(kind);

        assertThat(Database.now(insert(1))).isEqualTo(1);
        assertThat(notes()).isEqualTo(1);
        Long deleted =
                Database.now(database.commit(sql -> sql.first("DELETE FROM note RETURNING id", row -> row.getLong(1))));
        assertThat(deleted).isEqualTo(1);
        assertThat(notes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneThatFailsTakesNobodyWithIt(Kind kind) {
        open(kind);
        Database.now(insert(7));

        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int id = 0; id < 20; id++) {
            all.add(insert(id));
        }
        CompletableFuture<Integer> wrong = database.commit(sql -> sql.update("INSERT INTO nowhere VALUES (1)"));
        CompletableFuture<Integer> fault = database.commit(sql -> {
            throw new IllegalStateException("a fault of the caller's");
        });

        for (int id = 0; id < 20; id++) {
            CompletableFuture<Integer> each = all.get(id);
            if (id == 7) {
                assertThatThrownBy(() -> Database.now(each))
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                failed -> assertThat(failed.reason()).isEqualTo(StoreException.Reason.CONFLICT));
            } else {
                assertThat(Database.now(each)).isEqualTo(1);
            }
        }
        assertThatThrownBy(() -> Database.now(wrong))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failed -> assertThat(failed.reason()).isEqualTo(StoreException.Reason.FAULT));
        assertThatThrownBy(() -> Database.now(fault)).hasRootCauseMessage("a fault of the caller's");
        assertThat(notes()).isEqualTo(20);
        assertThat(database.up()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatFailsHalfWayLeavesNothing(Kind kind) {
        open(kind);

        CompletableFuture<Integer> half = database.commit(sql -> {
            sql.update("INSERT INTO note (id) VALUES (1)");
            return sql.update("INSERT INTO note (id) VALUES (-1)");
        });

        assertThatThrownBy(() -> Database.now(half)).isInstanceOf(StoreException.class);
        assertThat(notes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rowsAreWrittenInOrderAndTold(Kind kind) {
        open(kind);
        for (int id = 0; id < 2_000; id++) {
            assertThat(appender.add(id, 100)).isTrue();
        }

        Waiting.until("all are written", () -> appender.queuedRows() == 0);
        assertThat(notes()).isEqualTo(2_000);
        assertThat(appender.written()).isEqualTo(2_000);
        assertThat(appender.queuedBytes()).isZero();
        Waiting.until("all are told", () -> written.size() == 2_000);
        assertThat(written).isSorted();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRowThatIsRefusedCostsNoOther(Kind kind) {
        open(kind);
        for (int id = -3; id < 100; id++) {
            appender.add(id, 100);
        }

        Waiting.until("all are dealt with", () -> appender.queuedRows() == 0);
        assertThat(notes()).isEqualTo(100);
        assertThat(appender.dropped()).isEqualTo(3);
        assertThat(appender.queuedBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFullQueueDropsAndNobodyWaits(Kind kind) throws InterruptedException {
        open(kind);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Integer> slow = database.commit(sql -> {
            await(goOn);
            return 0;
        });

        long begin = System.nanoTime();
        for (int id = 0; id < 15_000; id++) {
            appender.add(id, 100);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        assertThat(appender.queuedBytes()).isEqualTo(1_000_000);
        assertThat(appender.dropped()).isEqualTo(5_000);
        goOn.countDown();
        Database.now(slow);

        Waiting.until("what was kept is written", () -> appender.queuedRows() == 0);
        assertThat(notes()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatGaveUpWaitingIsNotDone(Kind kind) {
        open(kind);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Integer> slow = database.commit(sql -> {
            await(goOn);
            return 0;
        });
        CompletableFuture<Integer> given = insert(1);
        given.cancel(false);
        goOn.countDown();
        Database.now(slow);
        Database.now(insert(2));

        assertThat(notes()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void closingWritesWhatWaits(Kind kind) {
        Config.Storage settings = Storages.empty(kind, folder);
        open(settings, 10_000_000);
        for (int id = 0; id < 20_000; id++) {
            appender.add(id, 100);
        }
        store.close();

        assertThat(appender.add(1, 100)).isFalse();
        open(settings, 1_000_000);
        assertThat(notes()).isEqualTo(20_000);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void twoGatewaysShareADatabase(Kind kind) {
        Config.Storage settings = Storages.empty(kind, folder);
        open(settings, 1_000_000);
        try (Store other = Storages.store(settings)) {
            other.start();
            other.awaitFirstTry(Duration.ofSeconds(20));
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int id = 0; id < 200; id++) {
                int mine = id;
                Database whose = id % 2 == 0 ? database : other.history();
                all.add(whose.commit(sql -> sql.update("INSERT INTO note (id) VALUES (?)", mine)));
            }
            all.forEach(Database::now);
        }
        assertThat(notes()).isEqualTo(200);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }
}
