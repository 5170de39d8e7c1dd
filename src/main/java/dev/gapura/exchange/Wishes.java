package dev.gapura.exchange;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/// What a caller asks of the gateway itself, in request headers. Immutable.
///
/// @param unsupported value of `x-gapura-unsupported`, null where it is absent
/// @param tools value of `x-gapura-tools`, null where it is absent
/// @param toolEvents whether a stream tells of server tools while they run
/// @param details whether the answer carries the `gapura` object
public record Wishes(@Nullable String unsupported, @Nullable String tools, boolean toolEvents, boolean details) {
    /// The wishes in these headers.
    public static Wishes of(MultiMap headers) {
        return new Wishes(
                headers.get("x-gapura-unsupported"),
                headers.get(ServerToolOffer.HEADER),
                "true".equalsIgnoreCase(headers.get("x-gapura-tool-events")),
                "true".equalsIgnoreCase(headers.get(Details.HEADER)));
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
