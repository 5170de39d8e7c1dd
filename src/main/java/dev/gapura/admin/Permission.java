package dev.gapura.admin;

/// What a route of the admin API asks of whoever calls it. Every route names one.
public enum Permission {
    /// Nothing: anybody may call.
    OPEN("anybody"),
    /// To be known. What is seen then is cut down to the caller's own scope.
    SIGNED_IN("anybody who is logged in, within their own scope"),
    /// To look at what concerns the whole organisation.
    ADMINISTER("owner or admin"),
    /// To change what can lock others out, or shows secrets of the whole gateway.
    OWN("owner");

    private final String words;

    Permission(String words) {
        this.words = words;
    }

    /// Who has it, for documents and refusals.
    public String words() {
        return words;
    }
}
