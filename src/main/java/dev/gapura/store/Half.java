package dev.gapura.store;

/// The two databases of a gateway. They are apart so that a history of millions of rows never holds up a key.
public enum Half {
    /// Keys, teams, budgets and what else is changed by people or must be on disk before something happens:
    /// every commit is forced to disk.
    CONFIGURATION("configuration", "", "gapura", 7),

    /// The record of exchanges: a commit survives the end of the process, and the last moment may be lost
    /// with the machine.
    HISTORY("history", "-history", "gapura_history", 3);

    private final String label;
    private final String fileSuffix;
    private final String schema;
    private final int version;

    Half(String label, String fileSuffix, String schema, int version) {
        this.label = label;
        this.fileSuffix = fileSuffix;
        this.schema = schema;
        this.version = version;
    }

    /// Word for logs and metrics.
    public String label() {
        return label;
    }

    /// What is put behind the name of the SQLite file, before its ending.
    String fileSuffix() {
        return fileSuffix;
    }

    /// PostgreSQL's schema.
    String schema() {
        return schema;
    }

    /// Number of the newest migration. A migration is a file `V<number>__name.sql` in the folders of both
    /// databases.
    int version() {
        return version;
    }

    /// Folder of the migrations on the class path.
    String migrations(Kind kind) {
        return "dev/gapura/store/migrations/" + label + "/" + kind.label();
    }
}
