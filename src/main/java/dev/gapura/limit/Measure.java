package dev.gapura.limit;

import dev.gapura.config.Quota;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What rates count.
public enum Measure {
    REQUESTS_PER_MINUTE("requests per minute", TimeUnit.MINUTES.toMillis(1)),
    REQUESTS_PER_DAY("requests per day", TimeUnit.DAYS.toMillis(1)),
    TOKENS_PER_MINUTE("tokens per minute", TimeUnit.MINUTES.toMillis(1)),
    TOKENS_PER_DAY("tokens per day", TimeUnit.DAYS.toMillis(1)),
    CONCURRENT("requests at a time", 0);

    private final String said;
    private final long periodMillis;

    Measure(String said, long periodMillis) {
        this.said = said;
        this.periodMillis = periodMillis;
    }

    /// So many of it, as a sentence says it.
    public String said(long count) {
        return count + " " + (count == 1 ? said.replaceFirst("s ", " ") : said);
    }

    /// Milliseconds in which what was used comes back; 0 where it comes back when the request is over.
    public long periodMillis() {
        return periodMillis;
    }

    /// Whether it counts tokens.
    public boolean ofTokens() {
        return this == TOKENS_PER_MINUTE || this == TOKENS_PER_DAY;
    }

    /// Whether it counts requests over time.
    public boolean ofRequests() {
        return this == REQUESTS_PER_MINUTE || this == REQUESTS_PER_DAY;
    }

    /// The limit that a quota sets, null where it sets none.
    @Nullable
    Long limit(Quota quota) {
        return switch (this) {
            case REQUESTS_PER_MINUTE -> quota.requestsPerMinute();
            case REQUESTS_PER_DAY -> quota.requestsPerDay();
            case TOKENS_PER_MINUTE -> quota.tokensPerMinute();
            case TOKENS_PER_DAY -> quota.tokensPerDay();
            case CONCURRENT -> quota.concurrent();
        };
    }
}
