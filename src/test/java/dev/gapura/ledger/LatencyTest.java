package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyTest {
    @Test
    void boundsAreInclusive() {
        assertThat(Latency.bucket(0)).isZero();
        assertThat(Latency.bucket(10)).isZero();
        assertThat(Latency.bucket(11)).isEqualTo(1);
        assertThat(Latency.bucket(900_000)).isEqualTo(Latency.BUCKETS - 2);
        assertThat(Latency.bucket(Long.MAX_VALUE)).isEqualTo(Latency.BUCKETS - 1);
    }

    @Test
    void aQuantileLiesInItsBucket() {
        long[] counts = new long[Latency.BUCKETS];
        counts[Latency.bucket(40)] = 90;
        counts[Latency.bucket(4_000)] = 10;
        assertThat(Latency.quantileMillis(counts, 0.5)).isBetween(25L, 50L);
        assertThat(Latency.quantileMillis(counts, 0.95)).isBetween(2_500L, 5_000L);
    }

    @Test
    void nothingHasNoQuantileAndTheLastBucketNoBound() {
        long[] counts = new long[Latency.BUCKETS];
        assertThat(Latency.quantileMillis(counts, 0.5)).isEqualTo(-1);
        counts[Latency.BUCKETS - 1] = 1;
        assertThat(Latency.quantileMillis(counts, 0.5)).isEqualTo(900_000);
    }
}
