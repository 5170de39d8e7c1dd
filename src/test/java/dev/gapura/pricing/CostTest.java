package dev.gapura.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import dev.gapura.chat.Usage.Part;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
    private static final long NO = Usage.UNKNOWN;

    private static long pico(String usdPerMillion) {
        return Price.perToken(new BigDecimal(usdPerMillion));
    }

    /// A price of pairs of class and dollars a million tokens.
    private static Price price(String... pairs) {
        return price(0, 0, List.of(), pairs);
    }

    private static Price price(long requestPico, long searchPico, List<Price.Tier> tiers, String... pairs) {
        Map<TokenClass, Long> rates = new EnumMap<>(TokenClass.class);
        for (int at = 0; at < pairs.length; at += 2) {
            rates.put(TokenClass.valueOf(pairs[at].toUpperCase(Locale.ROOT)), pico(pairs[at + 1]));
        }
        return new Price(rates, requestPico, searchPico, tiers);
    }

    /// $1.25, cached $0.125, written $1.5, answers $10 a million tokens, twice that above 200,000.
    private static final Price PRICE = price(
            0,
            0,
            List.of(new Price.Tier(
                    200_000, price("input", "2.5", "cached", "0.25", "cache_write", "3", "output", "20"))),
            "input",
            "1.25",
            "cached",
            "0.125",
            "cache_write",
            "1.5",
            "output",
            "10");

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
        Price cheap = price("input", "0.003625", "output", "0.0004");
        assertThat(Cost.of(new Usage(1, 0, 0, 0, 0), cheap)).as("3.625").isEqualTo(4);
        assertThat(Cost.of(new Usage(8, 0, 0, 0, 0), cheap)).as("29 exactly").isEqualTo(29);
        assertThat(Cost.of(new Usage(0, 1, 0, 0, 0), cheap)).as("0.4").isZero();
        assertThat(Cost.of(new Usage(1, 2, 0, 0, 0), cheap)).as("4.425").isEqualTo(4);
        assertThat(Cost.of(new Usage(2, 2, 0, 0, 0), cheap)).as("8.05").isEqualTo(8);
        assertThat(Cost.of(new Usage(4, 0, 0, 0, 0), cheap)).as("14.5").isEqualTo(15);
    }

    @Test
    void aRequestMayCostByItself() {
        Price search = price(
                Price.perRequest(new BigDecimal("0.012")),
                Price.perRequest(new BigDecimal("0.01")),
                List.of(),
                "input",
                "1",
                "output",
                "5",
                "reasoning",
                "3");
        Usage usage = new Usage(100, 20, NO, NO, 10);
        assertThat(Cost.of(usage, search)).isEqualTo(12_000_000 + 100 * 1_000 + 10 * 5_000 + 10 * 3_000);
        assertThat(Cost.of(usage.with(Map.of(Part.WEB_SEARCHES, 3L)), search) - Cost.of(usage, search))
                .as("three searches")
                .isEqualTo(30_000_000);
        assertThat(Cost.of(usage, search, 2) - Cost.of(usage, search))
                .as("a second request")
                .isEqualTo(12_000_000);
    }

    @Test
    void everyTokenIsInOneClassAndPaidAtItsRate() {
        Random random = new Random(20261123);
        for (int round = 0; round < 20_000; round++) {
            Map<TokenClass, Long> rates = new EnumMap<>(TokenClass.class);
            Map<TokenClass, Long> counts = new EnumMap<>(TokenClass.class);
            for (TokenClass kind : TokenClass.values()) {
                rates.put(kind, random.nextLong(1_000_000_000));
                counts.put(kind, random.nextLong(1_000_000));
            }
            Price price = new Price(rates, random.nextLong(1_000_000_000_000L), 0, List.of());
            Usage usage = usage(counts);
            assertThat(TokenClass.split(usage)).isEqualTo(counts);
            BigInteger pico = BigInteger.valueOf(price.requestPico());
            for (TokenClass kind : TokenClass.values()) {
                pico = pico.add(times(counts.get(kind), rates.get(kind)));
            }
            BigInteger nano = pico.add(BigInteger.valueOf(500)).divide(BigInteger.valueOf(1_000));
            assertThat(Cost.of(usage, price)).isEqualTo(nano.longValueExact());
        }
    }

    /// What a provider reports that counted so.
    private static Usage usage(Map<TokenClass, Long> counts) {
        long prompt = sum(counts, TokenClass::isInput);
        long cached = counts.get(TokenClass.CACHED)
                + counts.get(TokenClass.CACHED_AUDIO)
                + counts.get(TokenClass.CACHED_IMAGE);
        long written = counts.get(TokenClass.CACHE_WRITE) + counts.get(TokenClass.CACHE_WRITE_HOUR);
        return new Usage(
                        prompt, sum(counts, kind -> !kind.isInput()), cached, written, counts.get(TokenClass.REASONING))
                .with(Map.of(
                        Part.AUDIO_INPUT,
                        counts.get(TokenClass.AUDIO_INPUT) + counts.get(TokenClass.CACHED_AUDIO),
                        Part.CACHED_AUDIO,
                        counts.get(TokenClass.CACHED_AUDIO),
                        Part.IMAGE_INPUT,
                        counts.get(TokenClass.IMAGE_INPUT) + counts.get(TokenClass.CACHED_IMAGE),
                        Part.CACHED_IMAGE,
                        counts.get(TokenClass.CACHED_IMAGE),
                        Part.VIDEO_INPUT,
                        counts.get(TokenClass.VIDEO_INPUT),
                        Part.AUDIO_OUTPUT,
                        counts.get(TokenClass.AUDIO_OUTPUT),
                        Part.IMAGE_OUTPUT,
                        counts.get(TokenClass.IMAGE_OUTPUT),
                        Part.CACHE_WRITE_HOUR,
                        counts.get(TokenClass.CACHE_WRITE_HOUR)));
    }

    private static long sum(Map<TokenClass, Long> counts, Predicate<TokenClass> which) {
        return counts.entrySet().stream()
                .filter(count -> which.test(count.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Test
    void whateverIsReportedTheClassesAddUpToTheWhole() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            long prompt = random.nextLong(1_000);
            long completion = random.nextLong(1_000);
            Map<Part, Long> parts = new EnumMap<>(Part.class);
            for (Part part : Part.values()) {
                parts.put(part, random.nextLong(1_500) - 200);
            }
            long cached = random.nextLong(prompt + 1);
            long written = random.nextLong(prompt - cached + 1);
            Usage usage = new Usage(
                            prompt,
                            completion,
                            random.nextBoolean() ? cached : NO,
                            random.nextBoolean() ? written : NO,
                            random.nextBoolean() ? random.nextLong(completion + 1) : NO)
                    .with(parts);
            Map<TokenClass, Long> split = TokenClass.split(usage);
            assertThat(split.values()).allMatch(count -> count >= 0);
            assertThat(sum(split, TokenClass::isInput)).isEqualTo(prompt);
            assertThat(sum(split, kind -> !kind.isInput())).isEqualTo(completion);
        }
    }

    @Test
    void aClassWithoutAPriceCostsWhatItBelongsTo() {
        Price plain = price("input", "1", "cached", "0.5", "output", "5");
        assertThat(plain.pico(TokenClass.CACHED_AUDIO)).isEqualTo(pico("0.5"));
        assertThat(plain.pico(TokenClass.CACHE_WRITE_HOUR)).isEqualTo(pico("1"));
        assertThat(plain.pico(TokenClass.VIDEO_INPUT)).isEqualTo(pico("1"));
        assertThat(plain.pico(TokenClass.REASONING)).isEqualTo(pico("5"));
    }

    @Test
    void whatIsSpokenOrDrawnWithoutAPriceOfItsOwnCostsNothingKnown() {
        Price plain = price("input", "1", "output", "5");
        Usage usage = new Usage(10, 10, NO, NO, NO);
        for (Part part : List.of(Part.AUDIO_OUTPUT, Part.IMAGE_OUTPUT)) {
            assertThat(Cost.of(usage.with(Map.of(part, 1L)), plain)).isEqualTo(Cost.UNKNOWN);
        }
        Price spoken = price("input", "1", "output", "5", "audio_output", "80");
        assertThat(Cost.of(usage.with(Map.of(Part.AUDIO_OUTPUT, 4L)), spoken))
                .isEqualTo(10 * 1_000 + 6 * 5_000 + 4 * 80_000);
    }

    @Test
    void theTierGoesByTheLengthOfOneCall() {
        Usage eight = new Usage(8 * 50_000, 8, 0, 0, 0);
        assertThat(Cost.of(eight, PRICE, 8)).isEqualTo(8 * Cost.of(new Usage(50_000, 1, 0, 0, 0), PRICE));
        assertThat(Cost.of(eight, PRICE)).as("one long call").isGreaterThan(Cost.of(eight, PRICE, 8));
    }

    @Test
    void noAnswerOfTextCostsLessThanTheLeastOrMoreThanTheMost() {
        Random random = new Random(11);
        Price dear = price(
                0,
                0,
                PRICE.tiers(),
                "input",
                "1",
                "cached",
                "0.1",
                "cache_write",
                "1.25",
                "cache_write_hour",
                "2",
                "output",
                "5",
                "reasoning",
                "6");
        for (int round = 0; round < 10_000; round++) {
            long prompt = random.nextLong(300_000);
            long most = random.nextLong(50_000);
            long cached = random.nextLong(prompt + 1);
            long written = random.nextLong(prompt - cached + 1);
            long completion = random.nextLong(most + 1);
            Usage usage = new Usage(prompt, completion, cached, written, random.nextLong(completion + 1))
                    .with(Map.of(Part.CACHE_WRITE_HOUR, random.nextLong(written + 1)));
            assertThat(Cost.of(usage, dear)).isBetween(Cost.least(prompt, 1, dear), Cost.most(prompt, most, 1, dear));
        }
        assertThat(Cost.least(10, 1, null)).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.most(10, 10, 1, null)).isEqualTo(Cost.UNKNOWN);
        assertThat(Cost.most(Long.MAX_VALUE, 1, 1, dear)).isEqualTo(Cost.UNKNOWN);
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
