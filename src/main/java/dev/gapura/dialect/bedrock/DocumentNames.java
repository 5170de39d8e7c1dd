package dev.gapura.dialect.bedrock;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names of documents as Converse takes them: letters and digits of ASCII, single spaces, hyphens, parentheses and
/// brackets, underscores (recorded), at most 200 characters, no two alike in a request. The same conversation always
/// gets the same names, so that the provider's cache of the prefix keeps fitting. One instance a request.
final class DocumentNames {
    private static final int LONGEST = 200;

    private final Set<String> used = new HashSet<>();

    /// @param fileName as the client calls it, null where it does not
    String next(@Nullable String fileName) {
        String name = fileName == null ? "" : clean(fileName);
        if (name.isEmpty()) {
            name = "Document " + (used.size() + 1);
        }
        String unique = name;
        for (int number = 2; !used.add(unique); number++) {
            String end = " (" + number + ")";
            unique = shortened(name, LONGEST - end.length()) + end;
        }
        return unique;
    }

    private static String clean(String fileName) {
        int dot = fileName.lastIndexOf('.');
        String stem = dot > 0 ? fileName.substring(0, dot) : fileName;
        String legal = stem.replaceAll("[^a-zA-Z0-9 _()\\[\\]-]", " ").replaceAll(" {2,}", " ");
        return shortened(legal.strip(), LONGEST);
    }

    private static String shortened(String name, int longest) {
        return name.length() <= longest ? name : name.substring(0, longest).strip();
    }
}
