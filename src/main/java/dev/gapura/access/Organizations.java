package dev.gapura.access;

import dev.gapura.access.Changes.Change;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Makes, lists and changes organizations. Every method asks [Authority] first; futures fail as those of [ApiKeys] do.
/// Any thread.
public final class Organizations {
    private static final String COLUMNS = "id, name, created_ms, disabled_ms FROM organization";

    private final Changes changes;

    Organizations(Changes changes) {
        this.changes = changes;
    }

    /// Makes an organization. For owners.
    public CompletableFuture<Organization> create(Authority who, String name) {
        String called = Names.checked("name", name);
        return changes.commit(who, change -> {
            who.require(Permission.CHANGE_ORGANIZATIONS, Area.GATEWAY, "organization");
            taken(change.sql(), called, "");
            Organization made = new Organization(Fresh.id("org", change.millis()), called, change.now(), null);
            change.sql()
                    .update(
                            "INSERT INTO organization (id, name, created_ms, revision) VALUES (?, ?, ?, ?)",
                            made.id(),
                            called,
                            change.millis(),
                            change.revision());
            change.audited("organization.create", "organization", made.id(), made.id(), null, made.json());
            return made;
        });
    }

    /// The organizations that whoever asks may know of, by name.
    public CompletableFuture<List<Organization>> list(Authority who) {
        Conditions where = new Conditions();
        if (!who.may(Permission.READ_ORGANIZATIONS, Area.GATEWAY)) {
            where.add("id = ?", who.organization() == null ? "" : who.organization());
        }
        return changes.read(sql ->
                sql.list("SELECT " + COLUMNS + where.text() + " ORDER BY name", Organizations::read, where.values()));
    }

    /// Gives an organization another name, or disables it: nobody of it logs in, none of its keys calls.
    ///
    /// @param name null: as it is
    /// @param disabled null: as it is
    public CompletableFuture<Organization> change(
            Authority who, String id, @Nullable String name, @Nullable Boolean disabled) {
        String called = name == null ? null : Names.checked("name", name);
        return changes.commit(who, change -> {
            Organization before = organization(change.sql(), id);
            who.require(Permission.CHANGE_ORGANIZATIONS, Area.organization(id), "organization");
            if (called != null) {
                taken(change.sql(), called, id);
            }
            boolean off = disabled == null ? before.disabled() != null : disabled;
            if (off && id.equals(who.organization())) {
                throw new GatewayException(
                        Failure.invalid("disabled", "This is your own organization; you would lock yourself out."));
            }
            Organization after = new Organization(
                    id,
                    called == null ? before.name() : called,
                    before.created(),
                    since(change, off, before.disabled()));
            change.sql()
                    .update(
                            "UPDATE organization SET name = ?, disabled_ms = ?, revision = ? WHERE id = ?",
                            after.name(),
                            Moments.millis(after.disabled()),
                            change.revision(),
                            id);
            change.audited("organization.change", "organization", id, id, before.json(), after.json());
            return after;
        });
    }

    static @Nullable Instant since(Change change, boolean disabled, @Nullable Instant before) {
        return !disabled ? null : before == null ? change.now() : before;
    }

    private static void taken(Sql sql, String name, String id) throws SQLException {
        if (sql.number("SELECT count(*) FROM organization WHERE name = ? AND id <> ?", name, id) > 0) {
            throw Names.taken("name", "An organization is named '" + name + "' already");
        }
    }

    static Organization organization(Sql sql, String id) throws SQLException {
        Organization found = sql.first("SELECT " + COLUMNS + " WHERE id = ?", Organizations::read, id);
        if (found == null) {
            throw Authority.notFound("organization");
        }
        return found;
    }

    private static Organization read(ResultSet row) throws SQLException {
        return new Organization(
                row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3)), Moments.read(row, 4));
    }
}
