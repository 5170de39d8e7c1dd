package dev.gapura.egress;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import org.jspecify.annotations.Nullable;

/// The words in which a caller learns that its address was not fetched: never what a name resolved to, where
/// a redirect led, or what a connection reported. Immutable; any thread.
///
/// @param param path of the field that holds the address, null where there is none
record FetchFailures(@Nullable String param) {
    private static final String INLINE = " Send the data itself instead, as a data URL.";

    /// The address may not be reached.
    GatewayException refused() {
        return because(
                "media_fetch_refused",
                "The gateway does not fetch from this address: it takes files from public https " + "addresses only."
                        + INLINE);
    }

    /// A request with more addresses than may be fetched for one.
    GatewayException tooMany(int most) {
        return because(
                "media_fetch_refused", "The gateway fetches at most " + most + " addresses for one request." + INLINE);
    }

    /// Fetching is switched off.
    GatewayException off() {
        return because(
                "media_fetch_refused",
                "This provider takes no addresses here, and the gateway is set up not to fetch them." + INLINE);
    }

    /// It may be reached and gave nothing.
    ///
    /// @param reason rest of a sentence
    GatewayException failed(String reason) {
        return because("media_fetch_failed", "The file at this address could not be fetched: " + reason + "." + INLINE);
    }

    GatewayException tooLarge(int mostBytes) {
        return because("media_too_large", "The file at this address is larger than " + (mostBytes >> 20) + " MiB.");
    }

    GatewayException tooLargeTogether(int mostBytes) {
        return because(
                "media_too_large",
                "The files at the addresses in this request are together larger than " + (mostBytes >> 20) + " MiB.");
    }

    /// Too many others fetch at this moment: no fault of the caller's, and worth another try.
    GatewayException busy() {
        return new GatewayException(new Failure(
                FailureKind.UNAVAILABLE,
                "The gateway is fetching too many files at this moment; try again.",
                "media_fetch_failed",
                param,
                null,
                null,
                true));
    }

    private GatewayException because(String code, String message) {
        return new GatewayException(new Failure(FailureKind.INVALID_REQUEST, message, code, param, null, null, null));
    }
}
