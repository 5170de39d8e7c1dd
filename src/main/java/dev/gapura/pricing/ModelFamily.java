package dev.gapura.pricing;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The words of a model's name, by which families are told: `claude-opus-6` is nearest to what else begins
/// with `claude-opus`. Immutable; any thread.
///
/// @param words what the name is made of, in lower case
/// @param least how many words another name must share to be of one family: a laboratory's name in front of
///     the model's, as in `qwen/qwen3-32b`, does not make one
record ModelFamily(List<String> words, int least) {
    /// Compares days; an unknown one is the oldest.
    static final Comparator<@Nullable LocalDate> NEWER = Comparator.nullsFirst(Comparator.naturalOrder());

    /// Between words, and between letters and digits: `qwen3` is version 3 of `qwen`.
    private static final Pattern BETWEEN = Pattern.compile("[^a-z0-9]+|(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])");

    static ModelFamily of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int slash = lower.lastIndexOf('/');
        return new ModelFamily(
                split(lower), slash < 0 ? 1 : split(lower.substring(0, slash)).size() + 1);
    }

    private static List<String> split(String name) {
        return List.of(BETWEEN.split(name));
    }

    /// How many words two names share from their begin; none where they are not of one family.
    int shared(ModelFamily other) {
        int most = Math.min(words.size(), other.words.size());
        int shared = 0;
        while (shared < most && words.get(shared).equals(other.words.get(shared))) {
            shared++;
        }
        return shared < least ? 0 : shared;
    }
}
