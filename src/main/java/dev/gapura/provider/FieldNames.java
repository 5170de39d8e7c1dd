package dev.gapura.provider;

import dev.gapura.provider.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Fields that hang together: those that say one wish by several names, and those that mean nothing without another.
/// What becomes of one is told of the others too. Stateless.
final class FieldNames {
    private FieldNames() {}

    /// Newest name first: that is the one which writers speak of.
    private static final Map<String, List<String>> OTHER_NAMES = Map.of(
            "reasoning_effort", List.of("reasoning", "thinking", "enable_thinking"),
            "max_completion_tokens", List.of("max_tokens"),
            "tools", List.of("functions"),
            "tool_choice", List.of("function_call"));

    private static final Map<String, List<String>> MEAN_NOTHING_WITHOUT = Map.of(
            "tools", List.of("tool_choice", "function_call", "parallel_tool_calls"),
            "functions", List.of("tool_choice", "function_call", "parallel_tool_calls"),
            "logprobs", List.of("top_logprobs"));

    /// The name by which the request has a field.
    ///
    /// @param has whether the request has a field of that name
    static String asSent(String field, Predicate<String> has) {
        if (!has.test(field)) {
            for (String other : OTHER_NAMES.getOrDefault(field, List.of())) {
                if (has.test(other)) {
                    return other;
                }
            }
        }
        return field;
    }

    /// The verdicts with those of fields that hang on others.
    static List<Verdict> shared(List<Verdict> verdicts) {
        List<Verdict> all = new ArrayList<>(verdicts);
        OTHER_NAMES.forEach((name, others) -> {
            Verdict first = of(all, name);
            for (String other : others) {
                Verdict second = of(all, other);
                if (first != null && second != null) {
                    all.set(all.indexOf(second), alike(first, second));
                }
                first = first == null ? second : first;
            }
        });
        MEAN_NOTHING_WITHOUT.forEach((name, others) -> {
            boolean gone = all.stream()
                    .anyMatch(one ->
                            one.field().equals(name) && one.outcome() == Outcome.STRIPPED && one.detail() == null);
            if (gone) {
                all.replaceAll(one -> others.contains(one.field()) && one.outcome() == Outcome.PASSED
                        ? new Verdict(one.field(), Outcome.STRIPPED, null, "it means nothing without '" + name + "'")
                        : one);
            }
        });
        return List.copyOf(all);
    }

    /// What becomes of a field whose wish another one says as well.
    private static Verdict alike(Verdict first, Verdict second) {
        if (second.outcome() != Outcome.PASSED && second.outcome() != Outcome.RENAMED) {
            return second;
        }
        return first.outcome() == Outcome.STRIPPED
                ? new Verdict(second.field(), Outcome.STRIPPED, first.detail(), first.reason())
                : new Verdict(second.field(), Outcome.STRIPPED, null, "'" + first.field() + "' says the same and wins");
    }

    private static @Nullable Verdict of(List<Verdict> verdicts, String field) {
        return verdicts.stream()
                .filter(verdict -> verdict.field().equals(field))
                .findFirst()
                .orElse(null);
    }
}
