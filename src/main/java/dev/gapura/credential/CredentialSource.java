package dev.gapura.credential;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where a credential comes from. Blocks; called on virtual threads, by one at a time.
interface CredentialSource {
    /// Gets a new credential.
    ///
    /// @throws CredentialException with what is wrong and what to do
    Issued issue() throws CredentialException;

    /// @param expires when it stops to hold; null: it does not say
    record Issued(Credential credential, @Nullable Instant expires) {}
}
