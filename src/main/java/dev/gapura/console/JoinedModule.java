package dev.gapura.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A module and all modules that it imports, those of libraries too, as one module: a browser that has nothing yet
/// waits for one file where it would wait for thirty. Each part keeps its own scope. All that the parts export is
/// exported, so that an import map can send whoever imports a part later to this module, and no part ever runs twice.
///
/// It knows the forms of `import` and `export` that our modules have, and those of the small builds of Lit, and
/// refuses others: their author is told at the first test. Pure.
///
/// @param text of the module
/// @param parts paths of what it is made of, in the order in which they run
record JoinedModule(String text, List<String> parts) {
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:\\{ ([^}]+) \\} from )?'([^']+)';\\n", Pattern.MULTILINE);
    private static final Pattern EXPORT =
            Pattern.compile("^export ((?:async )?(?:const|class|function\\*?) (\\w+))", Pattern.MULTILINE);
    private static final Pattern LATER = Pattern.compile("\\bimport\\('(\\.[^']+)'\\)");
    private static final Pattern OTHER =
            Pattern.compile("^(?:import|export)\\b.*|\\b(?:import|export)[{*\"'].*", Pattern.MULTILINE);

    private static final Pattern SMALL_IMPORT = Pattern.compile("\\bimport\\{([^}]+)\\}from\"([^\"]+)\";");
    private static final Pattern SMALL_ALL = Pattern.compile("\\bexport\\*from\"([^\"]+)\";");
    private static final Pattern SMALL_FROM = Pattern.compile("\\bexport\\{([^}]+)\\}from\"([^\"]+)\";");
    private static final Pattern SMALL_EXPORT = Pattern.compile("\\bexport\\{([^}]+)\\};?");
    private static final Pattern SOURCE_MAP = Pattern.compile("^//# sourceMappingURL=.*\\n?", Pattern.MULTILINE);

    /// @param entry path of the module that is wanted; the result has to stand one folder below the root as well
    /// @param resolve the path that a name stands for in the module of another path
    /// @param source text of a module by its path
    /// @throws IllegalStateException for a form of import or export that it does not know, a name that two
    ///     parts export, or modules that import each other
    static JoinedModule of(String entry, BinaryOperator<String> resolve, Function<String, String> source) {
        Writer writer = new Writer(resolve, source);
        writer.add(entry);
        return writer.result();
    }

    /// One part.
    ///
    /// @param variable holds its exports
    /// @param names of them
    private record Part(String variable, Set<String> names) {}

    /// Parts so far.
    private static final class Writer {
        private final BinaryOperator<String> resolve;
        private final Function<String, String> source;
        private final Map<String, Part> parts = new LinkedHashMap<>();
        private final Map<String, String> exported = new LinkedHashMap<>();
        private final Set<String> under = new LinkedHashSet<>();
        private final StringBuilder body = new StringBuilder(1 << 16);

        private Writer(BinaryOperator<String> resolve, Function<String, String> source) {
            this.resolve = resolve;
            this.source = source;
        }

        /// Writes a module behind all that it imports.
        private Part add(String path) {
            Part known = parts.get(path);
            if (known != null) {
                return known;
            }
            if (!under.add(path)) {
                throw new IllegalStateException("modules import each other: " + under);
            }
            Scope scope = new Scope(path);
            String rest = scope.read(source.apply(path));
            Part part = new Part("$" + parts.size(), scope.names);
            parts.put(path, part);
            body.append("// ")
                    .append(path)
                    .append("\nconst ")
                    .append(part.variable())
                    .append(" = (() => {\n");
            body.append(scope.head)
                    .append(rest)
                    .append("return { ")
                    .append(String.join(", ", scope.members))
                    .append(" };\n})();\n");
            for (String name : scope.own) {
                String before = exported.put(name, part.variable());
                if (before != null) {
                    throw new IllegalStateException(path + ": " + name + " is exported by another module as well");
                }
            }
            under.remove(path);
            return part;
        }

        private JoinedModule result() {
            StringBuilder text = new StringBuilder(body.length() + 2048).append(body);
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
            return new JoinedModule(text.toString(), List.copyOf(parts.keySet()));
        }

        /// What one part imports and exports.
        private final class Scope {
            private final String path;
            private final StringBuilder head = new StringBuilder();
            /// Of the object that holds the exports.
            private final List<String> members = new ArrayList<>();
            private final Set<String> names = new TreeSet<>();
            /// Exported here first, and not passed on.
            private final List<String> own = new ArrayList<>();
            /// What is imported under another name, by that name.
            private final Map<String, String> imported = new HashMap<>();

            Scope(String path) {
                this.path = path;
            }

            /// @return the text without its imports and exports
            String read(String text) {
                String rest = SOURCE_MAP.matcher(text).replaceAll("");
                rest = IMPORT.matcher(rest).replaceAll(found -> {
                    takes(found.group(1), found.group(2));
                    return "";
                });
                rest = SMALL_IMPORT.matcher(rest).replaceAll(found -> {
                    takesSmall(found.group(1), found.group(2));
                    return "";
                });
                rest = SMALL_ALL.matcher(rest).replaceAll(found -> {
                    Part from = from(found.group(1));
                    members.add("..." + from.variable());
                    names.addAll(from.names());
                    return "";
                });
                rest = SMALL_FROM.matcher(rest).replaceAll(found -> {
                    Part from = from(found.group(2));
                    renamed(found.group(1))
                            .forEach((name, as) -> gives(as, from.variable() + "." + name, !as.equals(name)));
                    return "";
                });
                rest = SMALL_EXPORT.matcher(rest).replaceAll(found -> {
                    renamed(found.group(1)).forEach((name, as) -> gives(as, name, !as.equals(imported.get(name))));
                    return "";
                });
                rest = EXPORT.matcher(rest).replaceAll(found -> {
                    gives(found.group(2), found.group(2), true);
                    return Matcher.quoteReplacement(found.group(1));
                });
                Matcher other = OTHER.matcher(rest);
                if (other.find()) {
                    throw new IllegalStateException(path + ": this form cannot be joined: " + other.group());
                }
                rest = LATER.matcher(rest)
                        .replaceAll(found -> "import('../" + Assets.beside(path, found.group(1)) + "')");
                return rest.endsWith("\n") ? rest : rest + "\n";
            }

            private Part from(String name) {
                return add(resolve.apply(path, name));
            }

            private void takes(@Nullable String all, String from) {
                if (all != null && all.contains(" as ")) {
                    throw new IllegalStateException(path + ": a renamed import cannot be joined: " + all);
                }
                Part part = from(from);
                if (all != null) {
                    head.append("const { ")
                            .append(all)
                            .append(" } = ")
                            .append(part.variable())
                            .append(";\n");
                }
            }

            private void takesSmall(String all, String from) {
                Part part = from(from);
                renamed(all).forEach((name, as) -> {
                    imported.put(as, name);
                    head.append("const ")
                            .append(as)
                            .append(" = ")
                            .append(part.variable())
                            .append('.')
                            .append(name)
                            .append(";\n");
                });
            }

            private void gives(String name, String value, boolean first) {
                names.add(name);
                members.add(name.equals(value) ? name : name + ": " + value);
                if (first) {
                    own.add(name);
                }
            }

            private static Map<String, String> renamed(String list) {
                Map<String, String> all = new LinkedHashMap<>();
                for (String one : list.split(",", -1)) {
                    String[] pair = one.strip().split(" as ", -1);
                    all.put(pair[0], pair[pair.length - 1]);
                }
                return all;
            }
        }
    }
}
