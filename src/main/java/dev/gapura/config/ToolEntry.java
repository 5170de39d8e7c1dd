package dev.gapura.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One entry under `tools`: tools that run on the gateway. Immutable.
///
/// @param name of the tool, or the prefix of the tools of a server (`docs` of `docs.search`)
/// @param description what the model reads; null where the source says it
/// @param timeout of one run
/// @param maxResultBytes longer results are cut
/// @param concurrency runs at once in this process
/// @param idempotent whether a run may be repeated; null: what the source says
/// @param priceUsd of one run; null: nothing
/// @param keys names of keys that may use it, as patterns; null: all that their own `tools` let
/// @param secrets in addresses and bodies, which results must not repeat
/// @param position `file:line:column` of the entry, for messages
public record ToolEntry(
        String name,
        @Nullable String description,
        Source source,
        Duration timeout,
        int maxResultBytes,
        int concurrency,
        @Nullable Boolean idempotent,
        @Nullable BigDecimal priceUsd,
        @Nullable List<String> keys,
        List<Secret> secrets,
        String position) {

    public ToolEntry {
        keys = keys == null ? null : List.copyOf(keys);
        secrets = List.copyOf(secrets);
    }

    /// The same entry at another place.
    public ToolEntry at(String place) {
        return new ToolEntry(
                name,
                description,
                source,
                timeout,
                maxResultBytes,
                concurrency,
                idempotent,
                priceUsd,
                keys,
                secrets,
                place);
    }

    /// What runs.
    public sealed interface Source {
        /// A request over HTTP.
        ///
        /// @param url with `{argument}` in path and query, percent-encoded when filled in
        /// @param headers values may hold secrets
        /// @param body JSON in which `"{argument}"` stands for the argument; null: all arguments not in
        ///     the URL
        /// @param result JSON Pointer to the part of the answer that the model gets; null: all of it
        /// @param parameters JSON Schema of the arguments; null: none
        record Http(
                String method,
                String url,
                Map<String, Secret> headers,
                @Nullable String body,
                @Nullable String result,
                @Nullable ObjectNode parameters)
                implements Source {
            public Http {
                headers = Map.copyOf(headers);
            }
        }

        /// Operations of an OpenAPI document, each a tool.
        ///
        /// @param file the document, or null where `url` is given
        /// @param operations names of those that are offered; null: all
        /// @param baseUrl in place of the document's own server
        record OpenApi(
                @Nullable Path file,
                @Nullable URI url,
                @Nullable List<String> operations,
                @Nullable URI baseUrl,
                Map<String, Secret> headers)
                implements Source {
            public OpenApi {
                operations = operations == null ? null : List.copyOf(operations);
                headers = Map.copyOf(headers);
            }
        }

        /// An MCP server that is reached by HTTP.
        ///
        /// @param allow names of its tools that may be used; null: all
        record McpHttp(
                URI url,
                Map<String, Secret> headers,
                @Nullable List<String> allow) implements Source {
            public McpHttp {
                headers = Map.copyOf(headers);
                allow = allow == null ? null : List.copyOf(allow);
            }
        }

        /// An MCP server that is started as a process. Only the configuration file may name one.
        ///
        /// @param environment variables of the process beside `PATH` and the like
        record McpProcess(
                List<String> command,
                Map<String, Secret> environment,
                @Nullable List<String> allow) implements Source {
            public McpProcess {
                command = List.copyOf(command);
                environment = Map.copyOf(environment);
                allow = allow == null ? null : List.copyOf(allow);
            }
        }

        /// Something that comes with the gateway.
        ///
        /// @param tool `current_time`, `web_fetch`, `calculator`
        record Builtin(String tool) implements Source {}

        /// A Java class found by `ServiceLoader`.
        ///
        /// @param tool name that the plug-in gives itself
        record Plugin(String tool) implements Source {}
    }
}
