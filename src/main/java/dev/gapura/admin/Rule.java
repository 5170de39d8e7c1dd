package dev.gapura.admin;

import dev.gapura.access.Permission;
import java.util.Locale;

/// What a route of the admin API asks of whoever calls it. Every route has one; what it asks beyond that depends on the
/// thing at hand, and whoever has the thing decides.
public sealed interface Rule {
    /// Anybody may call, such as to log in.
    Rule OPEN = new Open();

    /// Whoever is logged in may call, with the session and with nothing else.
    Rule LOGGED_IN = new LoggedIn();

    /// Nothing is asked.
    record Open() implements Rule {}

    /// A session is asked for.
    record LoggedIn() implements Rule {}

    /// A role that may do this to anything at all.
    record May(Permission permission) implements Rule {}

    /// Who may call, for documents.
    default String words() {
        return switch (this) {
            case Open open -> "Open to anybody.";
            case LoggedIn known -> "For whoever is logged in.";
            case May(Permission permission) ->
                "Needs the permission `" + permission.name().toLowerCase(Locale.ROOT) + "`.";
        };
    }
}
