package dev.gapura.limit;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The headers in which OpenAI's API tells a caller where it stands, with the tightest limit of each kind; none where
/// nothing is limited: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers. Pure.
public final class RateHeaders {
    private RateHeaders() {}

    /// Names and values.
    public static Map<String, String> of(Standing standing) {
        Map<String, String> headers = new LinkedHashMap<>();
        add(headers, "requests", standing.requests());
        add(headers, "tokens", standing.tokens());
        return headers;
    }

    private static void add(Map<String, String> headers, String what, Standing.@Nullable Left left) {
        if (left != null) {
            headers.put(
                    "x-ratelimit-limit-" + what, Long.toString(left.counter().limit()));
            headers.put("x-ratelimit-remaining-" + what, Long.toString(left.left()));
            headers.put("x-ratelimit-reset-" + what, duration(left.resetMillis()));
        }
    }

    /// As OpenAI writes durations: `120ms`, `1s`, `1.5s`, `6m0s`, `1h2m3s`.
    static String duration(long millis) {
        if (millis < 1_000) {
            return millis + "ms";
        }
        long hours = millis / 3_600_000;
        long minutes = millis / 60_000 % 60;
        long rest = millis % 60_000;
        String seconds = rest % 1_000 == 0
                ? Long.toString(rest / 1_000)
                : String.format(Locale.ROOT, "%d.%03d", rest / 1_000, rest % 1_000)
                        .replaceAll("0+$", "");
        return (hours > 0 ? hours + "h" : "") + (hours > 0 || minutes > 0 ? minutes + "m" : "") + seconds + "s";
    }
}
