package dev.gapura.store;

/// Which database it is, for the few statements that are not the same text on both.
public enum Kind {
    SQLITE("sqlite"),
    POSTGRESQL("postgresql");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    /// Word for logs, metrics and folders.
    public String label() {
        return label;
    }
}
