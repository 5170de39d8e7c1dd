package dev.gapura.config;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `limits` of the configuration: what one request may set going.
///
/// @param maxFanout most calls made for one request with `n`
/// @param maxSteps most model calls of one request whose tools run here
/// @param maxToolCalls most runs of tools for one request
/// @param toolTime how long a request whose tools run here may take with everything
/// @param maxRepeats how often the identical call may be made in one request
/// @param maxRepairs how many turns in a row may call one tool with arguments that do not follow its schema
/// @param maxToolTokens most tokens of all turns together; null: no limit
/// @param maxToolUsd most that all turns and tools together may cost, as far as prices are known; null: no limit
public record Limits(
        int maxFanout,
        int maxSteps,
        int maxToolCalls,
        Duration toolTime,
        int maxRepeats,
        int maxRepairs,
        @Nullable Integer maxToolTokens,
        @Nullable BigDecimal maxToolUsd) {

    /// What holds where nothing is said; `max_fanout` and `max_steps` are the contract's.
    public static final Limits DEFAULT = new Limits(8, 10, 50, Duration.ofMinutes(10), 3, 1, null, null);

    static Limits read(Section section) {
        Limits limits = new Limits(
                section.integer("max_fanout", DEFAULT.maxFanout, 1, 128),
                section.integer("max_steps", DEFAULT.maxSteps, 1, 1000),
                section.integer("max_tool_calls", DEFAULT.maxToolCalls, 1, 10_000),
                section.duration("tool_time", DEFAULT.toolTime, Duration.ofMillis(1)),
                section.integer("max_repeats", DEFAULT.maxRepeats, 1, 1000),
                section.integer("max_repairs", DEFAULT.maxRepairs, 0, 1000),
                section.has("max_tool_tokens")
                        ? (Integer) section.integer("max_tool_tokens", 1, 1, Integer.MAX_VALUE)
                        : null,
                section.decimal("max_tool_usd", 9));
        section.close();
        return limits;
    }
}
