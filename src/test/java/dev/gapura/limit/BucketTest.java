package dev.gapura.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketTest {
    private static final long MINUTE = 60_000;
    private static final long DAY = 24 * 60 * MINUTE;

    @Test
    void whatWasTakenComesBackEvenly() {
        Bucket bucket = new Bucket(60, MINUTE, 0);
        bucket.take(60);
        assertThat(bucket.has(1)).isFalse();
        assertThat(bucket.millisUntil(1)).isEqualTo(1_000);
        bucket.fill(999);
        assertThat(bucket.has(1)).isFalse();
        bucket.fill(1_000);
        assertThat(bucket.has(1)).isTrue();
        assertThat(bucket.left()).isEqualTo(1);
        assertThat(bucket.millisUntilFull()).isEqualTo(59_000);
        bucket.fill(MINUTE);
        assertThat(bucket.isFull()).isTrue();
    }

    @Test
    void whatWasUsedBeyondTheEstimateIsOwed() {
        Bucket bucket = new Bucket(100, MINUTE, 0);
        bucket.take(300);
        assertThat(bucket.left()).isZero();
        assertThat(bucket.millisUntil(1)).isEqualTo(Math.ceilDiv(201 * MINUTE, 100));
        bucket.give(500);
        assertThat(bucket.left()).isEqualTo(100);
    }

    @Test
    void noDebtIsSoDeepThatItTurnsIntoCredit() {
        Bucket bucket = new Bucket(1_000, DAY, 0);
        for (int time = 0; time < 100; time++) {
            bucket.take(1_000_000_000_000L);
            assertThat(bucket.has(1)).isFalse();
        }
        bucket.fill(DAY);
        assertThat(bucket.has(1)).isFalse();
    }

    @Test
    void aClockThatGoesBackGivesNothingAndTakesNothing() {
        Bucket bucket = new Bucket(60, MINUTE, 10 * MINUTE);
        bucket.take(60);
        bucket.fill(MINUTE);
        assertThat(bucket.left()).isZero();
        bucket.fill(10 * MINUTE + 1_000);
        assertThat(bucket.left()).isEqualTo(1);
    }

    @Test
    void theLargestLimitIsCountedExactly() {
        Bucket bucket = new Bucket(dev.gapura.config.Quota.MOST, DAY, 0);
        bucket.take(dev.gapura.config.Quota.MOST);
        bucket.fill(Long.MAX_VALUE / 4);
        assertThat(bucket.left()).isEqualTo(dev.gapura.config.Quota.MOST);
        bucket.take(1);
        assertThat(bucket.left()).isEqualTo(dev.gapura.config.Quota.MOST - 1);
    }

    /// Bucket4j's greedy refill is the same rule, written by others.
    @ParameterizedTest
    @CsvSource({"1, 60000", "7, 60000", "1000, 60000", "100000, 60000", "500, 86400000", "99991, 86400000"})
    void itDecidesAsBucket4jDoes(long limit, long period) {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            AtomicLong millis = new AtomicLong();
            io.github.bucket4j.Bucket oracle = io.github.bucket4j.Bucket.builder()
                    .addLimit(Bandwidth.builder()
                            .capacity(limit)
                            .refillGreedy(limit, Duration.ofMillis(period))
                            .build())
                    .withCustomTimePrecision(new TimeMeter() {
                        @Override
                        public long currentTimeNanos() {
                            return millis.get() * 1_000_000;
                        }

                        @Override
                        public boolean isWallClockBased() {
                            return false;
                        }
                    })
                    .build();
            Bucket bucket = new Bucket(limit, period, 0);
            for (int step = 0; step < 500; step++) {
                millis.addAndGet(random.nextInt(5) == 0 ? random.nextLong(2 * period) : random.nextLong(period / 50));
                long amount = 1 + random.nextLong(Math.max(1, limit / (1 + random.nextInt(20))));
                bucket.fill(millis.get());
                boolean has = bucket.has(amount);
                if (has) {
                    bucket.take(amount);
                }
                assertThat(has).as("seed %d, step %d", seed, step).isEqualTo(oracle.tryConsume(amount));
                assertThat(bucket.left()).isEqualTo(oracle.getAvailableTokens());
                if (random.nextInt(10) == 0) {
                    long back = 1 + random.nextLong(limit);
                    bucket.give(back);
                    oracle.addTokens(back);
                }
            }
        }
    }
}
