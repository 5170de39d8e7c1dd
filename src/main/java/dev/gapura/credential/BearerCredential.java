package dev.gapura.credential;

import dev.gapura.config.Secret;
import java.util.HashMap;
import java.util.Map;

/// An OAuth 2.0 access token.
///
/// @param further headers that go with it, lower case
record BearerCredential(Secret token, Map<String, String> further) implements Credential {
    BearerCredential {
        further = Map.copyOf(further);
    }

    @Override
    public boolean coversBody() {
        return false;
    }

    @Override
    public Map<String, String> headers(UnsignedCall call) {
        Map<String, String> headers = new HashMap<>(further);
        headers.put("authorization", "Bearer " + token.reveal());
        return headers;
    }
}
