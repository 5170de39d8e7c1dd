package dev.gapura.access;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who asks the administration for something, and the one place that says what they may do. As of a moment: asked for
/// anew with each request. Immutable; any thread.
///
/// @param actor how the audit names them: `person:ID`, `key:ID`, `command`, `gateway`
/// @param role what the person is; owner for commands from the shell
/// @param organization the person's, null for commands
/// @param person null for commands
/// @param teams those the person is in
/// @param led those of them that the person administers
public record Authority(
        String actor,
        Role role,
        @Nullable String organization,
        @Nullable String person,
        Set<String> teams,
        Set<String> led) {
    /// Whoever reads the data folder: commands from the shell.
    public static final Authority COMMAND = new Authority("command", Role.OWNER, null, null, Set.of(), Set.of());

    /// The gateway itself, at its first start.
    static final Authority GATEWAY = new Authority("gateway", Role.OWNER, null, null, Set.of(), Set.of());

    /// How far a permission goes.
    private enum Reach {
        NOTHING,
        /// What is the person's, and what belongs to a team that the person administers.
        OWN,
        /// What is the person's or belongs to one of the person's teams.
        TEAMS,
        ORGANIZATION,
        EVERYTHING
    }

    public Authority {
        teams = Set.copyOf(teams);
        led = Set.copyOf(led);
    }

    /// Of a person who was let in.
    static Authority of(String actor, Person person, Set<String> teams, Set<String> led) {
        return new Authority(actor, person.role(), person.organization(), person.id(), teams, led);
    }

    /// Whether they may do this to what belongs there.
    public boolean may(Permission permission, Area area) {
        if (area.role() == Role.OWNER && role != Role.OWNER && changesPeople(permission)) {
            return false;
        }
        return switch (reach(permission)) {
            case NOTHING -> false;
            case OWN -> isOwn(area) || isLed(area) && (area.person() == null || !changesPeople(permission));
            case TEAMS -> isOwn(area) || area.team() != null && teams.contains(area.team());
            case ORGANIZATION -> organization != null && organization.equals(area.organization());
            case EVERYTHING -> true;
        };
    }

    /// Whether there can be anything that they may do this to: for lists, which show what it is.
    public boolean may(Permission permission) {
        return reach(permission) != Reach.NOTHING;
    }

    /// Goes on when they may do this there.
    ///
    /// @param what names the thing in messages, such as `key`
    /// @throws GatewayException 404 for what they may not even know of, 403 otherwise
    public void require(Permission permission, Area area, String what) {
        if (may(permission, area)) {
            return;
        }
        throw may(permission.reading(), area) ? refused(permission) : notFound(what);
    }

    /// Goes on when they may do this to anything at all.
    ///
    /// @throws GatewayException 403
    public void require(Permission permission) {
        if (!may(permission)) {
            throw refused(permission);
        }
    }

    /// Which exchanges of the history they see.
    public RequestScope requests() {
        return switch (reach(Permission.READ_REQUESTS)) {
            case NOTHING -> new RequestScope.Own(null, Set.of());
            case OWN -> new RequestScope.Own(person, led);
            case TEAMS -> new RequestScope.Own(person, teams);
            case ORGANIZATION ->
                organization == null
                        ? new RequestScope.Own(null, Set.of())
                        : new RequestScope.Organization(organization);
            case EVERYTHING -> new RequestScope.Everything();
        };
    }

    static GatewayException notFound(String what) {
        return new GatewayException(Failure.of(FailureKind.NOT_FOUND, "There is no such " + what + ".")
                .withCode(what.replace(' ', '_') + "_not_found")
                .withRetryable(false));
    }

    private GatewayException refused(Permission permission) {
        return new GatewayException(Failure.of(
                        FailureKind.FORBIDDEN,
                        "The role " + role.text() + " may not do this here ("
                                + permission.name().toLowerCase(java.util.Locale.ROOT) + ").")
                .withCode("permission_denied")
                .withRetryable(false));
    }

    private boolean isOwn(Area area) {
        return person != null && person.equals(area.person());
    }

    private boolean isLed(Area area) {
        return area.team() != null && led.contains(area.team());
    }

    /// Whoever could change an owner, or have a key that acts for one, would be one.
    private static boolean changesPeople(Permission permission) {
        return permission == Permission.CHANGE_PEOPLE || permission == Permission.CHANGE_KEYS;
    }

    private Reach reach(Permission permission) {
        return switch (role) {
            case OWNER -> Reach.EVERYTHING;
            case ADMIN ->
                switch (permission) {
                    case READ_ORGANIZATIONS,
                            READ_TEAMS,
                            CHANGE_TEAMS,
                            READ_PEOPLE,
                            CHANGE_PEOPLE,
                            READ_KEYS,
                            CHANGE_KEYS,
                            READ_LIMITS,
                            CHANGE_LIMITS,
                            READ_REQUESTS,
                            STOP_REQUESTS,
                            READ_AUDIT -> Reach.ORGANIZATION;
                    case READ_GATEWAY -> Reach.EVERYTHING;
                    case CHANGE_ORGANIZATIONS, OPERATE -> Reach.NOTHING;
                };
            case MEMBER ->
                switch (permission) {
                    case READ_ORGANIZATIONS -> Reach.ORGANIZATION;
                    case READ_TEAMS -> Reach.TEAMS;
                    case READ_PEOPLE, READ_KEYS, CHANGE_KEYS, READ_LIMITS, READ_REQUESTS, STOP_REQUESTS -> Reach.OWN;
                    case CHANGE_ORGANIZATIONS,
                            CHANGE_TEAMS,
                            CHANGE_PEOPLE,
                            CHANGE_LIMITS,
                            READ_AUDIT,
                            READ_GATEWAY,
                            OPERATE -> Reach.NOTHING;
                };
            case VIEWER ->
                switch (permission) {
                    case READ_ORGANIZATIONS -> Reach.ORGANIZATION;
                    case READ_TEAMS, READ_KEYS, READ_LIMITS, READ_REQUESTS -> Reach.TEAMS;
                    case READ_PEOPLE -> Reach.OWN;
                    case CHANGE_ORGANIZATIONS,
                            CHANGE_TEAMS,
                            CHANGE_PEOPLE,
                            CHANGE_KEYS,
                            CHANGE_LIMITS,
                            STOP_REQUESTS,
                            READ_AUDIT,
                            READ_GATEWAY,
                            OPERATE -> Reach.NOTHING;
                };
        };
    }
}
