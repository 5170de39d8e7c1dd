package dev.gapura.egress;

import java.time.Duration;
import java.util.Locale;

/// What a server allows to be done with its answer (RFC 9111, 5.2.2). Immutable; any thread.
///
/// @param mayKeep whether a cache that serves several may keep it
/// @param maxAgeNanos how long it is good, the largest number where nothing was said
record CacheControl(boolean mayKeep, long maxAgeNanos) {

    /// @param header its value, empty where there is none
    static CacheControl read(String header) {
        boolean mayKeep = true;
        long maxAgeNanos = Long.MAX_VALUE;
        for (String part : header.toLowerCase(Locale.ROOT).split(",")) {
            String directive = part.strip();
            if (directive.equals("no-store") || directive.startsWith("private")) {
                mayKeep = false;
            } else if (directive.startsWith("no-cache")) {
                maxAgeNanos = 0;
            } else if (directive.matches("max-age=\"?\\d{1,9}\"?")) {
                long seconds = Long.parseLong(directive.replaceAll("\\D", ""));
                maxAgeNanos = Math.min(maxAgeNanos, Duration.ofSeconds(seconds).toNanos());
            }
        }
        return new CacheControl(mayKeep, maxAgeNanos);
    }
}
