package dev.gapura.credential;

import java.util.Map;

/// Something that proves for a while who calls. Immutable; any thread; prints nothing secret.
public interface Credential {
    /// Headers that prove it for one call, in lower case. Does no I/O; takes as long as reading the body where
    /// [#coversBody].
    Map<String, String> headers(UnsignedCall call);

    /// Whether the proof is made over the body, which takes a while where that is long.
    boolean coversBody();
}
