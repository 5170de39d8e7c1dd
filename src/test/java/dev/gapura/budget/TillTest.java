package dev.gapura.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.ledger.Ledger;
import dev.gapura.limit.Scope;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Reservations of a database that does not answer.
class TillTest {
    private static final Purse PURSE = new Purse(Scope.EVERYONE, Span.TOTAL, 0);

    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong(1);

    private static CompletableFuture<Reserved> reserve(Till till, String id) {
        OpenReservation wanted = new OpenReservation(id, 1_000, 70, List.of(PURSE), "{}");
        return till.reserve(wanted, List.of(new Claim(PURSE, 1_000)), 70);
    }

    private static void isRefused(CompletableFuture<Reserved> reserved) {
        assertThatThrownBy(() -> reserved.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsNotOnDiskInTimeIsRefusedAndHoldsNothing(Kind kind) throws Exception {
        try (Store store = Storages.store(Storages.empty(kind, folder))) {
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            Database database = store.configuration();
            Till till = new Till(database, purse -> CompletableFuture.completedFuture(0L), nanos::get);
            try (Keeper keeper = new Keeper(database, till, new Ledger(store.history(), 1 << 20))) {
                keeper.start();
                CountDownLatch held = new CountDownLatch(1);
                CountDownLatch free = new CountDownLatch(1);
                database.commit(sql -> {
                    held.countDown();
                    await(free);
                    return 0;
                });
                assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
                CompletableFuture<Reserved> first = reserve(till, "req_1");
                nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                CompletableFuture<Reserved> second = reserve(till, "req_2");
                nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                isRefused(first);
                assertThat(second).isNotDone();
                free.countDown();
                assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(new Reserved.Granted(70));
                Waiting.until("the first holds nothing", () -> till.held() == 1 && till.heldNanoUsd() == 70);
                assertThat((long) Database.now(database.read(sql -> sql.number("SELECT sum(reserved) FROM spend"))))
                        .isEqualTo(70);
                till.release("req_2");
                Waiting.until("nothing is held", () -> till.held() == 0);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
