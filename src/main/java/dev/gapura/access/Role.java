package dev.gapura.access;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a person is in their organization. What follows from it stands in [Authority].
public enum Role {
    /// Everything, in every organization.
    OWNER,
    /// Everything in the person's organization, but for its owners.
    ADMIN,
    /// The person's own keys and requests.
    MEMBER,
    /// Reads what the person's teams do, and changes nothing.
    VIEWER;

    /// As the database and the API write it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The role of that name, null where there is none.
    public static @Nullable Role of(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return role;
            }
        }
        return null;
    }
}
