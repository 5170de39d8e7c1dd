package dev.gapura.limit;

/// Whom a limit is for. Immutable; any thread.
///
/// @param id which one of its kind; empty for everyone
public record Scope(Kind kind, String id) implements Comparable<Scope> {
    /// All together.
    public static final Scope EVERYONE = new Scope(Kind.EVERYONE, "");

    /// What kinds of limits there are.
    public enum Kind {
        /// A key, by its id.
        KEY("key", "this key"),
        /// A person, by its id: all keys and sessions of theirs together.
        PERSON("person", "this person"),
        /// A team, by its id.
        TEAM("team", "this team"),
        /// An organisation, by its id.
        ORGANIZATION("organization", "this organization"),
        /// All models that a pattern of names matches.
        MODEL("model", "this model"),
        /// Whom a caller acts for, by the caller and the name that it gave.
        END_USER("end_user", "this end user"),
        /// All together.
        EVERYONE("everyone", "all callers together");

        private final String text;
        private final String said;

        Kind(String text, String said) {
            this.text = text;
            this.said = said;
        }

        /// Word in the database, in Redis and in answers.
        public String text() {
            return text;
        }

        /// As a sentence says it.
        public String said() {
            return said;
        }

        /// The kind of that word.
        ///
        /// @throws IllegalArgumentException when there is none
        public static Kind of(String text) {
            for (Kind kind : values()) {
                if (kind.text.equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of limit: " + text);
        }
    }

    /// Kind and id in one text, which is the key of its counters.
    public String text() {
        return kind.text() + ":" + id;
    }

    /// What [#text] wrote.
    ///
    /// @throws IllegalArgumentException when it is none
    public static Scope parse(String text) {
        int colon = text.indexOf(':');
        return new Scope(Kind.of(text.substring(0, Math.max(0, colon))), text.substring(colon + 1));
    }

    @Override
    public int compareTo(Scope other) {
        return text().compareTo(other.text());
    }
}
