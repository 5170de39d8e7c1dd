package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Principal;
import dev.gapura.dialect.ToolNames;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.OfferedTools;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Splice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which server tools a request has, and the request with them in it: to the model they are functions like the client's
/// own, so that every language and every provider takes them as it takes those. Names get a form that all providers
/// take; a client's tool of the same name wins. What a key always offers stays away from requests that name their
/// functions in the older `functions`, whose answers know no tools. Immutable; made on any thread.
///
/// @param request with the tools among its `tools`
/// @param tools by the name that the model calls them by; empty where none is offered
/// @param clientTools names of the client's own tools
record ServerToolOffer(ChatCompletionRequest request, Map<String, ServerTool> tools, Set<String> clientTools) {
    /// Request header that names server tools for clients that cannot name them in `tools`.
    static final String HEADER = "x-gapura-tools";

    /// Type of an element of `tools` that names a server tool.
    private static final String TYPE = "server";

    /// As for `tools` of a client.
    private static final int MOST_TOOLS = 128;

    /// Names that an error lists.
    private static final int MOST_NAMES = 20;

    /// @param header value of [#HEADER], null where it is absent
    /// @throws GatewayException (400, 403) where a tool that the request names cannot be had
    static ServerToolOffer of(
            ChatCompletionRequest request, @Nullable String header, Principal principal, ToolRegistry registry) {
        boolean inBody = OfferedTools.anyOf(request, Set.of(TYPE));
        if (!inBody
                && header == null
                && (registry.isEmpty() || principal.offers().isEmpty())) {
            return nothing(request);
        }
        List<String> asked = header == null
                ? List.of()
                : List.of(header.split(",")).stream()
                        .map(String::strip)
                        .filter(one -> !one.isEmpty())
                        .toList();
        ChatCompletionRequest.Member functions = request.member("functions");
        if (functions != null && !functions.isNull()) {
            if (inBody || !asked.stream().allMatch("none"::equals)) {
                throw refused(
                        FailureKind.INVALID_REQUEST,
                        "`functions` is the older form of `tools` and cannot be combined with server tools. Send the "
                                + "functions in `tools`.",
                        "invalid_value",
                        "functions");
            }
            return nothing(request);
        }
        ChatCompletionRequest.Member member = request.member("tools");
        JsonNode list = member == null || member.isNull()
                ? JsonTree.array()
                : JsonTree.read(request.body(), member.valueStart(), member.valueEnd());
        Set<ServerTool> wanted = new LinkedHashSet<>();
        boolean none = asked.contains("none");
        for (int index = 0; index < list.size() && !none; index++) {
            if (TYPE.equals(JsonTree.string(list.get(index), "type"))) {
                String name = JsonTree.string(list.get(index), "name");
                if (name == null) {
                    throw refused(
                            FailureKind.INVALID_REQUEST,
                            "`tools[" + index + "].name` is missing: a tool of type server is named by its name.",
                            "missing_required_parameter",
                            "tools[" + index + "].name");
                }
                wanted.addAll(named(name, "tools[" + index + "].name", principal, registry));
            }
        }
        if (!none) {
            for (String one : asked) {
                wanted.addAll(named(one.equals("all") ? "*" : one, HEADER, principal, registry));
            }
            wanted.addAll(registry.matching(principal.offers(), principal));
        }
        return inBody || !wanted.isEmpty() ? with(request, member, list, wanted) : nothing(request);
    }

    private static ServerToolOffer nothing(ChatCompletionRequest request) {
        ToolChoices.of(request, Map.of(), Set.of());
        return new ServerToolOffer(request, Map.of(), Set.of());
    }

    private static List<ServerTool> named(String name, String param, Principal principal, ToolRegistry registry) {
        if (name.equals("*")) {
            return registry.matching(List.of(name), principal);
        }
        ServerTool tool = registry.find(name);
        if (tool == null) {
            // An entry that stands for a server brings all of its tools.
            String pattern = registry.sources().containsKey(name) ? name + ".*" : name;
            List<ServerTool> all = registry.matching(List.of(pattern), principal);
            if (!all.isEmpty()) {
                return all;
            }
            if (!registry.any(pattern)) {
                throw refused(
                        FailureKind.INVALID_REQUEST,
                        "There is no server tool '" + name + "', or it is not available now. "
                                + known(principal, registry),
                        "unknown_tool",
                        param);
            }
        }
        if (tool == null || !ToolRegistry.mayRun(principal, tool)) {
            throw refused(
                    FailureKind.FORBIDDEN,
                    "This key may not use the server tool '" + name + "'.",
                    "tool_not_allowed",
                    param);
        }
        return List.of(tool);
    }

    private static String known(Principal principal, ToolRegistry registry) {
        List<String> names = registry.matching(List.of("*"), principal).stream()
                .map(ServerTool::name)
                .limit(MOST_NAMES + 1L)
                .toList();
        if (registry.isEmpty()) {
            return "No server tool is configured here.";
        }
        return names.isEmpty()
                ? "This key may use no server tool here."
                : "This key may use: " + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
                        + (names.size() > MOST_NAMES ? " and more." : ".");
    }

    static GatewayException refused(FailureKind kind, String message, String code, String param) {
        return new GatewayException(new Failure(kind, message, code, param, null, null, false));
    }

    private static ServerToolOffer with(
            ChatCompletionRequest request,
            ChatCompletionRequest.@Nullable Member member,
            JsonNode list,
            Set<ServerTool> wanted) {
        Set<String> clientTools = new HashSet<>();
        List<String> elements = new ArrayList<>();
        list.forEach(element -> {
            if (!TYPE.equals(JsonTree.string(element, "type"))) {
                String name = JsonTree.string(element.path("function"), "name");
                name = name == null ? JsonTree.string(element.path("custom"), "name") : name;
                // A type of the provider's that the client runs, such as Anthropic's `bash`.
                name = name == null ? JsonTree.string(element, "name") : name;
                if (name != null) {
                    clientTools.add(name);
                }
                elements.add(JsonTree.text(element));
            }
        });
        Map<String, ServerTool> tools = new LinkedHashMap<>();
        ToolNames names = ToolNames.anthropic();
        for (ServerTool tool : wanted) {
            String plain = tool.name().replace('.', '_');
            if (clientTools.contains(tool.name())) {
                continue;
            }
            String sent = names.sent(plain);
            sent = clientTools.contains(sent) || tools.containsKey(sent) ? names.marked(tool.name()) : sent;
            tools.put(sent, tool);
            elements.add(JsonTree.text(definition(sent, tool)));
        }
        if (elements.size() > MOST_TOOLS && !tools.isEmpty()) {
            throw refused(
                    FailureKind.INVALID_REQUEST,
                    "With " + tools.size() + " server tools the request would have " + elements.size()
                            + " tools, and at most " + MOST_TOOLS + " can be sent. Name those that it needs in `"
                            + HEADER + "`, or `none`.",
                    "invalid_value",
                    HEADER);
        }
        Splice splice = new Splice(request.body(), request.length());
        byte[] array = ("[" + String.join(",", elements) + "]").getBytes(StandardCharsets.UTF_8);
        if (member == null) {
            int object = objectStart(request);
            splice.addMember(
                    object,
                    ("\"tools\":" + new String(array, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        } else if (elements.isEmpty()) {
            splice.removeMember(member.nameStart(), member.valueEnd());
        } else {
            splice.replace(member.valueStart(), member.valueEnd(), array);
        }
        ChatCompletionRequest.Member choice = request.member("tool_choice");
        JsonNode chosen = ToolChoices.of(request, tools, clientTools);
        if (chosen != null && choice != null) {
            splice.replace(choice.valueStart(), choice.valueEnd(), JsonTree.bytes(chosen));
        }
        byte[] body = splice.apply();
        return new ServerToolOffer(
                RequestReader.read(body, body.length, request.stream()), Map.copyOf(tools), Set.copyOf(clientTools));
    }

    private static int objectStart(ChatCompletionRequest request) {
        int at = 0;
        while (request.body()[at] != '{') {
            at++;
        }
        return at;
    }

    private static ObjectNode definition(String sent, ServerTool tool) {
        ObjectNode definition = JsonTree.object().put("type", "function");
        definition
                .putObject("function")
                .put("name", sent)
                .put("description", tool.description())
                .set("parameters", tool.parameters());
        return definition;
    }
}
