package dev.gapura.access;

import dev.gapura.store.Database;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Everything that is known of who may call and who may change what: one a gateway. Any thread.
public final class Directory {
    private final Changes changes;
    private final ApiKeys keys;
    private final People people;
    private final Audit audit;

    /// @param database the configuration's
    /// @param ring told of every change made here
    public Directory(Database database, KeyRing ring, InstantSource clock) {
        changes = new Changes(database, ring, clock);
        keys = new ApiKeys(changes);
        people = new People(changes);
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
}
