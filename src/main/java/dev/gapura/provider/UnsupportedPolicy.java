package dev.gapura.provider;

import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the caller wants done with fields that the target does not support, from the request header
/// `x-gapura-unsupported`: `strip`, `reject` or `ignore`, and per field `logprobs=reject`. Immutable; any
/// thread.
///
/// @param general for all such fields; null: strip hints, reject what changes the structure of the answer
/// @param byField for single fields; wins over `general`
public record UnsupportedPolicy(@Nullable Action general, Map<String, Action> byField) {
    /// Name of the request header.
    public static final String HEADER = "x-gapura-unsupported";

    /// The policy of a request without the header.
    public static final UnsupportedPolicy DEFAULT = new UnsupportedPolicy(null, Map.of());

    private static final Set<String> FIELDS =
            ParameterTable.chat().stream().map(Parameter::name).collect(Collectors.toUnmodifiableSet());

    public UnsupportedPolicy {
        byField = Map.copyOf(byField);
    }

    /// What is done with a field that the target does not support.
    public enum Action {
        /// Left out and reported.
        STRIP,
        /// The request is refused with 400 before any call.
        REJECT,
        /// Sent unchanged; the provider may refuse it.
        IGNORE
    }

    /// Reads the header.
    ///
    /// @param header its value, null when absent; several headers joined by commas
    /// @throws GatewayException (400, param `x-gapura-unsupported`) when it cannot be understood
    public static UnsupportedPolicy parse(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return DEFAULT;
        }
        Action general = null;
        Map<String, Action> byField = new HashMap<>();
        for (String part : header.split(",", -1)) {
            int equals = part.indexOf('=');
            String field = equals < 0 ? null : part.substring(0, equals).strip();
            Action action = action(part.substring(equals + 1).strip());
            if (field == null) {
                if (general != null && general != action) {
                    throw bad("names two general actions");
                }
                general = action;
            } else if (!FIELDS.contains(field)) {
                throw bad("names '" + shown(field) + "', which is no field of a chat completions request");
            } else if (byField.put(field, action) != null) {
                throw bad("names '" + field + "' twice");
            }
        }
        return new UnsupportedPolicy(general, byField);
    }

    /// What to do with an unsupported field.
    ///
    /// @param structural whether the answer would have another structure without it
    public Action actionFor(String field, boolean structural) {
        Action own = byField.get(field);
        if (own != null) {
            return own;
        }
        if (general != null) {
            return general;
        }
        return structural ? Action.REJECT : Action.STRIP;
    }

    private static Action action(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "strip" -> Action.STRIP;
            case "reject" -> Action.REJECT;
            case "ignore" -> Action.IGNORE;
            default -> throw bad("has '" + shown(word) + "' where an action must stand");
        };
    }

    private static GatewayException bad(String problem) {
        return new GatewayException(Failure.invalid(
                HEADER,
                "Header " + HEADER + " " + problem
                        + ". Write strip, reject or ignore, and field=action for single fields, parted by commas: "
                        + "'strip, logprobs=reject'."));
    }

    private static String shown(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
