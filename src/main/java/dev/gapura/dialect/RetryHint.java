package dev.gapura.dialect;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How long a provider says to wait, from the most exact place that says so: `retry-after-ms`, `retry-after`
/// (seconds or date), Google's `RetryInfo`, the text ("try again in 1.2s", OpenAI and Groq), `x-ratelimit-reset-*`
/// and what Anthropic and Mistral call it.
final class RetryHint {
    private RetryHint() {}

    /// Longer waits are taken for mistakes of unit or of clock.
    private static final Duration LONGEST = Duration.ofDays(31);

    private static final Pattern TEXT = Pattern.compile(
            "(?i)(?:try again|retry|wait|reset)[a-z ]{0,24}?(?:in|after|for|:)?\\s{0,2}((?:\\d{1,9}(?:\\.\\d{1,9})?\\s?"
                    + "(?:milliseconds?|ms|minutes?|min|m|seconds?|secs?|s|hours?|h|days?|d)\\s?){1,4})(?![a-z])");
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s?([a-z]+)");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,13}(?:\\.\\d{1,9})?");

    /// Headers that say when a counter begins anew, or with `remaining` for `%s` whether it is exhausted.
    /// Cerebras names the period, OpenRouter nothing; Anthropic and Mistral have names of their own.
    private static final List<String> COUNTERS = List.of(
            "x-ratelimit-%s-tokens",
            "x-ratelimit-%s-requests",
            "x-ratelimit-%s-tokens-minute",
            "x-ratelimit-%s-requests-day",
            "x-ratelimit-%s-input-tokens",
            "x-ratelimit-%s-output-tokens",
            "x-ratelimit-%s-images",
            "x-ratelimit-%s",
            "anthropic-ratelimit-tokens-%s",
            "anthropic-ratelimit-requests-%s",
            "anthropic-ratelimit-input-tokens-%s",
            "anthropic-ratelimit-output-tokens-%s",
            "ratelimitbysize-%s");

    /// @param header value of a response header by lower case name, null when absent
    /// @param info what the body says in a field of its own, null where it does not
    static @Nullable Duration find(
            UnaryOperator<@Nullable String> header, @Nullable Duration info, String message, Instant now) {
        Duration exact = number(header.apply("retry-after-ms"), 1);
        if (exact != null) {
            return exact;
        }
        Duration after = retryAfter(header.apply("retry-after"), now);
        if (after != null) {
            return after;
        }
        if (info != null) {
            return usable(info);
        }
        Matcher text = TEXT.matcher(message);
        Duration told = text.find() ? words(text.group(1)) : null;
        return told != null ? told : reset(header, now);
    }

    private static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
        if (value == null || value.isBlank()) {
            return null;
        }
        Duration seconds = number(value, 1_000);
        if (seconds != null) {
            return seconds;
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            return usable(Duration.between(now, date.toInstant()));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// The exhausted counter decides; where none is, the tokens, which a single request can overdraw.
    private static @Nullable Duration reset(UnaryOperator<@Nullable String> header, Instant now) {
        Duration first = null;
        Duration exhausted = null;
        for (String counter : COUNTERS) {
            Duration wait = moment(header.apply(counter.replace("%s", "reset")), now);
            if (wait == null) {
                continue;
            }
            first = first == null ? wait : first;
            String remaining = header.apply(counter.replace("%s", "remaining"));
            if (remaining != null && remaining.strip().equals("0")) {
                exhausted = exhausted == null || wait.compareTo(exhausted) > 0 ? wait : exhausted;
            }
        }
        return exhausted != null ? exhausted : first;
    }

    /// `6m0s`, `20ms`, `7.66s`, seconds, seconds or milliseconds since 1970, or RFC 3339.
    private static @Nullable Duration moment(@Nullable String value, Instant now) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String text = value.strip();
        if (NUMBER.matcher(text).matches()) {
            double number = Double.parseDouble(text);
            return number > 1e11
                    ? usable(Duration.between(now, Instant.ofEpochMilli((long) number)))
                    : number > 1e8
                            ? usable(Duration.between(now, Instant.ofEpochSecond((long) number)))
                            : usable(Duration.ofMillis((long) Math.ceil(number * 1_000)));
        }
        if (text.indexOf('T') > 0) {
            try {
                return usable(Duration.between(now, Instant.parse(text)));
            } catch (DateTimeException e) {
                return null;
            }
        }
        return words(text);
    }

    private static @Nullable Duration words(String text) {
        Matcher part = PART.matcher(text.toLowerCase(Locale.ROOT));
        double millis = 0;
        while (part.find()) {
            double unit =
                    switch (part.group(2)) {
                        case "ms", "millisecond", "milliseconds" -> 1;
                        case "s", "sec", "secs", "second", "seconds" -> 1_000;
                        case "m", "min", "minute", "minutes" -> 60_000;
                        case "h", "hour", "hours" -> 3_600_000;
                        case "d", "day", "days" -> 86_400_000;
                        default -> 0;
                    };
            millis += Double.parseDouble(part.group(1)) * unit;
        }
        return usable(Duration.ofMillis((long) Math.ceil(millis)));
    }

    private static @Nullable Duration number(@Nullable String value, int millisPerUnit) {
        if (value == null || !NUMBER.matcher(value.strip()).matches()) {
            return null;
        }
        return usable(Duration.ofMillis((long) Math.ceil(Double.parseDouble(value.strip()) * millisPerUnit)));
    }

    private static @Nullable Duration usable(Duration wait) {
        return wait.isPositive() && wait.compareTo(LONGEST) <= 0 ? wait : null;
    }
}
