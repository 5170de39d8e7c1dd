package dev.gapura.provider;

import org.jspecify.annotations.Nullable;

/// What became of one request field on its way to the provider.
///
/// @param field top-level field as the client named it
/// @param outcome what happened
/// @param detail for the header, in brackets: `1.4→1`, the new name; null: nothing to add
/// @param reason why, in words; null for a plain pass
public record Verdict(
        String field,
        Outcome outcome,
        @Nullable String detail,
        @Nullable String reason) {

    /// The field went on as it came.
    public static Verdict passed(String field) {
        return new Verdict(field, Outcome.PASSED, null, null);
    }

    /// The eight outcomes of the public contract.
    public enum Outcome {
        PASSED("passed"),
        /// Same value under another name.
        RENAMED("renamed"),
        /// Another spelling or another place, same meaning.
        CONVERTED("converted"),
        /// A number outside the provider's limits was set to the limit.
        CLAMPED("clamped"),
        /// The gateway itself produces the effect.
        EMULATED("emulated"),
        /// Sent unchanged although the provider is not known to support it, because the caller said so.
        IGNORED("ignored"),
        /// Left out.
        STRIPPED("stripped"),
        /// The request was refused because of it.
        REJECTED("rejected");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /// The word in `x-gapura-params`.
        public String text() {
            return text;
        }
    }
}
