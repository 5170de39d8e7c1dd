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
            case ToolEntry.Source.Builtin builtin -> ToolSource.fixed(List.of(builtin(entry, builtin)));
            case ToolEntry.Source.Http http ->
                ToolSource.fixed(List.of(new ServerTool(
                        entry.name(),
                        entry.description() == null ? "" : entry.description(),
                        http.parameters() == null ? noArguments() : http.parameters(),
                        terms(entry, http.method().equals("GET")),
                        new HttpTool(http, outbound, rules))));
            case ToolEntry.Source.OpenApi openApi -> later(entry);
            case ToolEntry.Source.McpHttp mcp -> later(entry);
            case ToolEntry.Source.McpProcess process -> later(entry);
            case ToolEntry.Source.Plugin plugin -> later(entry);
        };
    }

    private static ObjectNode noArguments() {
        ObjectNode schema = JsonTree.object().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private static ToolSource later(ToolEntry entry) {
        return ToolSource.fixed(List.of());
    }

    private static ServerTool builtin(ToolEntry entry, ToolEntry.Source.Builtin builtin) {
        ServerTool.Terms terms = terms(entry, true);
        return builtin.tool().equals("calculator")
                ? Builtins.calculator(entry.name(), entry.description(), terms)
                : Builtins.currentTime(entry.name(), entry.description(), terms, InstantSource.system());
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
