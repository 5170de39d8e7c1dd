package dev.gapura.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Secret;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Sealer;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.Gzip;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two gateways on one database.
class IdempotencyTest {
    private static final Sealer SEALER =
            new Sealer(List.of(new Secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")));
    private static final IdempotencyKey KEY = key("one");

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-08-01T00:00:00Z"));

    private static IdempotencyKey key(String body) {
        return IdempotencyKey.of("key1", "k", List.of("/v1"), body.getBytes(StandardCharsets.UTF_8));
    }

    private Store open(Kind kind) {
        Store store = Storages.store(Storages.empty(kind, folder));
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
        return store;
    }

    private Idempotency gateway(Store store) {
        return new Idempotency(store.configuration(), SEALER, now::get);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theOldestAnswersMakeRoomAndStayPromised(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            Idempotency gateway = new Idempotency(store.configuration(), SEALER, now::get, 12_000);
            List<IdempotencyKey> keys = List.of(
                    IdempotencyKey.of("key1", "a", List.of(), new byte[1]),
                    IdempotencyKey.of("key1", "b", List.of(), new byte[1]),
                    IdempotencyKey.of("key1", "c", List.of(), new byte[1]));
            for (IdempotencyKey each : keys) {
                byte[] body = new byte[4_000];
                new Random(each.id().hashCode()).nextBytes(body);
                long before = sealedRows(store);
                answer(((Entered.First) get(gateway.enter(each))).hold(), body);
                Waiting.until("the answer is written", () -> sealedRows(store) == before + 1);
                now.set(now.get().plusSeconds(60));
            }
            assertThat(get(gateway.forget())).isEqualTo(1);
            assertThat(refused(gateway.enter(keys.getFirst()))).isEqualTo("idempotency_answer_not_kept");
            assertThat(get(gateway.enter(keys.get(1)))).isInstanceOf(Entered.Replayed.class);
            assertThat(get(gateway.enter(keys.get(2)))).isInstanceOf(Entered.Replayed.class);
            assertThat(get(gateway.forget())).isZero();
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private static Hold first(Idempotency gateway) throws Exception {
        return ((Entered.First) get(gateway.enter(KEY))).hold();
    }

    private static void answer(Hold hold, byte[] body) {
        for (int at = 0; at < body.length; at += 1000) {
            hold.add(body, at, Math.min(body.length, at + 1000), new Gzip());
        }
        hold.answered("req_1", 200, "text/event-stream", Map.of("x-gapura-model", "sim/m"), null);
    }

    private static Entered.Replayed replayed(CompletableFuture<Entered> entered) throws Exception {
        return (Entered.Replayed) get(entered);
    }

    private static String refused(CompletableFuture<Entered> entered) throws Exception {
        return String.valueOf(((Entered.Refused) get(entered)).failure().code());
    }

    private static long sealedRows(Store store) {
        return Database.now(store.configuration()
                .read(sql -> sql.number("SELECT count(*) FROM idempotency WHERE sealed IS NOT NULL")));
    }

    private static long rows(Store store) {
        return Database.now(store.configuration().read(sql -> sql.number("SELECT count(*) FROM idempotency")));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLongAnswerComesBackWhole(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            byte[] body = "data: {\"x\":1}\n\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
            Idempotency one = gateway(store);
            answer(first(one), body);
            assertThat(replayed(one.enter(KEY)).body()).isEqualTo(body);
            one.close();
            Entered.Replayed other = replayed(gateway(store).enter(KEY));
            assertThat(other.body()).isEqualTo(body);
            assertThat(other.answer().headers()).isEqualTo(Map.of("x-gapura-model", "sim/m"));
            assertThat(other.answer().requestId()).isEqualTo("req_1");
            String kept = Database.now(store.configuration()
                    .read(sql -> sql.first("SELECT sealed FROM idempotency", row -> row.getString(1))));
            assertThat(kept).startsWith("v1.").hasSizeLessThan(20_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anAnswerThatIsTooLongIsNotKeptAndNotAskedForAgain(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            byte[] body = new byte[Hold.MOST_PACKED_BYTES + 200_000];
            new Random(7).nextBytes(body);
            Idempotency one = gateway(store);
            answer(first(one), body);
            assertThat(refused(one.enter(KEY))).isEqualTo("idempotency_answer_not_kept");
            one.close();
            assertThat(refused(gateway(store).enter(KEY))).isEqualTo("idempotency_answer_not_kept");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatAGatewayThatDiedHadBegunIsNotBegunAgain(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            Hold lost = first(gateway(store));
            Idempotency two = gateway(store);
            CompletableFuture<Entered> waiting = two.enter(KEY);
            now.updateAndGet(time -> time.plus(Idempotency.TERM).plusMillis(1));
            assertThat(refused(waiting)).isEqualTo("idempotency_outcome_unknown");
            assertThat(refused(two.enter(KEY))).isEqualTo("idempotency_outcome_unknown");
            assertThat(refused(two.enter(key("two")))).isEqualTo("idempotency_key_reused");
            // It was only asleep.
            answer(lost, new byte[] {1, 2, 3});
            Waiting.until("the answer is there", () -> {
                try {
                    return get(two.enter(KEY)) instanceof Entered.Replayed;
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aGatewayThatSaysThatItLivesIsWaitedFor(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            Idempotency one = gateway(store);
            Hold hold = first(one);
            CompletableFuture<Entered> waiting = gateway(store).enter(KEY);
            for (int beat = 0; beat < 5; beat++) {
                now.updateAndGet(time -> time.plus(Idempotency.TERM.dividedBy(2)));
                one.beat();
                long lease = now.get().plus(Idempotency.TERM).toEpochMilli();
                Waiting.until(
                        "it was said",
                        () -> Database.now(store.configuration()
                                        .read(sql -> sql.number("SELECT lease_ms FROM idempotency")))
                                == lease);
            }
            assertThat(waiting).isNotDone();
            answer(hold, new byte[] {1, 2, 3});
            assertThat(replayed(waiting).body()).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whereNobodyWasCalledTheNextOneMay(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            Idempotency one = gateway(store);
            Idempotency two = gateway(store);
            Hold hold = first(one);
            CompletableFuture<Entered> here = one.enter(KEY);
            CompletableFuture<Entered> there = two.enter(KEY);
            hold.release();
            // One of them may, and the other one waits for it.
            Entered next = (Entered) get(CompletableFuture.anyOf(here, there));
            answer(((Entered.First) next).hold(), new byte[] {1});
            assertThat(List.of(get(here), get(there)))
                    .hasAtLeastOneElementOfType(Entered.First.class)
                    .hasAtLeastOneElementOfType(Entered.Replayed.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void afterAFailureThatMayBeTriedAgainOneOfTheNextMay(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            Idempotency one = gateway(store);
            Hold hold = first(one);
            CompletableFuture<Entered> here = one.enter(KEY);
            CompletableFuture<Entered> there = gateway(store).enter(KEY);
            hold.whole(new byte[] {9}, 0, 1);
            hold.answered(
                    "req_1", 502, "application/json", Map.of(), Failure.of(FailureKind.PROVIDER_FAILED, "It failed."));
            assertThat(replayed(here).answer().failure()).isEqualTo(FailureKind.PROVIDER_FAILED);
            assertThat(replayed(there).answer().status()).isEqualTo(502);
            one.close();
            assertThat(get(gateway(store).enter(KEY))).isInstanceOf(Entered.First.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anAnswerIsForgottenAfterADay(Kind kind) throws Exception {
        try (Store store = open(kind)) {
            Idempotency one = gateway(store);
            answer(first(one), new byte[] {1});
            one.close();
            now.updateAndGet(time -> time.plus(Idempotency.KEPT).minusMillis(1));
            assertThat(get(one.forget())).isZero();
            assertThat(replayed(gateway(store).enter(KEY)).body()).hasSize(1);
            now.updateAndGet(time -> time.plusMillis(1));
            answer(first(gateway(store)), new byte[] {1, 2});
            now.updateAndGet(time -> time.plus(Idempotency.KEPT));
            assertThat(get(one.forget())).isEqualTo(1);
            assertThat(rows(store)).isZero();
        }
    }
}
