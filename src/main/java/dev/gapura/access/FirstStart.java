package dev.gapura.access;

import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Makes what an empty database needs so that somebody can begin: an organization, an owner with a code that logs in
/// once, and a key. Of several gateways that start on one database, one does.
public final class FirstStart {
    /// Name that the owner logs in with, until somebody changes it.
    public static final String OWNER = "owner@localhost";

    private static final String FIRST_KEY = "first";
    private static final Duration CODE_LIFE = Duration.ofDays(7);

    private FirstStart() {}

    /// What was made, to be shown once.
    ///
    /// @param key the first key; empty where the data folder has keys already
    /// @param owner whom the code logs in
    /// @param code logs the owner in, once and within seven days
    public record Made(Optional<String> key, String owner, String code) {
        /// Without the secrets.
        @Override
        public String toString() {
            return "Made[" + owner + "]";
        }
    }

    /// Makes it, where nobody has yet.
    ///
    /// @param withKey whether a first key is wanted
    static CompletableFuture<Optional<Made>> make(Changes changes, boolean withKey) {
        String secret = KeyStore.KEY_START + Fresh.secret();
        String code = Fresh.secret();
        return changes.read(FirstStart::isDone)
                .thenCompose(done -> done
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : changes.commit(Authority.GATEWAY, change -> make(change, withKey, secret, code)));
    }

    private static boolean isDone(Sql sql) throws SQLException {
        return sql.number("SELECT count(*) FROM organization") > 0;
    }

    private static Optional<Made> make(Changes.Change change, boolean withKey, String secret, String code)
            throws SQLException {
        Sql sql = change.sql();
        // The lock on the revision is held: whoever came first is seen now.
        if (isDone(sql)) {
            return Optional.empty();
        }
        String organization = Principal.DEFAULT_ORGANIZATION;
        sql.update(
                "INSERT INTO organization (id, name, created_ms, revision) VALUES (?, ?, ?, ?)",
                organization,
                organization,
                change.millis(),
                change.revision());
        Person owner = People.insert(change, organization, OWNER, "Owner", Role.OWNER);
        LoginCodes.insert(change, owner.id(), code, CODE_LIFE);
        if (withKey) {
            ApiKey.Draft draft = new ApiKey.Draft(FIRST_KEY, organization, null, null, null, Policy.ANYTHING);
            ApiKeys.create(change, draft, FIRST_KEY, secret);
        }
        return Optional.of(new Made(withKey ? Optional.of(secret) : Optional.empty(), OWNER, code));
    }
}
