package dev.gapura.credential;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Has the credential of one identity ready. Any thread; nothing here blocks, so event loops may call it.
public interface Authorizer {
    /// The credential to call with now; null where there is none yet, or none that still holds: then [#fetch] has
    /// one. May begin to get the next one in the background.
    @Nullable
    Credential current();

    /// A credential that holds. Whoever asks while one is being got waits for the same.
    ///
    /// @return completes on any thread, exceptionally with a [CredentialException]; of the caller alone, who
    ///     may time it out
    CompletableFuture<Credential> fetch();

    /// The provider refused a call that was made with this credential: the next call should not be made with it if
    /// another can be had.
    void refused(Credential used);
}
