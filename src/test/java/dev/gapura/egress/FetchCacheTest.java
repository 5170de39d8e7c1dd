package dev.gapura.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FetchCacheTest {
    private static final EgressRules RULES = new EgressRules(new Config.Egress(List.of(), List.of(), true));
    private static final EgressRules OTHERS = new EgressRules(new Config.Egress(List.of(), List.of(), false));

    private final AtomicLong now = new AtomicLong(-5);
    private final FetchCache cache = new FetchCache(now::get);

    private void put(String url, int bytes, @Nullable String etag, String control) {
        WebAddress source = Objects.requireNonNull(WebAddress.parse("https://a.example/"));
        cache.put(url, RULES, new Fetched(new byte[bytes], "image/png"), source, etag, control);
    }

    private String state(String url) {
        FetchCache.Entry entry = cache.get(url, RULES);
        return entry == null ? "gone" : cache.isFresh(entry) ? "fresh" : "stale";
    }

    private void later(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void isFreshForAMinuteAndKnownForAnHour() {
        put("a", 10, "\"1\"", "");
        put("b", 10, null, "public, max-age=86400");
        later(Duration.ofSeconds(59));
        assertThat(state("a")).isEqualTo("fresh");
        assertThat(state("b")).isEqualTo("fresh");
        later(Duration.ofSeconds(2));
        assertThat(state("a")).isEqualTo("stale");
        assertThat(state("b")).isEqualTo("gone");
        later(Duration.ofHours(1));
        assertThat(state("a")).isEqualTo("gone");
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void doesWhatServersSay() {
        put("a", 10, "\"1\"", "no-store");
        put("b", 10, "\"1\"", "max-age=60, private");
        put("c", 10, "\"1\"", "No-Cache");
        put("d", 10, null, "no-cache");
        put("e", 10, null, "max-age=5");
        assertThat(state("a")).isEqualTo("gone");
        assertThat(state("b")).isEqualTo("gone");
        assertThat(state("c")).isEqualTo("stale");
        assertThat(state("d")).isEqualTo("gone");
        later(Duration.ofSeconds(4));
        assertThat(state("e")).isEqualTo("fresh");
        later(Duration.ofSeconds(1));
        assertThat(state("e")).isEqualTo("gone");
    }

    @Test
    void otherRulesKnowNothing() {
        put("a", 10, null, "");
        assertThat(cache.get("a", OTHERS)).isNull();
        assertThat(state("a")).isEqualTo("gone");
    }

    @Test
    void theLongestUnusedGoesFirst() {
        for (int index = 0; index < 8; index++) {
            put("u" + index, FetchCache.LARGEST_BYTES, null, "");
        }
        assertThat(state("u0")).isEqualTo("fresh");
        put("more", 1, null, "");
        assertThat(state("u0")).isEqualTo("fresh");
        assertThat(state("u1")).isEqualTo("gone");
        assertThat(cache.bytes()).isLessThanOrEqualTo(FetchCache.MAX_BYTES);
        put("large", FetchCache.LARGEST_BYTES + 1, null, "");
        assertThat(state("large")).isEqualTo("gone");
        for (int index = 0; index < 300; index++) {
            put("s" + index, 0, null, "");
        }
        assertThat(state("u7")).isEqualTo("gone");
        assertThat(cache.bytes()).isZero();
    }
}
