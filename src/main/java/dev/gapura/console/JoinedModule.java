package dev.gapura.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A module of ours and all modules of ours that it imports, as one module: a browser that has nothing yet waits for
/// one file where it would wait for twenty. Each part keeps its own scope. All that the parts export is exported, so
/// that an import map can send whoever imports a part later to this module, and no part ever runs twice. Imports of
/// libraries stay imports.
///
/// It knows the forms of `import` and `export` that our modules have, and refuses others: their author is told at the
/// first test. Pure.
///
/// @param text of the module
/// @param parts paths of what it is made of, in the order in which they run
record JoinedModule(String text, List<String> parts) {
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:\\{ ([^}]+) \\} from )?'([^']+)';\\n", Pattern.MULTILINE);
    private static final Pattern EXPORT =
            Pattern.compile("^export ((?:async )?(?:const|class|function\\*?) (\\w+))", Pattern.MULTILINE);
    private static final Pattern LATER = Pattern.compile("\\bimport\\('(\\.[^']+)'\\)");
    private static final Pattern OTHER = Pattern.compile("^(?:import|export)\\b.*", Pattern.MULTILINE);

    /// @param entry path of the module that is wanted; the result has to stand one folder below the root as well
    /// @param source text of a module by its path
    /// @throws IllegalStateException for a form of import or export that it does not know, a name that two
    ///     parts export, or modules that import each other
    static JoinedModule of(String entry, Function<String, String> source) {
        Writer writer = new Writer(source);
        writer.add(entry);
        return writer.result();
    }

    /// Parts so far.
    private static final class Writer {
        private final Function<String, String> source;
        private final Map<String, Set<String>> libraries = new LinkedHashMap<>();
        private final Map<String, String> variables = new LinkedHashMap<>();
        private final Map<String, String> exported = new LinkedHashMap<>();
        private final Set<String> under = new LinkedHashSet<>();
        private final StringBuilder body = new StringBuilder(1 << 16);

        private Writer(Function<String, String> source) {
            this.source = source;
        }

        /// Writes a module behind all that it imports, and gives the variable that holds its exports.
        private String add(String path) {
            String known = variables.get(path);
            if (known != null) {
                return known;
            }
            if (!under.add(path)) {
                throw new IllegalStateException("modules import each other: " + under);
            }
            StringBuilder head = new StringBuilder();
            String rest = IMPORT.matcher(source.apply(path)).replaceAll(found -> {
                imported(path, found.group(1), found.group(2), head);
                return "";
            });
            String variable = "$" + variables.size();
            variables.put(path, variable);
            List<String> names = new ArrayList<>();
            rest = EXPORT.matcher(rest).replaceAll(found -> {
                names.add(found.group(2));
                return Matcher.quoteReplacement(found.group(1));
            });
            Matcher other = OTHER.matcher(rest);
            if (other.find()) {
                throw new IllegalStateException(path + ": this form cannot be joined: " + other.group());
            }
            rest = LATER.matcher(rest).replaceAll(found -> "import('../" + Assets.beside(path, found.group(1)) + "')");
            body.append("// ").append(path).append("\nconst ").append(variable).append(" = (() => {\n");
            body.append(head)
                    .append(rest)
                    .append("return { ")
                    .append(String.join(", ", names))
                    .append(" };\n})();\n");
            for (String name : names) {
                String before = exported.put(name, variable);
                if (before != null) {
                    throw new IllegalStateException(path + ": " + name + " is exported by another module as well");
                }
            }
            under.remove(path);
            return variable;
        }

        private void imported(String path, @Nullable String names, String from, StringBuilder head) {
            if (names != null && names.contains(" as ")) {
                throw new IllegalStateException(path + ": a renamed import cannot be joined: " + names);
            }
            if (from.startsWith(".")) {
                String variable = add(Assets.beside(path, from));
                if (names != null) {
                    head.append("const { ")
                            .append(names)
                            .append(" } = ")
                            .append(variable)
                            .append(";\n");
                }
            } else if (names != null) {
                Set<String> all = libraries.computeIfAbsent(from, unused -> new TreeSet<>());
                all.addAll(List.of(names.split(", ", -1)));
            }
        }

        private JoinedModule result() {
            StringBuilder text = new StringBuilder(body.length() + 2048);
            libraries.forEach((from, names) -> text.append("import { ")
                    .append(String.join(", ", names))
                    .append(" } from '")
                    .append(from)
                    .append("';\n"));
            text.append(body);
            // By other names within, so that no part sees what it does not import.
            exported.forEach((name, variable) -> {
                String own = variable + "_" + name;
                text.append("const ")
                        .append(own)
                        .append(" = ")
                        .append(variable)
                        .append('.')
                        .append(name);
                text.append(";\nexport { ")
                        .append(own)
                        .append(" as ")
                        .append(name)
                        .append(" };\n");
            });
            return new JoinedModule(text.toString(), List.copyOf(variables.keySet()));
        }
    }
}
