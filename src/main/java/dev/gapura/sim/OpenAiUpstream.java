package dev.gapura.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// The provider that the simulator plays: routes, credentials and models of an OpenAI-shaped API. Turns a
/// request into a [Reply] and touches no socket; called on any event loop.
final class OpenAiUpstream {
    static final List<String> MODELS = List.of("echo", "lorem", "tools", "slow", "flaky");

    /// When these models were made, in seconds since 1970: 2026-01-01.
    private static final long MODELS_CREATED = 1_767_225_600L;

    private static final String LOREM =
            "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor "
                    + "incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco "
                    + "laboris nisi ut aliquip ex ea commodo consequat. Duis aute irure dolor in reprehenderit in voluptate velit "
                    + "esse cillum dolore eu fugiat nulla pariatur.";

    private final byte[] authorization;
    private final AtomicInteger flakyTurns = new AtomicInteger();

    OpenAiUpstream(String secret) {
        this.authorization = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
    }

    Reply answer(SimRequest request) {
        String sent = request.headers().getOrDefault("authorization", "");
        if (!MessageDigest.isEqual(authorization, sent.getBytes(StandardCharsets.UTF_8))) {
            return OpenAiError.reply(401, "Incorrect API key provided.", null, "invalid_api_key");
        }
        String path = request.path();
        int query = path.indexOf('?');
        path = query < 0 ? path : path.substring(0, query);
        if (path.equals("/v1/chat/completions")) {
            return request.method().equals("POST") ? chat(request) : wrongMethod(request, "POST");
        }
        if (path.equals("/v1/models") || path.startsWith("/v1/models/")) {
            return request.method().equals("GET") ? models(path) : wrongMethod(request, "GET");
        }
        return OpenAiError.reply(404, "Invalid URL (" + request.method() + " " + path + ")", null, "unknown_url");
    }

    private static Reply wrongMethod(SimRequest request, String allowed) {
        return OpenAiError.reply(
                        405,
                        "Not allowed to " + request.method() + " here; use " + allowed,
                        null,
                        "method_not_supported")
                .withHeader("allow", allowed);
    }

    private static Reply models(String path) {
        if (!path.equals("/v1/models")) {
            String name = path.substring("/v1/models/".length());
            return MODELS.contains(name) ? Reply.json(200, model(name).toString()) : unknownModel(name);
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        MODELS.forEach(name -> data.add(model(name)));
        return Reply.json(200, list.toString());
    }

    private static ObjectNode model(String name) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", name)
                .put("object", "model")
                .put("created", MODELS_CREATED)
                .put("owned_by", "gapura");
    }

    private static Reply unknownModel(String name) {
        return OpenAiError.reply(
                404,
                "The simulator has no model '" + name + "'. It has "
                        + MODELS.stream().map(model -> "sim/" + model).collect(Collectors.joining(", ")) + ".",
                null,
                "model_not_found");
    }

    private Reply chat(SimRequest request) {
        try {
            ChatQuery query = ChatQuery.read(request.body());
            if (query.model().isEmpty()) {
                throw RefusedException.badRequest("you must provide a model parameter", "model");
            }
            if (!MODELS.contains(query.model())) {
                return unknownModel(query.model());
            }
            boolean slow = query.model().equals("slow");
            Script script = Script.read(
                    query.metadata(),
                    slow ? Duration.ofSeconds(2) : Duration.ZERO,
                    slow ? Duration.ofMillis(100) : Duration.ZERO);
            return query.model().equals("flaky") && unscripted(query) ? flaky(query, script) : reply(query, script);
        } catch (RefusedException refused) {
            return refused.reply();
        }
    }

    private static boolean unscripted(ChatQuery query) {
        return query.metadata().keySet().stream().noneMatch(key -> key.startsWith("sim_"));
    }

    private Reply flaky(ChatQuery query, Script script) {
        return switch (Math.floorMod(flakyTurns.getAndIncrement(), 4)) {
            case 0 ->
                OpenAiError.reply(429, "Rate limit reached, says the simulator.", null, null)
                        .withHeader("retry-after", "1");
            case 1 -> OpenAiError.reply(500, "The server had an error, says the simulator.", null, null);
            case 2 -> {
                Reply whole = reply(query, script);
                Script cut = script.withLimit(new Script.Limit(whole.bodyBytes() / 2, new Step.Cut()));
                yield whole.withHeader("content-length", Long.toString(whole.bodyBytes()))
                        .withSteps(cut.limited(whole.steps()));
            }
            default -> reply(query, script);
        };
    }

    private static Reply reply(ChatQuery query, Script script) {
        if (script.status() != 200) {
            String message = script.error() == null
                    ? "Status " + script.status() + ", as the script of this request asks."
                    : script.error();
            Reply error = OpenAiError.reply(script.status(), message, null, script.code());
            return ChatWriter.finish(error, script);
        }
        Answer answer = say(query, script);
        return query.stream() ? ChatWriter.stream(query, answer, script) : ChatWriter.json(query, answer, script);
    }

    private static Answer say(ChatQuery query, Script script) {
        if (script.words() != Script.NEVER) {
            return Answer.text(lorem(script.words()), query.stops(), query.maxTokens());
        }
        if (query.model().equals("tools")) {
            List<JsonNode> wanted = wanted(query);
            if (!wanted.isEmpty()) {
                return new Answer.Calls(wanted.stream()
                        .map(tool -> Answer.Call.of(
                                tool.path("name").asText(),
                                SchemaSample.of(tool.path("parameters")).toString()))
                        .toList());
            }
        }
        String text =
                switch (query.model()) {
                    case "lorem", "slow" -> LOREM;
                    case "tools" -> results(query);
                    default -> query.lastUserText();
                };
        return Answer.text(formatted(text, query.responseFormat()), query.stops(), query.maxTokens());
    }

    /// Tools to call in this turn: those that `tool_choice` demands, otherwise each once since the user last
    /// spoke, all in the first turn unless the calls must come one by one.
    private static List<JsonNode> wanted(ChatQuery query) {
        JsonNode choice = query.toolChoice();
        if (choice.asText().equals("none")) {
            return List.of();
        }
        String named = choice.path("function").path("name").asText("");
        if (!named.isEmpty()) {
            return query.tools().stream()
                    .filter(tool -> tool.path("name").asText().equals(named))
                    .toList();
        }
        Set<String> called = new HashSet<>();
        boolean answered = false;
        for (JsonNode message : query.sinceLastUser()) {
            message.path("tool_calls")
                    .forEach(call ->
                            called.add(call.path("function").path("name").asText()));
            answered |= message.path("role").asText().equals("tool");
        }
        if (choice.asText().equals("required")) {
            called.clear();
        } else if (answered && query.parallelToolCalls()) {
            return List.of();
        }
        List<JsonNode> left = query.tools().stream()
                .filter(tool -> !called.contains(tool.path("name").asText()))
                .toList();
        return query.parallelToolCalls() || left.isEmpty() ? left : left.subList(0, 1);
    }

    private static String results(ChatQuery query) {
        StringBuilder text = new StringBuilder();
        for (JsonNode message : query.sinceLastUser()) {
            if (message.path("role").asText().equals("tool")) {
                text.append(text.isEmpty() ? "" : " ").append("The tool said: ").append(ChatQuery.text(message));
            }
        }
        return text.isEmpty() ? "There was no tool to call." : text.toString();
    }

    private static String formatted(String text, JsonNode format) {
        return switch (format.path("type").asText()) {
            case "json_object" ->
                JsonNodeFactory.instance.objectNode().put("echo", text).toString();
            case "json_schema" ->
                SchemaSample.of(format.path("json_schema").path("schema")).toString();
            default -> text;
        };
    }

    private static String lorem(int words) {
        String[] pool = LOREM.split(" ", -1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(i == 0 ? "" : " ").append(pool[i % pool.length]);
        }
        return text.toString();
    }
}
