package dev.gapura.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Modules, styles and pictures of the pages: our own, and those of the WebJars. They are read and compressed once, and
/// stand under a path with the hash of all of them, so that browsers keep them for good and never mix two
/// versions. Immutable once read, unless they are read from a folder while somebody works on them.
final class Assets {
    /// Names a folder that our own files are read from at every request: for whoever works on them.
    static final String FOLDER = "gapura.assets";

    private static final String OWN = "dev/gapura/console/assets";
    private static final String WEBJARS = "META-INF/resources/webjars/";

    /// Folder in the URL and folder of the WebJar. The versions are those of the pom.
    private static final Map<String, String> LIBRARIES = Map.of(
            "lit-html", "lit-html/3.3.2",
            "lit-element", "lit-element/4.2.2",
            "reactive-element", "lit__reactive-element/2.1.2",
            "uplot", "uplot/1.6.30/dist");

    /// A file that each folder has, by which it is found: jars need not hold entries for folders.
    private static final Map<String, String> JAR_ANCHOR = Map.of("uplot", "uPlot.esm.js");

    /// Bare names in modules, by what they stand for below [#root]. `lit` gathers other packages: its names
    /// stand for what it would only pass on, which spares a page some requests.
    private static final Map<String, String> IMPORTS = new TreeMap<>(Map.of(
            "lit", "lit-element/lit-element.js",
            "lit/directives/", "lit-html/directives/",
            "lit-html", "lit-html/lit-html.js",
            "lit-html/", "lit-html/",
            "lit-element/", "lit-element/",
            "@lit/reactive-element", "reactive-element/reactive-element.js",
            "@lit/reactive-element/", "reactive-element/",
            "uplot", "uplot/uPlot.esm.js"));

    /// What stands behind `from` or `import` in a module, in ours and in those that were made small.
    private static final Pattern IMPORT = Pattern.compile("\\b(?:from|import)\\s*[\"']([^\"']+)[\"']");

    /// Modules of pages that somebody may see first of all; they are joined with what they import.
    private static final List<String> JOINED = List.of("reference/chat.js", "reference/explain.js", "reference/get.js");

    /// One file.
    ///
    /// @param gzip the same compressed, null where that is no smaller
    record Asset(String type, byte[] bytes, byte @Nullable [] gzip) {}

    private final Map<String, Asset> files;
    private final Map<String, JoinedModule> joined;
    private final String build;
    private final @Nullable Path folder;
    private final Map<String, List<String>> imports = new ConcurrentHashMap<>();

    private Assets(Map<String, Asset> files, Map<String, JoinedModule> joined, String build, @Nullable Path folder) {
        this.files = files;
        this.joined = joined;
        this.build = build;
        this.folder = folder;
    }

    /// Reads and compresses all of them; takes some hundreds of milliseconds. Any thread that may block.
    static Assets read() {
        Map<String, Asset> files = new LinkedHashMap<>();
        String named = System.getProperty(FOLDER);
        collect(files, OWN, "mark.svg", "");
        LIBRARIES.forEach(
                (name, jar) -> collect(files, WEBJARS + jar, JAR_ANCHOR.getOrDefault(name, name + ".js"), name + "/"));
        Map<String, JoinedModule> joined = new LinkedHashMap<>();
        if (named == null) {
            JOINED.forEach(entry ->
                    joined.put(entry, JoinedModule.of(entry, Assets::resolve, path -> text(files.get(path), path))));
            joined.forEach((entry, module) ->
                    files.put(joinedName(entry), asset(entry, module.text().getBytes(StandardCharsets.UTF_8))));
        }
        MessageDigest digest = sha256();
        new TreeMap<>(files).forEach((name, asset) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(asset.bytes());
        });
        String build = HexFormat.of().formatHex(digest.digest(), 0, 6);
        return new Assets(Map.copyOf(files), joined, build, named == null ? null : Path.of(named));
    }

    /// Where the files stand, ending in a slash.
    String root() {
        return "/assets/" + build + "/";
    }

    /// Whether browsers may keep them.
    boolean lasting() {
        return folder == null;
    }

    /// @param path below [#root]
    /// @return null where there is no such file
    @Nullable
    Asset find(String path) {
        Path from = folder;
        if (from != null && !path.contains("..")) {
            Path file = from.resolve(path);
            if (Files.isRegularFile(file)) {
                return asset(path, bytes(file));
            }
        }
        return files.get(path);
    }

    /// A file of ours as text.
    String text(String path) {
        return text(find(path), path);
    }

    private static String text(@Nullable Asset asset, String path) {
        return new String(Objects.requireNonNull(asset, path).bytes(), StandardCharsets.UTF_8);
    }

    /// Where a page finds its module: joined with what it imports, unless somebody works on the files.
    String entry(String module) {
        return joined.containsKey(module) ? joinedName(module) : module;
    }

    private static String joinedName(String entry) {
        return "joined/" + entry.replace('/', '-');
    }

    /// The import map of a page, as JSON.
    ///
    /// @param module of the page: where it is joined, whoever imports a part of it gets what is there already
    String importMap(@Nullable String module) {
        Map<String, String> all = new LinkedHashMap<>(IMPORTS);
        JoinedModule one = module == null ? null : joined.get(module);
        if (module != null && one != null) {
            for (String part : one.parts()) {
                all.put(root() + part, joinedName(module));
                // A name leads to its file once only, and from there nowhere else.
                IMPORTS.forEach((name, place) -> {
                    if (part.equals(place)) {
                        all.put(name, joinedName(module));
                    } else if (place.endsWith("/") && part.startsWith(place)) {
                        all.put(name + part.substring(place.length()), joinedName(module));
                    }
                });
            }
        }
        return all.entrySet().stream()
                .map(name -> "\"" + name.getKey() + "\":\"" + root() + name.getValue() + "\"")
                .collect(Collectors.joining(",", "{\"imports\":{", "}}"));
    }

    /// A module and all that it imports, and what those import: told in the head of a page, they come at
    /// once and not one after another. Paths below [#root].
    List<String> modules(String module) {
        return lasting() ? imports.computeIfAbsent(module, this::graph) : graph(module);
    }

    private List<String> graph(String module) {
        Set<String> found = new LinkedHashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(module));
        while (!next.isEmpty()) {
            String name = next.remove();
            Asset asset = find(name);
            if (asset != null && found.add(name)) {
                Matcher matcher = IMPORT.matcher(new String(asset.bytes(), StandardCharsets.UTF_8));
                while (matcher.find()) {
                    next.add(resolve(name, matcher.group(1)));
                }
            }
        }
        return List.copyOf(found);
    }

    /// The path that a relative name stands for in the module of another path.
    static String beside(String importer, String imported) {
        return URI.create(importer).resolve(imported).toString();
    }

    private static String resolve(String importer, String imported) {
        if (imported.startsWith(".")) {
            return beside(importer, imported);
        }
        String name = imported;
        while (!IMPORTS.containsKey(name) && name.contains("/")) {
            int slash = name.endsWith("/") ? name.lastIndexOf('/', name.length() - 2) : name.lastIndexOf('/');
            name = name.substring(0, slash + 1);
        }
        String path = IMPORTS.get(name);
        return path == null ? imported : path + imported.substring(name.length());
    }

    private static void collect(Map<String, Asset> into, String directory, String anchor, String prefix) {
        URL url = Assets.class.getClassLoader().getResource(directory + "/" + anchor);
        if (url == null) {
            throw new IllegalStateException("not on the class path: " + directory + "/" + anchor);
        }
        try {
            URI uri = url.toURI();
            if (!uri.getScheme().equals("jar")) {
                collect(into, Path.of(uri.resolve(".")), prefix);
                return;
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                collect(into, jar.getPath(directory), prefix);
            } catch (FileSystemAlreadyExistsException open) {
                collect(into, FileSystems.getFileSystem(uri).getPath(directory), prefix);
            }
        } catch (URISyntaxException | IOException unreadable) {
            throw new IllegalStateException(directory, unreadable);
        }
    }

    private static void collect(Map<String, Asset> into, Path directory, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                String name = directory.relativize(file).toString().replace('\\', '/');
                if (isServed(name)) {
                    into.put(prefix + name, asset(name, bytes(file)));
                }
            });
        }
    }

    /// WebJars also hold sources, maps, types, and builds for servers.
    private static boolean isServed(String name) {
        boolean known = name.endsWith(".js") || name.endsWith(".css") || name.endsWith(".svg");
        return known
                && !name.startsWith("node/")
                && !name.startsWith("development/")
                && !name.contains("cjs")
                && !name.contains("iife");
    }

    private static Asset asset(String name, byte[] bytes) {
        byte[] smaller = gzip(bytes, Deflater.BEST_COMPRESSION);
        return new Asset(type(name), bytes, smaller.length < bytes.length ? smaller : null);
    }

    private static String type(String name) {
        String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (end) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// One gzip member.
    ///
    /// @param level of [Deflater]
    static byte[] gzip(byte[] bytes, int level) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(level);
            }
        }) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
