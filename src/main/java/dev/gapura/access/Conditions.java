package dev.gapura.access;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gathers the conditions of a query, with their values apart.
final class Conditions {
    private final StringBuilder text = new StringBuilder();
    private final List<@Nullable Object> values = new ArrayList<>();

    /// One that must hold.
    void add(String condition, Object... more) {
        text.append(text.isEmpty() ? " WHERE " : " AND ").append(condition);
        Collections.addAll(values, more);
    }

    /// That a column has a value, unless that is null.
    void is(String column, @Nullable String value) {
        if (value != null) {
            add(column + " = ?", value);
        }
    }

    /// That the columns `organization`, `team` and `person` of a table lie in a scope.
    void scope(RequestScope scope, String table) {
        switch (scope) {
            case RequestScope.Everything everything -> {}
            case RequestScope.Organization(String id) -> add(table + ".organization = ?", id);
            case RequestScope.Own own -> {
                List<String> teams = own.teams().stream().sorted().toList();
                String marks = String.join(", ", Collections.nCopies(teams.size(), "?"));
                List<Object> all = new ArrayList<>();
                all.add(own.person() == null ? "" : own.person());
                all.addAll(teams);
                add(
                        teams.isEmpty()
                                ? table + ".person = ?"
                                : "(" + table + ".person = ? OR " + table + ".team IN (" + marks + "))",
                        all.toArray());
            }
        }
    }

    /// From ` WHERE` on; empty where there is none.
    String text() {
        return text.toString();
    }

    @Nullable
    Object[] values() {
        return values.toArray();
    }
}
