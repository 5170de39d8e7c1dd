package dev.gapura.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Document.Item;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/// Reads `tools`.
final class ToolsReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /// A call of an MCP server may start something.
    private static final Duration MCP_TIMEOUT = Duration.ofSeconds(60);
    private static final int RESULT_BYTES = 65_536;
    private static final int CONCURRENCY = 16;
    private static final List<String> KINDS = List.of("http", "openapi", "mcp", "builtin", "plugin");
    private static final List<String> BUILTINS = List.of("current_time", "web_fetch", "calculator");
    /// A name must survive providers that take letters, digits, underscores and hyphens only; a dot parts a
    /// server from its tools.
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,40}");

    /// An argument in an address.

    private final Document document;
    private final Section tool;
    private final String name;
    private final NodeTuple member;
    private final List<Secret> secrets = new ArrayList<>();

    private ToolsReader(Document document, Section tool, String name, NodeTuple member) {
        this.document = document;
        this.tool = tool;
        this.name = name;
        this.member = member;
    }

    static Map<String, ToolEntry> read(Document document, Section tools) {
        Map<String, ToolEntry> entries = new LinkedHashMap<>();
        tools.named().forEach((name, member) -> {
            Section section = new Section(document, tools.path(name), member.getValueNode());
            ToolEntry entry = new ToolsReader(document, section, name, member).entry();
            if (entry != null) {
                entries.put(name, entry);
            }
        });
        return entries;
    }

    private @Nullable ToolEntry entry() {
        if (!NAME.matcher(name).matches()) {
            document.error(
                    member.getKeyNode(), "tool '" + name + "' must be named with 1 to 40 letters, digits, '_' and '-'");
        } else if (name.equals("all") || name.equals("none")) {
            document.error(
                    member.getKeyNode(),
                    "tool '" + name + "' must have another name: in x-gapura-tools this one means " + name
                            + " of them");
        }
        String kind = tool.word("kind", KINDS);
        if (kind == null && !tool.has("kind")) {
            document.error(
                    member.getKeyNode(), tool.path("kind") + " is missing; write one of " + String.join(", ", KINDS));
        }
        String description = tool.text("description");
        boolean mcp = "mcp".equals(kind);
        Duration timeout = tool.duration("timeout", mcp ? MCP_TIMEOUT : TIMEOUT, Duration.ofMillis(1));
        int resultBytes = tool.integer("max_result_bytes", RESULT_BYTES, 1, 16 << 20);
        int concurrency = tool.integer("concurrency", CONCURRENCY, 1, 10_000);
        Boolean idempotent = tool.has("idempotent") ? (Boolean) tool.bool("idempotent", false) : null;
        var price = tool.decimal("price_usd", 9);
        List<String> keys = tool.texts("keys");
        ToolEntry.Source source = kind == null ? null : source(kind, description);
        if (kind != null) {
            // Which members there may be is not known without it.
            tool.close();
        }
        return source == null
                ? null
                : new ToolEntry(
                        name,
                        description,
                        source,
                        timeout,
                        resultBytes,
                        concurrency,
                        idempotent,
                        price,
                        keys,
                        secrets,
                        document.position(member.getKeyNode()));
    }

    private ToolEntry.@Nullable Source source(String kind, @Nullable String description) {
        return switch (kind) {
            case "http" -> http(description);
            case "openapi" -> openApi();
            case "mcp" -> mcp();
            case "builtin" -> builtin();
            case "plugin" -> plugin();
            default -> null;
        };
    }

    private ToolEntry.@Nullable Source http(@Nullable String description) {
        String method = tool.word("method", List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
        String url = url("url", true);
        Map<String, Secret> headers = secrets("headers");
        Node template = tool.value("body");
        String body = null;
        if (template instanceof CollectionNode) {
            document.error(
                    template, tool.path("body") + " must be JSON as one text, such as '{\"query\": \"{query}\"}'");
        } else {
            body = tool.text("body");
        }
        if (template != null) {
            document.inserted(template).forEach(value -> secrets.add(new Secret(value)));
        }
        Item result = tool.item("result", text -> text.startsWith("/"), "a JSON Pointer, such as /data/0");
        ObjectNode parameters = tool.has("parameters") ? NodeJson.object(document, tool, "parameters") : null;
        if (description == null && !tool.has("description")) {
            missing("description", "say what it does and when to use it: the model reads it");
        }
        Node place = tool.value("url");
        if (url != null && place != null) {
            check().unfilled("url", url, parameters, place);
        }
        check().body(method == null ? "GET" : method, body, headers, parameters, template);
        check().parameters(parameters, tool.value("parameters"));
        return url == null
                ? null
                : new ToolEntry.Source.Http(
                        method == null ? "GET" : method,
                        url,
                        headers,
                        body,
                        result == null ? null : result.value(),
                        parameters);
    }

    private ToolEntry.@Nullable Source openApi() {
        Path file = ServerReader.file(document, tool, "file");
        String url = url("url", false);
        String base = url("base_url", false);
        List<String> operations = tool.texts("operations");
        Map<String, Secret> headers = secrets("headers");
        if (tool.has("file") == tool.has("url")) {
            document.error(
                    member.getKeyNode(),
                    tool.path("file") + " or " + tool.path("url") + " must name the OpenAPI document, one of them");
            return null;
        }
        return new ToolEntry.Source.OpenApi(
                file,
                url == null ? null : URI.create(url),
                operations,
                base == null ? null : URI.create(base),
                headers);
    }

    private ToolEntry.@Nullable Source mcp() {
        List<String> command = tool.texts("command");
        List<String> allow = tool.texts("allow");
        Map<String, Secret> environment = secrets("env");
        Map<String, Secret> headers = secrets("headers");
        String url = url("url", false);
        if (tool.has("command") == tool.has("url")) {
            document.error(
                    member.getKeyNode(),
                    tool.path("url") + " or " + tool.path("command")
                            + " must say where the MCP server is, one of them");
            return null;
        }
        if (command != null && command.isEmpty()) {
            document.error(member.getKeyNode(), tool.path("command") + " is empty; name a program");
            return null;
        }
        if (command != null) {
            return new ToolEntry.Source.McpProcess(command, environment, allow);
        }
        return url == null ? null : new ToolEntry.Source.McpHttp(URI.create(url), headers, allow);
    }

    private ToolEntry.@Nullable Source builtin() {
        String which = tool.word("name", BUILTINS);
        if (which == null && !tool.has("name")) {
            missing("name", "write one of " + String.join(", ", BUILTINS));
        }
        return which == null ? null : new ToolEntry.Source.Builtin(which);
    }

    private ToolEntry.@Nullable Source plugin() {
        String which = tool.text("name");
        if (which == null && !tool.has("name")) {
            missing("name", "write the name that the plug-in gives itself");
        }
        return which == null ? null : new ToolEntry.Source.Plugin(which);
    }

    private HttpToolCheck check() {
        return new HttpToolCheck(document, tool);
    }

    private void missing(String key, String remedy) {
        document.error(member.getKeyNode(), tool.path(key) + " is missing; " + remedy);
    }

    private @Nullable String url(String key, boolean required) {
        Item item = tool.item(
                key,
                text -> text.matches("https?://[^/?#\\s{}]+([/?#].*)?"),
                "an address that starts with https:// or http:// and a host without arguments in it");
        if (item == null && required && !tool.has(key)) {
            missing(key, "write the address that is called");
        }
        if (item == null) {
            return null;
        }
        secrets.addAll(AddressSecrets.of(item.value(), document.inserted(item.node())));
        return item.value();
    }

    private Map<String, Secret> secrets(String key) {
        Section section = tool.section(key);
        Map<String, Secret> values = new LinkedHashMap<>();
        section.named().keySet().stream().toList().forEach(name -> {
            Secret value = section.secret(name);
            if (value != null) {
                values.put(name, value);
            }
        });
        if (key.equals("headers")) {
            check().headers(values, tool.value(key));
        }
        return values;
    }
}
