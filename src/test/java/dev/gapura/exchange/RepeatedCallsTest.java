package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which calls of a model are the same.
class RepeatedCallsTest {
    private final RepeatedCalls calls = new RepeatedCalls();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{\"a\":1,\"b\":[1,2]}|{ \"a\" : 1,  \"b\" : [ 1 , 2 ] }|2",
                "{\"a\":\"\u00E9\"}|{\"a\":\"\\u00e9\"}|2",
                "{}|{ }|2",
                "{\"a\":\"x y\"}|{\"a\":\"xy\"}|1",
                "{\"a\":1}|{\"a\":2}|1",
                "{\"a\":1}|{\"a\":\"1\"}|1",
                "{\"a\":[1,2]}|{\"a\":[2,1]}|1",
                "{\"a\":1}|{\"A\":1}|1",
                "{\"a\":1}|{}|1"
            })
    void whatArgumentsComeToDecides(String first, String second, int count) {
        assertThat(calls.count("calc", first)).isOne();
        assertThat(calls.count("calc", second)).isEqualTo(count);
        assertThat(calls.count("calc", second)).isEqualTo(count + 1);
    }

    @Test
    void everyFurtherCallCounts() {
        assertThat(calls.count("calc", "{\"a\":1}")).isOne();
        assertThat(calls.count("calc", "{\"a\": 1}")).isEqualTo(2);
        assertThat(calls.count("calc", "{\"a\":2}")).isOne();
        assertThat(calls.count("calc", "{ \"a\":1 }")).isEqualTo(3);
        assertThat(calls.count("calc", "{\"a\":1}")).isEqualTo(4);
        assertThat(calls.count("calc", "{ \"a\":2 }")).isEqualTo(2);
    }

    @Test
    void whatIsNoJsonEqualsOnlyItself() {
        assertThat(calls.count("calc", "{\"a\":")).isOne();
        assertThat(calls.count("calc", "{\"a\": ")).isOne();
        assertThat(calls.count("calc", "{\"a\":")).isEqualTo(2);
        assertThat(calls.count("calc", "")).isOne();
        assertThat(calls.count("calc", " ")).isOne();
        assertThat(calls.count("calc", "")).isEqualTo(2);
        assertThat(calls.count("calc", "{} {}")).isOne();
        assertThat(calls.count("calc", "{}")).isOne();
        assertThat(calls.count("calc", "{\"a\":")).isEqualTo(3);
    }

    @Test
    void toolsAreCountedApart() {
        assertThat(calls.count("one", "{}")).isOne();
        assertThat(calls.count("two", "{}")).isOne();
        assertThat(calls.count("one", "{ }")).isEqualTo(2);
        assertThat(calls.count("two", "{ }")).isEqualTo(2);
        assertThat(calls.count("one", "{}")).isEqualTo(3);
        assertThat(calls.count("two", "{\"n\":1}")).isOne();
        assertThat(calls.count("two", "{}")).isEqualTo(3);
    }
}
