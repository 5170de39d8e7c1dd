package dev.gapura.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.pricing.PriceList.Hours;
import dev.gapura.pricing.PriceList.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceListTest {
    private static Row row(@Nullable String since, @Nullable Hours hours, @Nullable String tier, long pico) {
        return new Row(
                since == null ? null : LocalDate.parse(since),
                hours,
                tier,
                new Price(Map.of(TokenClass.INPUT, pico, TokenClass.OUTPUT, pico), 0, 0, List.of()));
    }

    private static Hours hours(String from, String to) {
        return new Hours(LocalTime.parse(from), LocalTime.parse(to));
    }

    private static final PriceList CHANGING = new PriceList(
            List.of(
                    row(null, null, null, 1),
                    row("2026-08-17", null, null, 2),
                    row("2026-08-17", hours("01:00", "04:00"), null, 3),
                    row("2026-08-17", hours("22:30", "00:30"), null, 4),
                    row("2026-10-12", null, "priority", 5)),
            new Source("test", null));

    @ParameterizedTest
    @CsvSource({
        "2020-01-01T02:00:00Z, , 1",
        "2026-08-16T23:59:59.999Z, , 1",
        "2026-08-17T00:30:00Z, , 2",
        "2026-08-17T00:59:59Z, , 2",
        "2026-08-17T01:00:00Z, , 3",
        "2026-08-17T03:59:59Z, , 3",
        "2026-08-17T04:00:00Z, , 2",
        "2026-08-17T22:30:00Z, , 4",
        "2026-08-18T00:29:59Z, , 4",
        "2026-10-11T12:00:00Z, priority, 2",
        "2026-10-12T12:00:00Z, priority, 5",
        "2026-10-12T12:00:00Z, default, 2",
        "2026-10-12T12:00:00Z, , 2",
    })
    void theLastRowThatHoldsCounts(Instant at, @Nullable String tier, long pico) {
        Price price = CHANGING.priceAt(at, tier);
        assertThat(price).isNotNull();
        assertThat(price.pico(TokenClass.INPUT)).isEqualTo(pico);
    }

    @Test
    void beforeTheFirstDayThereIsNoPrice() {
        PriceList announced = new PriceList(List.of(row("2027-01-01", null, null, 1)), new Source("test", null));
        assertThat(announced.priceAt(Instant.parse("2026-12-31T23:59:59Z"))).isNull();
        assertThat(announced.priceAt(Instant.parse("2027-01-01T00:00:00Z"))).isNotNull();
    }
}
