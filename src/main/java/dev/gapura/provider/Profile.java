package dev.gapura.provider;

import java.util.List;

/// What a provider's models accept, by request field: the rules that decide verdicts. First rule that matches a field
/// and the upstream model wins; no rule means the field passes.
public record Profile(List<Rule> rules) {
    public Profile {
        rules = List.copyOf(rules);
    }

    /// One line of a profile; its shape is settled with the verdicts.
    public sealed interface Rule {
        /// Top-level request field it speaks of.
        String field();

        /// The provider does not have this field.
        record Unsupported(String field) implements Rule {}
    }
}
