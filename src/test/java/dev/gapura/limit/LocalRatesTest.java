package dev.gapura.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.limit.Rates.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalRatesTest {
    private static final Scope KEY = new Scope(Scope.Kind.KEY, "k");
    private static final Scope TEAM = new Scope(Scope.Kind.TEAM, "t");

    private final AtomicLong millis = new AtomicLong();
    private final LocalRates rates = new LocalRates(millis::get);

    private Answer take(long tokens, Counter... counters) {
        return rates.take(List.of(counters), tokens).result();
    }

    @Test
    void allCountsAreDrawnOnOrNone() {
        Counter many = new Counter(KEY, Measure.REQUESTS_PER_MINUTE, 10);
        Counter few = new Counter(TEAM, Measure.REQUESTS_PER_MINUTE, 1);
        assertThat(take(0, many, few)).isInstanceOf(Answer.Admitted.class);
        Answer.Refused refused = (Answer.Refused) take(0, many, few);
        assertThat(refused.counter()).isEqualTo(few);
        assertThat(refused.waitMillis()).isEqualTo(60_000);
        assertThat(rates.look(List.of(many)).result().getFirst().left()).isEqualTo(9);
    }

    @Test
    void tokensAreCorrectedAtTheEnd() {
        Counter tokens = new Counter(KEY, Measure.TOKENS_PER_MINUTE, 1_000);
        Answer.Admitted first = (Answer.Admitted) take(900, tokens);
        assertThat(first.standing().tokens().left()).isEqualTo(100);
        rates.end(first.grant(), 100);
        assertThat(rates.look(List.of(tokens)).result().getFirst().left()).isEqualTo(900);
        Answer.Admitted second = (Answer.Admitted) take(900, tokens);
        rates.end(second.grant(), 1_500);
        Answer.Refused refused = (Answer.Refused) take(100, tokens);
        assertThat(refused.waitMillis()).isEqualTo(42_000);
        millis.addAndGet(42_000);
        assertThat(take(100, tokens)).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void moreTokensThanTheLimitWantAFullBucketAndNoMore() {
        Counter tokens = new Counter(KEY, Measure.TOKENS_PER_MINUTE, 1_000);
        Answer.Admitted all = (Answer.Admitted) take(32_000, tokens);
        assertThat(take(1, tokens)).isInstanceOf(Answer.Refused.class);
        rates.end(all.grant(), 10);
        assertThat(rates.look(List.of(tokens)).result().getFirst().left()).isEqualTo(990);
    }

    @Test
    void aPlaceIsFreeWhenItsRequestIsOver() {
        Counter places = new Counter(KEY, Measure.CONCURRENT, 2);
        Answer.Admitted first = (Answer.Admitted) take(0, places);
        take(0, places);
        Answer.Refused refused = (Answer.Refused) take(0, places);
        assertThat(refused.waitMillis()).isZero();
        rates.end(first.grant(), 0);
        assertThat(take(0, places)).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void theTightestIsTold() {
        Counter minute = new Counter(KEY, Measure.REQUESTS_PER_MINUTE, 5);
        Counter day = new Counter(TEAM, Measure.REQUESTS_PER_DAY, 3);
        Standing standing = ((Answer.Admitted) take(0, minute, day)).standing();
        assertThat(standing.requests().counter()).isEqualTo(day);
        assertThat(RateHeaders.of(standing))
                .containsExactly(
                        java.util.Map.entry("x-ratelimit-limit-requests", "3"),
                        java.util.Map.entry("x-ratelimit-remaining-requests", "2"),
                        java.util.Map.entry("x-ratelimit-reset-requests", "8h0m0s"));
    }

    @Test
    void durationsAreWrittenAsOpenAiDoes() {
        assertThat(List.of(0L, 120L, 1_000L, 1_500L, 59_999L, 60_000L, 360_000L, 3_723_000L).stream()
                        .map(RateHeaders::duration))
                .containsExactly("0ms", "120ms", "1s", "1.5s", "59.999s", "1m0s", "6m0s", "1h2m3s");
    }

    @Test
    void manyThreadsGetExactlyWhatThereIs() throws InterruptedException {
        Counter minute = new Counter(KEY, Measure.REQUESTS_PER_MINUTE, 1_000);
        Counter team = new Counter(TEAM, Measure.REQUESTS_PER_DAY, 900);
        AtomicInteger admitted = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < 16; index++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException ended) {
                    return;
                }
                for (int one = 0; one < 200; one++) {
                    if (take(0, minute, team) instanceof Answer.Admitted) {
                        admitted.incrementAndGet();
                    }
                }
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(admitted.get()).isEqualTo(900);
        assertThat(rates.look(List.of(minute)).result().getFirst().left()).isEqualTo(100);
    }

    @Test
    void countsOfThoseWhoLeftAreForgotten() {
        for (int user = 0; user < 30_000; user++) {
            take(0, new Counter(new Scope(Scope.Kind.END_USER, "u" + user), Measure.REQUESTS_PER_MINUTE, 60));
            millis.addAndGet(10);
        }
        assertThat(rates.kept()).isLessThan(10_500);
    }
}
