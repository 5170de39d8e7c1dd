package dev.gapura.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a request asks the simulator to do besides answering, read from its `metadata`. `docs/simulator.md`
/// lists the keys; an unknown key that begins with `sim_` or a value that cannot be read is refused by name.
///
/// @param latency before the first byte
/// @param pace between chunks of a stream
/// @param status of an error reply; 200 means answer
/// @param retryAfter value of the `retry-after` header
/// @param error message of an error reply or error event
/// @param code code of the same
/// @param limit where the body stops early
/// @param errorAt number of chunks before an error event; [#NEVER] without
/// @param words length of the answer in words, in place of what the model would say; [#NEVER] without
/// @param reasoning text sent as `reasoning_content` before the answer
record Script(
        Duration latency,
        Duration pace,
        int status,
        @Nullable String retryAfter,
        @Nullable String error,
        @Nullable String code,
        @Nullable Limit limit,
        int errorAt,
        int words,
        @Nullable String reasoning,
        Set<Flag> flags) {
    static final int NEVER = -1;

    /// Longest answer that can be asked for, in words: it is made in memory before it is sent.
    static final int MAX_WORDS = 100_000;

    private static final Duration MAX_DURATION = Duration.ofMinutes(10);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final Set<String> KEYS = Set.of(
            "sim_latency",
            "sim_pace",
            "sim_status",
            "sim_retry_after",
            "sim_error",
            "sim_code",
            "sim_cut_at",
            "sim_reset_at",
            "sim_silence_at",
            "sim_error_at",
            "sim_words",
            "sim_reasoning",
            "sim_usage",
            "sim_early_head",
            "sim_no_done",
            "sim_no_finish");

    /// Deviations that are on or off.
    enum Flag {
        EARLY_HEAD,
        NO_DONE,
        NO_FINISH,
        NO_USAGE,
        USAGE_EVERYWHERE
    }

    /// The body stops after this many bytes, in this way.
    record Limit(long bytes, Step way) {}

    Script {
        flags = Set.copyOf(flags);
    }

    boolean has(Flag flag) {
        return flags.contains(flag);
    }

    Script withLimit(Limit other) {
        return new Script(latency, pace, status, retryAfter, error, code, other, errorAt, words, reasoning, flags);
    }

    /// Reads the script of a request.
    ///
    /// @param latency the model's own, where the script names none
    /// @param pace the model's own, where the script names none
    /// @throws RefusedException when a `sim_` key is unknown or its value unreadable
    static Script read(Map<String, String> metadata, Duration latency, Duration pace) {
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        for (String key : new TreeSet<>(metadata.keySet())) {
            if (key.startsWith("sim_") && !KEYS.contains(key)) {
                throw RefusedException.badRequest(
                        "The simulator knows no '" + key + "'. It knows: " + String.join(", ", new TreeSet<>(KEYS)),
                        "metadata." + key);
            }
        }
        if (isTrue(metadata, "sim_early_head")) {
            flags.add(Flag.EARLY_HEAD);
        }
        if (isTrue(metadata, "sim_no_done")) {
            flags.add(Flag.NO_DONE);
        }
        if (isTrue(metadata, "sim_no_finish")) {
            flags.add(Flag.NO_FINISH);
        }
        switch (metadata.getOrDefault("sim_usage", "asked")) {
            case "asked" -> {}
            case "none" -> flags.add(Flag.NO_USAGE);
            case "every" -> flags.add(Flag.USAGE_EVERYWHERE);
            default -> throw invalid("sim_usage", "none, asked or every");
        }
        return new Script(
                duration(metadata, "sim_latency", latency),
                duration(metadata, "sim_pace", pace),
                (int) number(metadata, "sim_status", 200, 200, 599),
                metadata.get("sim_retry_after"),
                metadata.get("sim_error"),
                metadata.get("sim_code"),
                limit(metadata),
                (int) number(metadata, "sim_error_at", NEVER, 0, Integer.MAX_VALUE),
                (int) number(metadata, "sim_words", NEVER, 0, MAX_WORDS),
                metadata.get("sim_reasoning"),
                flags);
    }

    /// The same steps, stopped where the script says so. Pauses before that point stay.
    List<Step> limited(List<Step> steps) {
        if (limit == null) {
            return steps;
        }
        List<Step> kept = new ArrayList<>();
        long left = limit.bytes();
        for (Step step : steps) {
            if (step instanceof Step.Send(byte[] bytes)) {
                if (bytes.length >= left) {
                    kept.add(new Step.Send(Arrays.copyOf(bytes, (int) left)));
                    kept.add(limit.way());
                    return kept;
                }
                left -= bytes.length;
            }
            kept.add(step);
        }
        return kept;
    }

    private static @Nullable Limit limit(Map<String, String> metadata) {
        Limit found = null;
        for (Map.Entry<String, Step> way : List.of(
                Map.<String, Step>entry("sim_cut_at", new Step.Cut()),
                Map.<String, Step>entry("sim_reset_at", new Step.Reset()),
                Map.<String, Step>entry("sim_silence_at", new Step.Silence()))) {
            long at = number(metadata, way.getKey(), NEVER, 0, Integer.MAX_VALUE);
            if (at != NEVER && found != null) {
                throw invalid(way.getKey(), "left out: a body stops in one way only");
            }
            if (at != NEVER) {
                found = new Limit(at, way.getValue());
            }
        }
        return found;
    }

    private static boolean isTrue(Map<String, String> metadata, String key) {
        return switch (metadata.getOrDefault(key, "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(key, "true or false");
        };
    }

    private static long number(Map<String, String> metadata, String key, long otherwise, long least, long most) {
        String text = metadata.get(key);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, like a number out of bounds
        }
        throw invalid(key, "a whole number from " + least + " to " + most);
    }

    private static Duration duration(Map<String, String> metadata, String key, Duration otherwise) {
        String text = metadata.get(key);
        if (text == null) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration duration =
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        default -> Duration.ofMinutes(amount);
                    };
            if (duration.compareTo(MAX_DURATION) <= 0) {
                return duration;
            }
        }
        throw invalid(key, "a duration such as 250ms, 2s or 1m, at most 10m");
    }

    private static RefusedException invalid(String key, String expected) {
        return RefusedException.badRequest("'" + key + "' must be " + expected, "metadata." + key);
    }
}
