package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An MCP server as a process of its own, started by tests. Its first argument says how it is: `stateless`,
/// `sessions`, or `fragile`, which ends when it is asked what it does not know.
public final class McpProgram {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private static String cancelled = "none";

    private McpProgram() {}

    /// The command that starts it.
    public static List<String> command(String how) {
        return JavaProgram.command(McpProgram.class, how);
    }

    public static void main(String[] arguments) throws Exception {
        String how = arguments[0];
        System.err.println("\u001b[31mstarted\u001b[0m with " + System.getenv("TOOL_TOKEN"));
        OUT.println("a line that is no message");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode message = Objects.requireNonNull(JsonTree.readOrNull(line));
            String method = message.path("method").asText();
            if (!message.has("id")) {
                if (method.equals("notifications/cancelled")) {
                    cancelled = message.at("/params/requestId").asText();
                }
                continue;
            }
            if (how.equals("fragile") && method.equals("server/discover")) {
                System.exit(7);
            }
            answer(message, method, how.equals("stateless"));
        }
    }

    private static void answer(JsonNode message, String method, boolean stateless) {
        switch (method) {
            case "server/discover" -> {
                ObjectNode result = JsonTree.object();
                result.putArray("supportedVersions").add("2026-07-28");
                result.putObject("capabilities").putObject("tools");
                say(message, stateless ? result : null);
            }
            case "initialize" -> {
                ObjectNode result = JsonTree.object().put("protocolVersion", "2025-06-18");
                result.putObject("capabilities").putObject("tools").put("listChanged", true);
                say(message, stateless ? null : result);
            }
            case "tools/list" -> {
                ObjectNode result = JsonTree.object();
                for (String name : List.of("environment", "process", "exit", "cancelled", "hang")) {
                    result.withArray("tools")
                            .addObject()
                            .put("name", name)
                            .putObject("inputSchema")
                            .put("type", "object");
                }
                say(message, result);
            }
            case "tools/call" -> call(message);
            default -> say(message, null);
        }
    }

    private static void call(JsonNode message) {
        switch (message.at("/params/name").asText()) {
            case "environment" ->
                say(
                        message,
                        McpServer.text(
                                System.getenv().keySet().stream().sorted().collect(Collectors.joining(" ")) + " "
                                        + System.getenv("TOOL_TOKEN")));
            case "process" ->
                say(
                        message,
                        McpServer.text(Long.toString(ProcessHandle.current().pid())));
            case "cancelled" -> say(message, McpServer.text(cancelled));
            case "exit" -> System.exit(3);
            default -> System.err.println("hanging " + message.get("id"));
        }
    }

    private static void say(JsonNode message, @Nullable ObjectNode result) {
        ObjectNode answer = JsonTree.object().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        if (result == null) {
            answer.putObject("error").put("code", -32601).put("message", "Method not found");
        } else {
            answer.set("result", result);
        }
        OUT.println(JsonTree.text(answer));
    }
}
