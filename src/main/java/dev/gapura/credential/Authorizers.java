package dev.gapura.credential;

import dev.gapura.provider.Identity;
import dev.gapura.provider.Provider;
import org.jspecify.annotations.Nullable;

/// The credentials of this process: one [Authorizer] an identity, kept over reloads of the configuration, so that a
/// reload costs no new token. Any thread.
public final class Authorizers {
    /// Who proves for this provider who calls; null where a fixed header does, or nothing is needed.
    public @Nullable Authorizer of(Provider provider) {
        Identity identity = provider.identity();
        if (identity == null) {
            return null;
        }
        throw new IllegalStateException("no provider has an identity yet");
    }
}
