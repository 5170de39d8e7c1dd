package dev.gapura.credential;

import java.util.concurrent.CompletableFuture;

/// A credential that stands in the configuration.
record FixedAuthorizer(Credential credential) implements Authorizer {
    @Override
    public Credential current() {
        return credential;
    }

    @Override
    public CompletableFuture<Credential> fetch() {
        return CompletableFuture.completedFuture(credential);
    }

    @Override
    public void refused(Credential used) {
        // There is no other.
    }
}
