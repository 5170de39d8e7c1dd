package dev.gapura.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.store.Sql;
import dev.gapura.wire.JsonTree;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Makes, lists and changes teams and who is in them. Every method asks [Authority] first; futures fail as those of
/// [ApiKeys] do. Any thread.
public final class Teams {
    private static final String COLUMNS = "id, organization, name, created_ms, disabled_ms FROM team";
    private static final String ADMIN = "admin";
    private static final String MEMBER = "member";

    private final Changes changes;

    Teams(Changes changes) {
        this.changes = changes;
    }

    /// Makes a team.
    ///
    /// @param organization null: that of whoever makes it, for commands the default one
    public CompletableFuture<Team> create(Authority who, @Nullable String organization, String name) {
        String called = Names.checked("name", name);
        String where = organization == null
                ? Objects.requireNonNullElse(who.organization(), Principal.DEFAULT_ORGANIZATION)
                : organization;
        return changes.commit(who, change -> {
            who.require(Permission.CHANGE_TEAMS, Area.organization(where), "organization");
            Organizations.organization(change.sql(), where);
            taken(change.sql(), where, called, "");
            Team made = new Team(Fresh.id("team", change.millis()), where, called, change.now(), null);
            change.sql()
                    .update(
                            "INSERT INTO team (id, organization, name, created_ms, revision) VALUES (?, ?, ?, ?, ?)",
                            made.id(),
                            where,
                            called,
                            change.millis(),
                            change.revision());
            change.audited("team.create", "team", made.id(), where, null, made.json());
            return made;
        });
    }

    /// Teams that whoever asks may know of, by organization and name.
    ///
    /// @param organization only of this one, null: of all
    /// @param search only those with this part in their name, or this id; null: all
    public CompletableFuture<List<Team>> list(Authority who, @Nullable String organization, @Nullable String search) {
        Search sought = Search.of(search);
        return changes.read(sql -> {
            Conditions where = new Conditions();
            where.is("organization", organization);
            if (sought != null) {
                where.add("(" + Search.like(sql.kind(), "name") + " OR id = ?)", sought.pattern(), sought.part());
            }
            List<Team> teams = new ArrayList<>();
            for (Team team : sql.list(
                    "SELECT " + COLUMNS + where.text() + " ORDER BY organization, name", Teams::read, where.values())) {
                if (who.may(Permission.READ_TEAMS, Area.team(team.organization(), team.id()))
                        && (sought == null || sought.in(List.of(team.name(), team.id())))) {
                    teams.add(team);
                }
            }
            return teams;
        });
    }

    /// Gives a team another name, or disables it: its keys do not call.
    ///
    /// @param name null: as it is
    /// @param disabled null: as it is
    public CompletableFuture<Team> change(Authority who, String id, @Nullable String name, @Nullable Boolean disabled) {
        String called = name == null ? null : Names.checked("name", name);
        return changes.commit(who, change -> {
            Team before = team(change.sql(), who, Permission.CHANGE_TEAMS, id);
            if (called != null) {
                taken(change.sql(), before.organization(), called, id);
            }
            boolean off = disabled == null ? before.disabled() != null : disabled;
            Team after = new Team(
                    id,
                    before.organization(),
                    called == null ? before.name() : called,
                    before.created(),
                    Organizations.since(change, off, before.disabled()));
            change.sql()
                    .update(
                            "UPDATE team SET name = ?, disabled_ms = ?, revision = ? WHERE id = ?",
                            after.name(),
                            Moments.millis(after.disabled()),
                            change.revision(),
                            id);
            change.audited("team.change", "team", id, before.organization(), before.json(), after.json());
            return after;
        });
    }

    /// Who is in a team, by name.
    public CompletableFuture<List<Team.Member>> members(Authority who, String id) {
        return changes.read(sql -> {
            team(sql, who, Permission.READ_TEAMS, id);
            return sql.list(
                    "SELECT person.id, person.organization, person.email, person.name, person.role,"
                            + " person.password IS NOT NULL, person.issuer, person.created_ms, person.disabled_ms,"
                            + " membership.role FROM membership JOIN person ON person.id = membership.person"
                            + " WHERE membership.team = ? ORDER BY person.name, person.id",
                    row -> new Team.Member(People.read(row), row.getString(10).equals(ADMIN)),
                    id);
        });
    }

    /// Takes somebody into a team of their organization, or changes what they are in it.
    ///
    /// @param admin whether the person administers it
    public CompletableFuture<Team.Member> put(Authority who, String id, String person, boolean admin) {
        return changes.commit(who, change -> {
            Team team = team(change.sql(), who, Permission.CHANGE_TEAMS, id);
            Person found = People.person(change.sql(), person);
            if (!found.organization().equals(team.organization())) {
                throw Authority.notFound("person");
            }
            String before = role(change.sql(), id, person);
            String after = admin ? ADMIN : MEMBER;
            change.sql()
                    .update(
                            "INSERT INTO membership (person, team, role) VALUES (?, ?, ?)"
                                    + " ON CONFLICT (person, team) DO UPDATE SET role = excluded.role",
                            person,
                            id,
                            after);
            change.audited("team.put", "team", id, team.organization(), member(person, before), member(person, after));
            return new Team.Member(found, admin);
        });
    }

    /// Takes somebody out of a team. True when it is done.
    public CompletableFuture<Boolean> remove(Authority who, String id, String person) {
        return changes.commit(who, change -> {
            Team team = team(change.sql(), who, Permission.CHANGE_TEAMS, id);
            String before = role(change.sql(), id, person);
            if (before == null) {
                throw Authority.notFound("person");
            }
            change.sql().update("DELETE FROM membership WHERE person = ? AND team = ?", person, id);
            change.audited("team.remove", "team", id, team.organization(), member(person, before), null);
            return true;
        });
    }

    private static @Nullable ObjectNode member(String person, @Nullable String role) {
        return role == null ? null : JsonTree.object().put("person", person).put("role", role);
    }

    private static @Nullable String role(Sql sql, String team, String person) throws SQLException {
        return sql.first(
                "SELECT role FROM membership WHERE team = ? AND person = ?", row -> row.getString(1), team, person);
    }

    private static void taken(Sql sql, String organization, String name, String id) throws SQLException {
        if (sql.number(
                        "SELECT count(*) FROM team WHERE organization = ? AND name = ? AND id <> ?",
                        organization,
                        name,
                        id)
                > 0) {
            throw Names.taken("name", "A team is named '" + name + "' already");
        }
    }

    private static Team team(Sql sql, Authority who, Permission permission, String id) throws SQLException {
        Team team = sql.first("SELECT " + COLUMNS + " WHERE id = ?", Teams::read, id);
        if (team == null) {
            throw Authority.notFound("team");
        }
        who.require(permission, Area.team(team.organization(), id), "team");
        return team;
    }

    private static Team read(ResultSet row) throws SQLException {
        return new Team(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Instant.ofEpochMilli(row.getLong(4)),
                Moments.read(row, 5));
    }
}
