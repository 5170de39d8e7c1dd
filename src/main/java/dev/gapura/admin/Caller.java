package dev.gapura.admin;

import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import java.util.List;
import java.util.Set;

/// Who calls the admin API, once that is known. Immutable; any thread.
///
/// @param name for the audit trail and the log
/// @param permissions what the caller may do
/// @param scope what holds for every exchange that the caller may see; empty: may see all
public record Caller(String name, Set<Permission> permissions, List<Filter.Is> scope) {
    /// Whoever presents no credential.
    public static final Caller NOBODY = new Caller("nobody", Set.of(Permission.OPEN), List.of());

    public Caller {
        permissions = Set.copyOf(permissions);
        scope = List.copyOf(scope);
    }

    /// Whether the caller may see an exchange.
    public boolean sees(Entry entry) {
        return new Filter(List.copyOf(scope)).holds(entry);
    }

    /// Whether a route with this permission may be called.
    public boolean may(Permission permission) {
        return permission == Permission.OPEN || permissions.contains(permission);
    }
}
