package dev.gapura.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Restrictions;
import dev.gapura.config.Secret;
import dev.gapura.limit.Rates.Answer;
import dev.gapura.testkit.RedisServer;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Counts of several replicas in one Redis, and what becomes of them while it is away.
class SharedRatesTest {
    private static final Scope KEY = new Scope(Scope.Kind.KEY, "k");
    private static final Scope TEAM = new Scope(Scope.Kind.TEAM, "t");

    private final Vertx vertx = Vertx.vertx();
    private final List<SharedRates> opened = new ArrayList<>();
    private RedisServer server;

    @BeforeEach
    void start() {
        server = RedisServer.start();
    }

    @AfterEach
    void stop() {
        opened.forEach(SharedRates::close);
        Waiting.get(vertx.close());
        if (server != null) {
            server.close();
        }
    }

    private SharedRates replica(Restrictions.OnLoss onLoss) {
        SharedRates rates = new SharedRates(
                vertx, new Restrictions.Shared(new Secret(server.url()), Restrictions.Shared.USUAL_TIMEOUT, onLoss));
        opened.add(rates);
        Waiting.until("it is connected", rates::up);
        return rates;
    }

    private <T> T onLoop(Supplier<Future<T>> asked) {
        Promise<T> promise = Promise.promise();
        vertx.runOnContext(now -> asked.get().onComplete(promise));
        return Waiting.get(promise.future());
    }

    private Answer take(SharedRates rates, long tokens, Counter... counters) {
        return onLoop(() -> rates.take(List.of(counters), tokens));
    }

    private long left(SharedRates rates, Counter counter) {
        return onLoop(() -> rates.look(List.of(counter))).getFirst().left();
    }

    @Test
    void replicasDrawOnTheSameCounts() {
        SharedRates one = replica(Restrictions.OnLoss.LOCAL);
        SharedRates other = replica(Restrictions.OnLoss.LOCAL);
        Counter day = new Counter(KEY, Measure.REQUESTS_PER_DAY, 3);
        Counter many = new Counter(TEAM, Measure.REQUESTS_PER_DAY, 10);
        assertThat(take(one, 0, day, many)).isInstanceOf(Answer.Admitted.class);
        Answer.Admitted second = (Answer.Admitted) take(other, 0, day, many);
        assertThat(second.standing().requests().left()).isEqualTo(1);
        assertThat(take(one, 0, day, many)).isInstanceOf(Answer.Admitted.class);
        Answer.Refused refused = (Answer.Refused) take(other, 0, day, many);
        assertThat(refused.counter()).isEqualTo(day);
        assertThat(refused.waitMillis()).isBetween(28_000_000L, 28_800_000L);
        assertThat(left(one, many)).isEqualTo(7);
    }

    @Test
    void manyAtOnceGetExactlyWhatThereIs() {
        SharedRates one = replica(Restrictions.OnLoss.LOCAL);
        SharedRates other = replica(Restrictions.OnLoss.LOCAL);
        Counter day = new Counter(KEY, Measure.REQUESTS_PER_DAY, 500);
        Counter tokens = new Counter(KEY, Measure.TOKENS_PER_DAY, 10_000);
        List<Future<Answer>> asked = new ArrayList<>();
        for (int index = 0; index < 1_000; index++) {
            SharedRates rates = index % 2 == 0 ? one : other;
            Promise<Answer> promise = Promise.promise();
            vertx.getOrCreateContext()
                    .runOnContext(now -> rates.take(List.of(day, tokens), 7).onComplete(promise));
            asked.add(promise.future());
            if (index % 100 == 99) {
                Waiting.get(Future.join(asked));
            }
        }
        long admitted = asked.stream()
                .filter(answer -> Waiting.get(answer) instanceof Answer.Admitted)
                .count();
        assertThat(admitted).isEqualTo(500);
        // Seven come back in a minute.
        assertThat(left(one, tokens)).isBetween(10_000L - 500 * 7, 10_000L - 500 * 7 + 20);
    }

    @Test
    void tokensAreCorrectedAndPlacesGivenBack() {
        SharedRates one = replica(Restrictions.OnLoss.LOCAL);
        SharedRates other = replica(Restrictions.OnLoss.LOCAL);
        Counter tokens = new Counter(KEY, Measure.TOKENS_PER_DAY, 1_000);
        Counter places = new Counter(KEY, Measure.CONCURRENT, 1);
        Answer.Admitted first = (Answer.Admitted) take(one, 900, tokens, places);
        assertThat(first.standing().tokens().left()).isEqualTo(100);
        Answer.Refused refused = (Answer.Refused) take(other, 1, tokens, places);
        assertThat(refused.counter()).isEqualTo(places);
        one.end(first.grant(), 1_300);
        Waiting.until("the place is free", () -> left(other, places) == 1);
        Answer.Refused owing = (Answer.Refused) take(other, 1, tokens, places);
        assertThat(owing.counter()).isEqualTo(tokens);
        // 301 tokens come back in 301 thousandths of a day.
        assertThat(owing.waitMillis()).isBetween(25_900_000L, 26_006_400L);
    }

    @Test
    void whileItIsGoneEachReplicaHasItsShare() {
        SharedRates one = replica(Restrictions.OnLoss.LOCAL);
        SharedRates other = replica(Restrictions.OnLoss.LOCAL);
        Counter day = new Counter(KEY, Measure.REQUESTS_PER_DAY, 4);
        Waiting.until(
                "both know of each other",
                () -> server.command("ZCARD {gapura}:replicas").startsWith(":2"));
        // The next beat tells each how many there are.
        Waiting.until("it is told", () -> one.replicas() == 2 && other.replicas() == 2);
        server.stop();
        long begin = System.nanoTime();
        assertThat(take(one, 0, day)).isInstanceOf(Answer.Admitted.class);
        assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
        assertThat(take(one, 0, day)).isInstanceOf(Answer.Admitted.class);
        assertThat(take(one, 0, day)).isInstanceOf(Answer.Refused.class);
        assertThat(one.up()).isFalse();
        server.again();
        Waiting.until("it is back", one::up);
        assertThat(take(one, 0, day)).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void orRequestsAreRefused() {
        SharedRates one = replica(Restrictions.OnLoss.CLOSED);
        Counter day = new Counter(KEY, Measure.REQUESTS_PER_DAY, 4);
        server.stop();
        assertThat(take(one, 0, day)).isInstanceOf(Answer.Away.class);
        server.again();
        Waiting.until("it is back", one::up);
        assertThat(take(one, 0, day)).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void oneThatIsFrozenIsLeftAloneAndComesBackWithTheRightPlaces() {
        SharedRates one = replica(Restrictions.OnLoss.LOCAL);
        Counter places = new Counter(KEY, Measure.CONCURRENT, 10);
        Answer.Admitted before = (Answer.Admitted) take(one, 0, places);
        server.freeze();
        Answer.Admitted meanwhile = (Answer.Admitted) take(one, 0, places);
        assertThat(one.up()).isFalse();
        assertThat(meanwhile.grant().local()).isTrue();
        server.thaw();
        Waiting.until("it is back", one::up);
        Waiting.until("both places are known", () -> left(one, places) == 8);
        one.end(before.grant(), 0);
        one.end(meanwhile.grant(), 0);
        Waiting.until("both are free", () -> left(one, places) == 10);
    }

    @Test
    void oneThatForgetsIsToldWhatRuns() {
        SharedRates one = replica(Restrictions.OnLoss.LOCAL);
        Counter places = new Counter(KEY, Measure.CONCURRENT, 2);
        Answer.Admitted running = (Answer.Admitted) take(one, 0, places);
        server.command("FLUSHALL");
        Waiting.until("it knows again", () -> left(one, places) == 1);
        one.end(running.grant(), 0);
        Waiting.until("it is free", () -> left(one, places) == 2);
        server.command("SCRIPT FLUSH");
        assertThat(take(one, 0, places)).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void placesOfAReplicaThatDiedAreFreeInTheEnd() {
        SharedRates one = replica(Restrictions.OnLoss.LOCAL);
        SharedRates dead = replica(Restrictions.OnLoss.LOCAL);
        Counter places = new Counter(KEY, Measure.CONCURRENT, 1);
        take(dead, 0, places);
        assertThat(take(one, 0, places)).isInstanceOf(Answer.Refused.class);
        dead.close();
        opened.remove(dead);
        Waiting.until("the place is free", () -> left(one, places) == 1);
    }
}
