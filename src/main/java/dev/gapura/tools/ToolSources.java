package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.NamePattern;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the sources of server tools from the configuration: the one place where kinds of tools are wired. Called at
/// start and at each reload, on a thread that may block; stateless.
public final class ToolSources {
    private ToolSources() {}

    /// The registry of a configuration.
    ///
    /// @param outbound calls what tools call
    /// @param rules what may be reached
    public static ToolRegistry registry(Map<String, ToolEntry> entries, Outbound outbound, EgressRules rules) {
        Map<String, ToolSource> sources = new LinkedHashMap<>();
        entries.forEach((name, entry) -> sources.put(name, source(entry, outbound, rules)));
        return new ToolRegistry(sources);
    }

    private static ToolSource source(ToolEntry entry, Outbound outbound, EgressRules rules) {
        return switch (entry.source()) {
            case ToolEntry.Source.Builtin builtin ->
                ToolSource.fixed(List.of(builtin(entry, builtin, outbound, rules)));
            case ToolEntry.Source.Http http ->
                ToolSource.fixed(List.of(new ServerTool(
                        entry.name(),
                        entry.description() == null ? "" : entry.description(),
                        http.parameters() == null ? noArguments() : http.parameters(),
                        terms(entry, http.method().equals("GET")),
                        new HttpTool(http, outbound, rules))));
            case ToolEntry.Source.OpenApi openApi -> later();
            case ToolEntry.Source.McpHttp mcp -> later();
            case ToolEntry.Source.McpProcess process -> later();
            case ToolEntry.Source.Plugin plugin -> later();
        };
    }

    private static ObjectNode noArguments() {
        ObjectNode schema = JsonTree.object().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    /// Kinds that this version reads and does not run; the loader warns of them.
    private static ToolSource later() {
        return ToolSource.fixed(List.of());
    }

    private static ServerTool builtin(
            ToolEntry entry, ToolEntry.Source.Builtin builtin, Outbound outbound, EgressRules rules) {
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
