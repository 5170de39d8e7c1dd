package dev.gapura.testkit;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A server of the official Java SDK as a process of its own, started by tests: `add` adds, `fail` fails, `grow`
/// brings another tool.
public final class SdkMcpProgram {
    /// The SDK's own checker wants another version of a library than the gateway has; ours checks before.
    static final JsonSchemaValidator UNCHECKED = new Unchecked();

    private SdkMcpProgram() {}

    /// The command that starts it.
    public static List<String> command() {
        return JavaProgram.command(SdkMcpProgram.class);
    }

    public static void main(String[] arguments) {
        AtomicReference<McpSyncServer> server = new AtomicReference<>();
        server.set(io.modelcontextprotocol.server.McpServer.sync(
                        new StdioServerTransportProvider(McpJsonDefaults.getMapper()))
                .serverInfo("sdk", "1.0.0")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .jsonSchemaValidator(UNCHECKED)
                .validateToolInputs(false)
                .tools(tools(server))
                .build());
    }

    /// The tools of a server that is there when one of them is called.
    static List<SyncToolSpecification> tools(AtomicReference<McpSyncServer> server) {
        return List.of(
                tool(
                        "add",
                        List.of("a", "b"),
                        given -> text(Integer.toString(number(given, "a") + number(given, "b")), false)),
                tool("fail", List.of(), given -> text("there is nothing", true)),
                tool("grow", List.of(), given -> {
                    server.get().addTool(tool("late", List.of(), more -> text("here", false)));
                    return text("grown", false);
                }));
    }

    private static final class Unchecked implements JsonSchemaValidator {
        @Override
        public ValidationResponse validate(Map<String, Object> schema, Object value) {
            return ValidationResponse.asValid("");
        }

        @Override
        public ValidationResponse validateSchema(Map<String, Object> schema) {
            return ValidationResponse.asValid("");
        }
    }

    private static int number(Map<String, Object> given, String name) {
        return ((Number) given.get(name)).intValue();
    }

    private static McpSchema.CallToolResult text(String text, boolean failed) {
        return McpSchema.CallToolResult.builder()
                .addTextContent(text)
                .isError(failed)
                .build();
    }

    private static SyncToolSpecification tool(
            String name, List<String> numbers, Function<Map<String, Object>, McpSchema.CallToolResult> does) {
        Map<String, Object> properties =
                numbers.stream().collect(Collectors.toMap(one -> one, one -> Map.of("type", "integer")));
        return SyncToolSpecification.builder()
                .tool(new McpSchema.Tool.Builder()
                        .name(name)
                        .description("does " + name)
                        .inputSchema(Map.of("type", "object", "properties", properties, "required", numbers))
                        .build())
                .callHandler((exchange, request) -> does.apply(request.arguments()))
                .build();
    }
}
