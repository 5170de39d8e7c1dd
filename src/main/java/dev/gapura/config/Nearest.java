package dev.gapura.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Finds what somebody probably meant: the names closest to a word that is not among them. Used for configuration
/// keys,
/// command words and model names. Pure; any thread.
public final class Nearest {
    private Nearest() {}

    /// Up to `limit` candidates within a third of the word's length in edits (at least one), closest first. Letter
    /// case,
    /// `-` and `_` do not count as differences, so `apiKey` finds `api_key`.
    public static List<String> to(String word, Collection<String> candidates, int limit) {
        String wanted = fold(word);
        int allowed = Math.max(1, wanted.length() / 3);
        record Scored(String name, int edits) {}
        return candidates.stream()
                .map(name -> new Scored(name, edits(wanted, fold(name))))
                .filter(scored -> scored.edits <= allowed)
                .sorted(Comparator.comparingInt(Scored::edits).thenComparing(Scored::name))
                .limit(limit)
                .map(Scored::name)
                .toList();
    }

    /// `; did you mean 'x'?`, or nothing where no candidate is near.
    static String question(String word, Collection<String> candidates) {
        List<String> near = to(word, candidates, 1);
        return near.isEmpty() ? "" : "; did you mean '" + near.getFirst() + "'?";
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /// Optimal string alignment distance: insert, delete, replace, swap of neighbours.
    private static int edits(String left, String right) {
        int[] beforeLast = new int[right.length() + 1];
        int[] last = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] row = new int[right.length() + 1];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replace = last[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[right.length()];
    }
}
