package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.ToolEntry;
import dev.gapura.tools.spi.PluginResult;
import dev.gapura.tools.spi.ToolPlugin;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The plug-ins of a process: from the class path, and from each jar in a folder with a class loader of its own.
/// Loaded once, at start; one that cannot be loaded is told in the log and left out. Immutable; any thread.
public final class Plugins {
    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

    /// A jar with more faults than that is not read to its end.
    private static final int MOST_BROKEN = 20;

    private final Map<String, ToolPlugin> byName = new LinkedHashMap<>();
    private final Path folder;

    private Plugins(Path folder) {
        this.folder = folder;
    }

    /// Loads what is there; blocks.
    ///
    /// @param folder with jars; need not exist
    public static Plugins load(Path folder) {
        Plugins plugins = new Plugins(folder);
        ClassLoader own = Plugins.class.getClassLoader();
        plugins.add(own, "the class path");
        for (Path jar : jars(folder)) {
            try {
                URL url = jar.toUri().toURL();
                // The plug-in is used as long as the process runs.
                plugins.add(new URLClassLoader(jar.getFileName().toString(), new URL[] {url}, own), jar.toString());
            } catch (MalformedURLException impossible) {
                LOG.warn("plug-ins of {} are left out", jar, impossible);
            }
        }
        return plugins;
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            LOG.warn("plug-ins in {} are left out: the folder cannot be read", folder);
            LOG.debug("", unreadable);
            return List.of();
        }
    }

    private void add(ClassLoader loader, String place) {
        Iterator<ToolPlugin> found =
                ServiceLoader.load(ToolPlugin.class, loader).iterator();
        int broken = 0;
        while (broken < MOST_BROKEN) {
            try {
                if (!found.hasNext()) {
                    return;
                }
                add(found.next(), loader, place);
            } catch (ServiceConfigurationError | LinkageError | RuntimeException fault) {
                broken++;
                LOG.warn("a plug-in of {} is left out: {}", place, String.valueOf(fault.getMessage()));
                LOG.debug("", fault);
            }
        }
    }

    /// @param loader that was asked; it finds those of the class path too
    private void add(ToolPlugin plugin, ClassLoader loader, String place) {
        if (!loader.equals(plugin.getClass().getClassLoader())) {
            return;
        }
        if (byName.putIfAbsent(plugin.name(), plugin) == null) {
            LOG.info("plug-in {} of {}", plugin.name(), place);
        } else {
            LOG.warn("a plug-in {} of {} is left out: there is one of this name", plugin.name(), place);
        }
    }

    /// The tool of an entry.
    ToolSource source(ToolEntry entry, ToolEntry.Source.Plugin source) {
        ToolPlugin plugin = byName.get(source.tool());
        if (plugin == null) {
            return ToolSource.none("there is no plug-in '" + source.tool() + "' in " + folder + " or on the class path"
                    + (byName.isEmpty() ? "" : "; there are: " + String.join(", ", byName.keySet())));
        }
        try {
            if (!(JsonTree.readOrNull(plugin.schema()) instanceof ObjectNode schema)) {
                return ToolSource.none("the plug-in's schema is no JSON object");
            }
            String fault = SchemaCheck.fault(schema);
            if (fault != null) {
                return ToolSource.none("the plug-in cannot be used: " + fault);
            }
            return ToolSource.fixed(List.of(new ServerTool(
                    entry.name(),
                    entry.description() == null ? plugin.description() : entry.description(),
                    schema,
                    ToolSources.terms(entry, plugin.idempotent()),
                    arguments -> run(plugin, arguments))));
        } catch (LinkageError | RuntimeException broken) {
            LOG.warn("plug-in {}", source.tool(), broken);
            return ToolSource.none("the plug-in is broken; the log has why");
        }
    }

    private static ToolOutput run(ToolPlugin plugin, ObjectNode arguments) throws Exception {
        try {
            PluginResult result = plugin.run(JsonTree.text(arguments));
            return new ToolOutput(result.text(), result.failed());
        } catch (LinkageError broken) {
            throw new IllegalStateException(broken);
        }
    }
}
