package dev.gapura.access;

/// Something that may be done, for [Authority#may]. Every route of the administration needs one.
public enum Permission {
    READ_ORGANIZATIONS,
    CHANGE_ORGANIZATIONS,
    READ_TEAMS,
    CHANGE_TEAMS,
    READ_PEOPLE,
    CHANGE_PEOPLE,
    READ_KEYS,
    CHANGE_KEYS,
    READ_LIMITS,
    CHANGE_LIMITS,
    /// The history and its sums.
    READ_REQUESTS,
    /// Stopping a request that is under way.
    STOP_REQUESTS,
    READ_AUDIT,
    /// Models, tools and how providers are.
    READ_GATEWAY,
    /// Settings, providers' keys, reload, trying out tools.
    OPERATE;

    /// What whoever may not do this must at least be able to do to be told that it is there.
    Permission reading() {
        return switch (this) {
            case READ_ORGANIZATIONS, CHANGE_ORGANIZATIONS -> READ_ORGANIZATIONS;
            case READ_TEAMS, CHANGE_TEAMS -> READ_TEAMS;
            case READ_PEOPLE, CHANGE_PEOPLE -> READ_PEOPLE;
            case READ_KEYS, CHANGE_KEYS -> READ_KEYS;
            case READ_LIMITS, CHANGE_LIMITS -> READ_LIMITS;
            case READ_REQUESTS, STOP_REQUESTS -> READ_REQUESTS;
            case READ_AUDIT -> READ_AUDIT;
            case READ_GATEWAY, OPERATE -> READ_GATEWAY;
        };
    }
}
