package dev.gapura.access;

import dev.gapura.access.Changes.Change;
import dev.gapura.config.Config;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds the person of somebody whom an identity provider vouches for: whoever came from there before; else whoever has
/// the address; else somebody new, where the address is of an allowed domain.
final class Newcomers {
    private Newcomers() {}

    /// @return id of the person
    /// @throws GatewayException 403 where nobody is to come in with this
    static String person(Change change, OidcLogin.Identity identity, Config.Oidc settings) throws SQLException {
        Sql sql = change.sql();
        String known = sql.first(
                "SELECT id FROM person WHERE issuer = ? AND subject = ?",
                row -> row.getString(1),
                identity.issuer(),
                identity.subject());
        if (known != null) {
            return known;
        }
        String email = identity.email();
        if (email == null) {
            throw refused("The identity provider does not vouch for an address of yours.");
        }
        Person found = byEmail(sql, email);
        if (found == null) {
            String domain = email.substring(email.indexOf('@') + 1);
            if (!settings.allowedDomains().contains(domain)) {
                throw refused("Nobody has invited " + email + ". Ask an administrator.");
            }
            String name = Objects.requireNonNullElse(identity.name(), email);
            found = People.insert(
                    change,
                    Principal.DEFAULT_ORGANIZATION,
                    email,
                    name.isBlank() || name.length() > 200 ? email : name.strip(),
                    Objects.requireNonNull(Role.of(settings.defaultRole())));
        } else if (found.issuer() != null) {
            // Another account there, which has got the address of one that was linked.
            throw refused("This address belongs to another account of the identity provider. Ask an administrator.");
        }
        sql.update(
                "UPDATE person SET issuer = ?, subject = ?, revision = ? WHERE id = ?",
                identity.issuer(),
                identity.subject(),
                change.revision(),
                found.id());
        change.audited("person.link", "person", found.id(), found.organization(), null, null);
        return found.id();
    }

    private static @Nullable Person byEmail(Sql sql, String email) throws SQLException {
        String id = sql.first("SELECT id FROM person WHERE email = ?", row -> row.getString(1), email);
        return id == null ? null : People.person(sql, id);
    }

    private static GatewayException refused(String message) {
        return new GatewayException(Failure.of(FailureKind.FORBIDDEN, message)
                .withCode("login_not_allowed")
                .withRetryable(false));
    }
}
