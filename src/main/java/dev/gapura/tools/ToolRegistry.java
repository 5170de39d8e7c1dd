package dev.gapura.tools;

import dev.gapura.access.NamePattern;
import dev.gapura.access.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server tools of a configuration. Built at start and at each reload, swapped whole; sources may change what they
/// have in between. Any thread, event loops included: nothing here blocks.
public final class ToolRegistry {
    /// No tools at all.
    public static final ToolRegistry EMPTY = new ToolRegistry(Map.of());

    private final Map<String, ToolSource> sources;

    /// @param sources by the name of their entry, in the order of the file
    public ToolRegistry(Map<String, ToolSource> sources) {
        this.sources = new LinkedHashMap<>(sources);
    }

    /// The sources by the name of their entry.
    public Map<String, ToolSource> sources() {
        return java.util.Collections.unmodifiableMap(sources);
    }

    /// Whether nothing was registered.
    public boolean isEmpty() {
        return sources.isEmpty();
    }

    /// Every tool that is there now, in the order of the file.
    public List<ServerTool> all() {
        List<ServerTool> all = new ArrayList<>();
        sources.values().forEach(source -> all.addAll(source.tools()));
        return all;
    }

    /// The tool of that whole name, null where there is none.
    public @Nullable ServerTool find(String name) {
        int dot = name.indexOf('.');
        ToolSource source = sources.get(dot < 0 ? name : name.substring(0, dot));
        if (source == null) {
            return null;
        }
        for (ServerTool tool : source.tools()) {
            if (tool.name().equals(name)) {
                return tool;
            }
        }
        return null;
    }

    /// Whether a key may have a tool run for it. Both the key and the tool must let it.
    public static boolean mayRun(Principal principal, ServerTool tool) {
        return principal.mayRun(tool.name()) && tool.admits(principal.listedName());
    }

    /// Whether a pattern names any tool that is there now.
    public boolean any(String pattern) {
        NamePattern wanted = new NamePattern(pattern);
        return all().stream().anyMatch(tool -> wanted.matches(tool.name()));
    }

    /// The tools that patterns name and a key may run, each once, in the order of the file.
    ///
    /// @param patterns of whole names: `weather`, `docs.*`
    public List<ServerTool> matching(Collection<String> patterns, Principal principal) {
        if (patterns.isEmpty()) {
            return List.of();
        }
        List<NamePattern> wanted = patterns.stream().map(NamePattern::new).toList();
        return all().stream()
                .filter(tool -> wanted.stream().anyMatch(pattern -> pattern.matches(tool.name())))
                .filter(tool -> mayRun(principal, tool))
                .toList();
    }
}
