package dev.gapura.chat;

import org.jspecify.annotations.Nullable;

/// Where the bytes of a picture, a sound or a document are. Immutable; any thread.
public sealed interface Media {
    /// Media type in lower case, without parameters (`image/png`); null where it is not known.
    @Nullable
    String type();

    /// The bytes themselves.
    ///
    /// @param base64 standard base64 without line ends, as the client sent it
    record Inline(@Nullable String type, String base64) implements Media {}

    /// An address that the provider, or the gateway in its place, has to fetch.
    record Url(@Nullable String type, String url) implements Media {}

    /// A file stored at the provider.
    record Stored(@Nullable String type, String fileId) implements Media {}
}
