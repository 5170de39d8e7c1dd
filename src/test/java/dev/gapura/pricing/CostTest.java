package dev.gapura.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
    private static final long NO = Usage.UNKNOWN;

    private static long pico(String usdPerMillion) {
        return Price.perToken(new BigDecimal(usdPerMillion));
    }

    /// $1.25, cached $0.125, written $1.5, answers $10 a million tokens, twice that above 200,000.
    private static final Price PRICE = new Price(
            pico("1.25"),
            pico("0.125"),
            pico("1.5"),
            pico("10"),
            Price.NOT_SAID,
            0,
            List.of(new Price.Tier(
                    200_000,
                    new Price(pico("2.5"), pico("0.25"), pico("3"), pico("20"), Price.NOT_SAID, 0, List.of()))));

    @ParameterizedTest
    @CsvSource({
        // prompt, completion, cached, written, reasoning, nanodollars
        "1, 0, -1, -1, -1, 1250",
        "1000, 500, 0, 0, 0, 6250000",
        "1000, 500, -1, -1, -1, 6250000",
        "1000, 500, 800, 0, 0, 5350000",
        "1000, 500, 800, 100, 0, 5375000",
        "1000, 500, 0, 0, 400, 6250000",
        "200000, 1, 0, 0, 0, 250010000",
        "200001, 1, 0, 0, 0, 500022500",
        "200001, 0, 200000, 0, 0, 50002500",
        "0, 0, 0, 0, 0, 0",
    })
    void everyClassOfTokensHasItsPrice(
            long prompt, long completion, long cached, long written, long reasoning, long nanoUsd) {
        assertThat(Cost.of(new Usage(prompt, completion, cached, written, reasoning), PRICE))
                .isEqualTo(nanoUsd);
    }

    @Test
    void unknownStaysUnknown() {
        assertThat(Cost.of(new Usage(10, 10, 0, 0, 0), null)).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.of(new Usage(NO, 10, 0, 0, 0), PRICE)).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.of(new Usage(10, NO, 0, 0, 0), PRICE)).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void countsThatNoAnswerCanHaveCostNothingKnown() {
        assertThat(Cost.of(new Usage(Long.MAX_VALUE, 1, 0, 0, 0), PRICE)).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.of(new Usage(1, 1, Long.MAX_VALUE, Long.MAX_VALUE, 0), PRICE))
                .isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void partsThatExceedTheWholeArePaidAndNothingIsPaidBack() {
        assertThat(Cost.of(new Usage(10, 0, 12, 0, 0), PRICE)).isEqualTo(12 * 125);
    }

    @Test
    void roundedOnceAtTheEnd() {
        Price cheap = new Price(pico("0.003625"), -1, -1, pico("0.0004"), -1, 0, List.of());
        assertThat(Cost.of(new Usage(1, 0, 0, 0, 0), cheap)).as("3.625").isEqualTo(4);
        assertThat(Cost.of(new Usage(8, 0, 0, 0, 0), cheap)).as("29 exactly").isEqualTo(29);
        assertThat(Cost.of(new Usage(0, 1, 0, 0, 0), cheap)).as("0.4").isZero();
        assertThat(Cost.of(new Usage(1, 2, 0, 0, 0), cheap)).as("4.425").isEqualTo(4);
        assertThat(Cost.of(new Usage(2, 2, 0, 0, 0), cheap)).as("8.05").isEqualTo(8);
        assertThat(Cost.of(new Usage(4, 0, 0, 0, 0), cheap)).as("14.5").isEqualTo(15);
    }

    @Test
    void aRequestMayCostByItself() {
        Price search = new Price(
                pico("1"), -1, -1, pico("5"), pico("3"), Price.perRequest(new BigDecimal("0.012")), List.of());
        assertThat(Cost.of(new Usage(100, 20, NO, NO, 10), search))
                .isEqualTo(12_000_000 + 100 * 1_000 + 10 * 5_000 + 10 * 3_000);
    }

    @Test
    void isWhatUnboundedArithmeticSays() {
        Random random = new Random(20261123);
        for (int round = 0; round < 20_000; round++) {
            Price price = new Price(
                    random.nextLong(1_000_000_000),
                    random.nextLong(1_000_000_000),
                    random.nextLong(1_000_000_000),
                    random.nextLong(1_000_000_000),
                    random.nextLong(1_000_000_000),
                    random.nextLong(1_000_000_000_000L),
                    List.of());
            long cached = random.nextLong(1_000_000);
            long written = random.nextLong(1_000_000);
            long plain = random.nextLong(1_000_000);
            long reasoning = random.nextLong(1_000_000);
            long said = random.nextLong(1_000_000);
            BigInteger pico = times(plain, price.promptPico())
                    .add(times(cached, price.cachedPico()))
                    .add(times(written, price.cacheWritePico()))
                    .add(times(said, price.completionPico()))
                    .add(times(reasoning, price.reasoningPico()))
                    .add(BigInteger.valueOf(price.requestPico()));
            BigInteger nano = pico.add(BigInteger.valueOf(500)).divide(BigInteger.valueOf(1_000));
            Usage usage = new Usage(plain + cached + written, said + reasoning, cached, written, reasoning);
            assertThat(Cost.of(usage, price)).isEqualTo(nano.longValueExact());
        }
    }

    private static BigInteger times(long tokens, long pico) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(pico));
    }

    @Test
    void dollarsAsTheyWereWritten() {
        assertThat(Price.usd(pico("1.25")).toPlainString()).isEqualTo("0.00000125");
        assertThat(Price.usd(pico("0.003625")).toPlainString()).isEqualTo("0.000000003625");
        assertThat(Price.usd(0).toPlainString()).isEqualTo("0");
        assertThat(Price.usd(Price.perRequest(new BigDecimal("20"))).toPlainString())
                .isEqualTo("20");
    }
}
