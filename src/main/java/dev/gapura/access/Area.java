package dev.gapura.access;

import org.jspecify.annotations.Nullable;

/// Where something belongs, for [Authority#may]. Immutable.
///
/// @param organization null: to the gateway as a whole
/// @param team null: to none
/// @param person null: to nobody in particular
/// @param role of that person, null where there is none
public record Area(
        @Nullable String organization,
        @Nullable String team,
        @Nullable String person,
        @Nullable Role role) {
    /// The gateway as a whole.
    public static final Area GATEWAY = new Area(null, null, null, null);

    /// What belongs to an organization as a whole.
    public static Area organization(String organization) {
        return new Area(organization, null, null, null);
    }

    /// What belongs to a team.
    public static Area team(String organization, String team) {
        return new Area(organization, team, null, null);
    }

    /// What belongs to whoever holds a key.
    ///
    /// @param role of its person
    public static Area of(Principal.Holder holder, @Nullable Role role) {
        return new Area(holder.organization(), holder.team(), holder.person(), role);
    }
}
