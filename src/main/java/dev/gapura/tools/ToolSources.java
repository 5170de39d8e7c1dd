package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.NamePattern;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.tools.mcp.McpClient;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the sources of server tools from the configuration: the one place where kinds of tools are wired. Sources
/// that a reload does not change stay as they are, with their connections and processes. One instance a process;
/// called at start and at each reload, by one thread at a time.
public final class ToolSources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ToolSources.class);

    private final Outbound outbound;
    private final Plugins plugins;
    private final String version;
    private final Map<Made, ToolSource> open = new HashMap<>();
    /// Those of former configurations that have not ended.
    private final Set<ToolSource> retired = ConcurrentHashMap.newKeySet();

    /// What a source was made from.
    ///
    /// @param rules null where they do not count
    /// @param file state of the file that it reads; empty where it reads none
    private record Made(ToolEntry entry, @Nullable EgressRules rules, String file) {
        /// Where an entry stands in its file does not matter, nor to a process what may be reached.
        static Made of(ToolEntry entry, EgressRules rules) {
            return new Made(
                    entry.at(""),
                    entry.source() instanceof ToolEntry.Source.McpProcess ? null : rules,
                    entry.source() instanceof ToolEntry.Source.OpenApi api && api.file() != null
                            ? state(api.file())
                            : "");
        }

        private static String state(Path file) {
            try {
                return Files.getLastModifiedTime(file).toMillis() + " " + Files.size(file);
            } catch (IOException gone) {
                return "gone";
            }
        }
    }

    /// @param outbound calls what tools call
    /// @param plugins what entries of kind `plugin` name
    /// @param version of the gateway, which servers are told
    public ToolSources(Outbound outbound, Plugins plugins, String version) {
        this.outbound = outbound;
        this.plugins = plugins;
        this.version = version;
    }

    /// The registry of a configuration. Does not wait for servers.
    ///
    /// @param rules what may be reached
    public ToolRegistry registry(Map<String, ToolEntry> entries, EgressRules rules) {
        Map<String, ToolSource> sources = new LinkedHashMap<>();
        entries.forEach((name, entry) ->
                sources.put(name, open.computeIfAbsent(Made.of(entry, rules), made -> source(entry, rules))));
        return new ToolRegistry(sources);
    }

    /// Ends the sources that are not in the registry which now counts, when those who have them are
    /// through.
    public void retain(ToolRegistry registry) {
        open.values().removeIf(source -> {
            boolean gone = !registry.sources().containsValue(source);
            if (gone) {
                retired.add(source);
                source.retire(() -> retired.remove(source));
            }
            return gone;
        });
    }

    /// Ends every source; blocks for some seconds at most.
    @Override
    public void close() {
        List<Thread> closing = Stream.concat(open.values().stream(), retired.stream())
                .map(source -> Thread.ofVirtual().name("tools-close").start(source::close))
                .toList();
        open.clear();
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private ToolSource source(ToolEntry entry, EgressRules rules) {
        ToolSource source = made(entry, rules);
        if (source instanceof ToolSource.Fixed && !source.trouble().isEmpty()) {
            LOG.warn("tools {}: {}", entry.name(), source.trouble());
        }
        return source;
    }

    private ToolSource made(ToolEntry entry, EgressRules rules) {
        return switch (entry.source()) {
            case ToolEntry.Source.Builtin builtin -> ToolSource.fixed(List.of(builtin(entry, builtin, rules)));
            case ToolEntry.Source.Http http -> http(entry, http, rules);
            case ToolEntry.Source.OpenApi openApi -> new OpenApiSource(entry, openApi, outbound, rules);
            case ToolEntry.Source.McpHttp mcp ->
                new McpSource(
                        entry,
                        () -> McpClient.overHttp(entry.name(), mcp.url(), mcp.headers(), outbound, rules, version),
                        false,
                        mcp.allow(),
                        Mask.of(entry, mcp.headers().values()),
                        McpSource.LINGER);
            case ToolEntry.Source.McpProcess process ->
                new McpSource(
                        entry,
                        () -> McpClient.ofProcess(entry.name(), process.command(), process.environment(), version),
                        true,
                        process.allow(),
                        new Mask(process.environment().values()),
                        McpSource.LINGER);
            case ToolEntry.Source.Plugin plugin -> plugins.source(entry, plugin);
        };
    }

    private ToolSource http(ToolEntry entry, ToolEntry.Source.Http http, EgressRules rules) {
        ObjectNode parameters = http.parameters() == null ? noArguments() : http.parameters();
        String fault = SchemaCheck.fault(parameters);
        return fault != null
                ? ToolSource.none(fault + " (parameters)")
                : ToolSource.fixed(List.of(new ServerTool(
                        entry.name(),
                        entry.description() == null ? "" : entry.description(),
                        parameters,
                        terms(entry, http.method().equals("GET")),
                        new HttpTool(
                                entry.name(),
                                http,
                                Mask.of(entry, http.headers().values()),
                                outbound,
                                rules))));
    }

    private static ObjectNode noArguments() {
        ObjectNode schema = JsonTree.object().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private ServerTool builtin(ToolEntry entry, ToolEntry.Source.Builtin builtin, EgressRules rules) {
        ServerTool.Terms terms = terms(entry, true);
        String description = entry.description();
        return switch (builtin.tool()) {
            case "calculator" -> Builtins.calculator(entry.name(), description, terms);
            case "current_time" -> Builtins.currentTime(entry.name(), description, terms, InstantSource.system());
            case "web_fetch" ->
                new ServerTool(
                        entry.name(),
                        description == null ? "Fetches a public web page and gives its text." : description,
                        WebFetch.parameters(),
                        terms,
                        new WebFetch(outbound, rules));
            default -> throw new IllegalArgumentException(builtin.tool());
        };
    }

    /// @param idempotent where the entry does not say
    static ServerTool.Terms terms(ToolEntry entry, boolean idempotent) {
        Boolean said = entry.idempotent();
        return new ServerTool.Terms(
                entry.timeout(),
                entry.maxResultBytes(),
                entry.concurrency(),
                said == null ? idempotent : said,
                nanoUsd(entry.priceUsd()),
                entry.keys() == null
                        ? null
                        : entry.keys().stream().map(NamePattern::new).toList());
    }

    private static long nanoUsd(@Nullable BigDecimal usd) {
        return usd == null ? 0 : usd.movePointRight(9).longValueExact();
    }
}
