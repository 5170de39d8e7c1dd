package dev.gapura.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpanTest {
    /// Every moment lies in exactly one day and one month, whose begin is its own begin and whose end is
    /// the next one's.
    @Test
    void spansFollowEachOtherWithoutAGapOrAnOverlap() {
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            long at = random.nextLong(Instant.parse("2099-12-31T00:00:00Z").toEpochMilli());
            for (Span span : new Span[] {Span.DAY, Span.MONTH}) {
                long start = span.startMillis(at);
                long end = span.endMillis(at);
                assertThat(at).isBetween(start, end - 1);
                assertThat(span.startMillis(start)).isEqualTo(start);
                assertThat(span.startMillis(end - 1)).isEqualTo(start);
                assertThat(span.startMillis(end)).isEqualTo(end);
                assertThat(span.endMillis(start - 1)).isEqualTo(start);
            }
            ZonedDateTime moment = Instant.ofEpochMilli(at).atZone(ZoneOffset.UTC);
            assertThat(Span.MONTH.endMillis(at) - Span.MONTH.startMillis(at))
                    .isEqualTo(Duration.ofDays(YearMonth.from(moment).lengthOfMonth())
                            .toMillis());
            assertThat(Span.TOTAL.startMillis(at)).isZero();
            assertThat(Span.TOTAL.endMillis(at)).isNull();
        }
    }

    @Test
    void aClockThatGoesBackOverMidnightComesBackToTheSameDay() {
        TestClock clock = new TestClock("2026-12-31T23:59:59.999Z");
        long before = Span.DAY.startMillis(clock.instant().toEpochMilli());
        clock.pass(Duration.ofMillis(1));
        long after = Span.DAY.startMillis(clock.instant().toEpochMilli());
        assertThat(after - before).isEqualTo(Duration.ofDays(1).toMillis());
        assertThat(Span.MONTH.startMillis(clock.instant().toEpochMilli())).isEqualTo(after);
        clock.pass(Duration.ofHours(-1));
        assertThat(Span.DAY.startMillis(clock.instant().toEpochMilli())).isEqualTo(before);
        clock.pass(Duration.ofHours(1));
        assertThat(Span.DAY.startMillis(clock.instant().toEpochMilli())).isEqualTo(after);
    }
}
