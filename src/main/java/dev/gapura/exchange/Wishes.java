package dev.gapura.exchange;

import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a caller asks of the gateway itself, in request headers. Immutable.
///
/// @param unsupported value of `x-gapura-unsupported`, null where it is absent
/// @param tools value of `x-gapura-tools`, null where it is absent
/// @param toolEvents whether a stream tells of server tools while they run
/// @param details whether the answer carries the `gapura` object
public record Wishes(@Nullable String unsupported, @Nullable String tools, boolean toolEvents, boolean details) {
    /// The wishes in these headers.
    ///
    /// @throws GatewayException (400) for a header that must be true or false and is neither
    public static Wishes of(MultiMap headers) {
        return new Wishes(
                headers.get("x-gapura-unsupported"),
                list(headers.getAll(ServerToolOffer.HEADER)),
                yes(headers, "x-gapura-tool-events"),
                yes(headers, Details.HEADER));
    }

    /// A list may stand in several lines.
    private static @Nullable String list(List<String> lines) {
        return lines.isEmpty() ? null : String.join(",", lines);
    }

    private static boolean yes(MultiMap headers, String name) {
        String value = headers.get(name);
        return value != null
                && !value.isBlank()
                && switch (value.strip().toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default ->
                        throw new GatewayException(Failure.invalid(name, "Header " + name + " must be true or false."));
                };
    }

    /// As one text, which is the same for the same wishes.
    public String canonical() {
        return unsupported + "\n" + tools + "\n" + toolEvents + "\n" + details;
    }

    /// The same with the `gapura` object.
    public Wishes withDetails() {
        return new Wishes(unsupported, tools, toolEvents, true);
    }
}
