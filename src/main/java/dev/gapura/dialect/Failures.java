package dev.gapura.dialect;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import java.util.Locale;

/// The failures that every dialect knows: answers that cannot be read and streams that were cut. Stateless.
public final class Failures {
    private Failures() {}

    /// @param what continues "cannot be read:", without a full stop
    public static Failure unreadable(String provider, String what) {
        return Failure.of(FailureKind.PROVIDER_UNREADABLE, provider + " cannot be read: " + what + ".")
                .withCode("upstream_unreadable")
                .withProvider(provider);
    }

    /// A stream that ended before its terminal mark.
    public static Failure cut(String provider) {
        return Failure.of(
                        FailureKind.PROVIDER_CUT,
                        provider + " ended its stream before the answer was complete; what came so far is not the"
                                + " whole answer.")
                .withCode("upstream_stream_cut")
                .withProvider(provider);
    }

    /// An answer that the provider itself calls broken.
    ///
    /// @param reason the provider's word for it, as in `malformed_function_call`
    public static Failure broken(String provider, String reason) {
        return Failure.of(
                        FailureKind.PROVIDER_FAILED,
                        provider + " ended its answer with the reason '" + reason + "', which is no good end.")
                .withCode("finish_reason_" + reason.toLowerCase(Locale.ROOT))
                .withProvider(provider);
    }
}
