package dev.gapura.pricing;

import java.util.regex.Pattern;

/// A rule about model names. Names are lower case when they get here. Immutable; any thread.
///
/// Written as one character and a text: `=` the whole name, `^` how it begins, `$` how it ends, `*` what
/// stands in it, `~` a regular expression.
sealed interface NameRule {
    boolean matches(String name);

    record Whole(String text) implements NameRule {
        @Override
        public boolean matches(String name) {
            return name.equals(text);
        }
    }

    record Begins(String text) implements NameRule {
        @Override
        public boolean matches(String name) {
            return name.startsWith(text);
        }
    }

    record Ends(String text) implements NameRule {
        @Override
        public boolean matches(String name) {
            return name.endsWith(text);
        }
    }

    record Holds(String text) implements NameRule {
        @Override
        public boolean matches(String name) {
            return name.contains(text);
        }
    }

    record Like(Pattern pattern) implements NameRule {
        @Override
        public boolean matches(String name) {
            return pattern.matcher(name).find();
        }
    }

    /// @throws IllegalArgumentException when it is none
    static NameRule of(String rule) {
        String text = rule.substring(1);
        return switch (rule.charAt(0)) {
            case '=' -> new Whole(text);
            case '^' -> new Begins(text);
            case '$' -> new Ends(text);
            case '*' -> new Holds(text);
            case '~' -> new Like(Pattern.compile(text));
            default -> throw new IllegalArgumentException("not a rule: " + rule);
        };
    }
}
