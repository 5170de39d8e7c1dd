package dev.gapura.budget;

import dev.gapura.access.Authority;
import dev.gapura.access.Principal;
import dev.gapura.access.RequestScope;
import dev.gapura.config.Quota;
import dev.gapura.limit.Scope;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/// What becomes of purses when somebody changes budgets, or is to be forgotten. A purse that something is reserved of
/// stays as it is, since it is settled yet. Any thread.
public final class Purses {
    private static final String END_USER = Scope.Kind.END_USER.text() + ":";

    private final Database database;

    /// @param database of the configuration
    public Purses(Database database) {
        this.database = database;
    }

    /// A budget that begins, or begins again, knows nothing of the time without it: its purse is made anew of what the
    /// ledger knows. Called in the transaction that sets a quota.
    public static void changed(Sql sql, Scope scope, Quota before, Quota now) throws SQLException {
        boolean inLedger =
                switch (scope.kind()) {
                    case KEY, PERSON, TEAM, ORGANIZATION, EVERYONE -> true;
                    case MODEL, END_USER -> false;
                };
        for (Span span : Span.values()) {
            if (inLedger && span.limit(before) == null && span.limit(now) != null) {
                boolean each = scope.equals(new Scope(Scope.Kind.PERSON, "*"));
                sql.update(
                        "DELETE FROM spend WHERE scope " + (each ? "LIKE" : "=") + " ? AND span = ? AND reserved = 0",
                        each ? Scope.Kind.PERSON.text() + ":%" : scope.text(),
                        span.text());
            }
        }
    }

    /// Forgets what an end user has spent, and limits of its own, since its name is part of both.
    ///
    /// @param who whose end users these are: of every key, or those of an organization
    /// @return rows that were forgotten
    public CompletableFuture<Integer> forgetEndUser(Authority who, String name) {
        return database.commit(sql -> {
            int forgotten = 0;
            for (String table : List.of("spend", "quota")) {
                for (String scope : sql.list(
                        "SELECT DISTINCT scope FROM " + table + " WHERE scope LIKE '" + END_USER + "%' AND "
                                + (sql.kind() == Kind.SQLITE
                                        ? "substr(scope, instr(scope, '/') + 1)"
                                        : "substr(scope, strpos(scope, '/') + 1)")
                                + " = ?",
                        row -> row.getString(1),
                        name)) {
                    if (concerns(sql, who, scope)) {
                        forgotten += sql.update(
                                "DELETE FROM " + table + " WHERE scope = ?"
                                        + (table.equals("spend") ? " AND reserved = 0" : ""),
                                scope);
                    }
                }
            }
            if (forgotten > 0) {
                // Gateways ask whether it is another one.
                sql.update("UPDATE revision SET value = value + 1 WHERE name = 'quota'");
            }
            return forgotten;
        });
    }

    private static boolean concerns(Sql sql, Authority who, String scope) throws SQLException {
        return switch (who.requests()) {
            case RequestScope.Everything everything -> true;
            case RequestScope.Organization(String organization) ->
                organization.equals(organization(sql, scope.substring(END_USER.length(), scope.indexOf('/'))));
            case RequestScope.Own own -> false;
        };
    }

    /// Organization of a caller: of a key, or of a session, which is named by its person.
    private static String organization(Sql sql, String caller) throws SQLException {
        boolean person = caller.startsWith("person:");
        String found = sql.first(
                "SELECT organization FROM " + (person ? "person" : "api_key") + " WHERE id = ?",
                row -> row.getString(1),
                person ? caller.substring(caller.indexOf(':') + 1) : caller);
        return Objects.requireNonNullElse(found, Principal.DEFAULT_ORGANIZATION);
    }
}
