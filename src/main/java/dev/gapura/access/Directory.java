package dev.gapura.access;

import dev.gapura.store.Database;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Everything that is known of who may call and who may change what: one a gateway. Any thread.
public final class Directory implements AutoCloseable {
    private final Changes changes;
    private final Passwords passwords = new Passwords();
    private final Organizations organizations;
    private final Teams teams;
    private final Sessions sessions;
    private final ApiKeys keys;
    private final People people;
    private final Audit audit;

    /// @param database the configuration's
    /// @param ring told of every change made here
    public Directory(Database database, KeyRing ring, InstantSource clock) {
        changes = new Changes(database, ring, clock);
        keys = new ApiKeys(changes);
        people = new People(changes);
        organizations = new Organizations(changes);
        teams = new Teams(changes);
        sessions = new Sessions(changes, passwords);
        audit = new Audit(database);
    }

    /// Keys.
    public ApiKeys keys() {
        return keys;
    }

    /// People.
    public People people() {
        return people;
    }

    /// Organizations.
    public Organizations organizations() {
        return organizations;
    }

    /// Teams and who is in them.
    public Teams teams() {
        return teams;
    }

    /// Who is logged in.
    public Sessions sessions() {
        return sessions;
    }

    /// What was changed.
    public Audit audit() {
        return audit;
    }

    /// Makes what an empty database needs; empty where it is there.
    ///
    /// @param withKey whether a first key is wanted
    public CompletableFuture<Optional<FirstStart.Made>> firstStart(boolean withKey) {
        return FirstStart.make(changes, withKey);
    }

    /// Ends the threads that hash passwords.
    @Override
    public void close() {
        passwords.close();
    }
}
