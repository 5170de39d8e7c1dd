package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.AnswerSaid.Call;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A stretch of a recorded conversation in which the model calls tools and their results are all that it is told until
/// it answers: what the gateway does by itself where the tools are its own.
///
/// @param name of the conversation, with the step at which the stretch begins
/// @param steps consecutive exchanges
/// @param asked what was asked in each, as a client of Chat Completions would have put it
record ToolLoop(String name, Proof proof, List<Recording> steps, List<ObjectNode> asked) {
    /// All stretches of a conversation.
    static List<ToolLoop> of(String session, Proof proof, List<Recording> steps) {
        List<ObjectNode> asked = steps.stream().map(proof::asked).toList();
        List<ToolLoop> loops = new ArrayList<>();
        int start = 0;
        for (int step = 1; step <= steps.size(); step++) {
            if (step == steps.size() || !goesOn(asked.get(step - 1), asked.get(step))) {
                if (step - start > 1) {
                    String name = session + " step " + (start + 1);
                    loops.add(new ToolLoop(name, proof, steps.subList(start, step), asked.subList(start, step)));
                }
                start = step;
            }
        }
        return loops;
    }

    /// Whether a request adds one turn of the model and results of its calls to the one before, and nothing else.
    private static boolean goesOn(ObjectNode before, ObjectNode after) {
        JsonNode known = before.path("messages");
        JsonNode all = after.path("messages");
        int results = 0;
        int turns = 0;
        for (int index = known.size(); index < all.size(); index++) {
            String role = all.get(index).path("role").asText();
            if (role.equals("assistant") && results == 0) {
                turns++;
            } else if (role.equals("tool") && turns > 0) {
                results++;
            } else {
                return false;
            }
        }
        return results > 0;
    }

    /// Whether some answer was recorded as a stream.
    boolean streams() {
        return asked.stream().anyMatch(one -> one.path("stream").asBoolean());
    }

    /// Results by tool and arguments, each in the order in which they were given.
    Map<String, List<String>> results() {
        Map<String, Call> calls = new HashMap<>();
        Map<String, List<String>> results = new TreeMap<>();
        JsonNode messages = asked.getLast().path("messages");
        for (int index = asked.getFirst().path("messages").size(); index < messages.size(); index++) {
            JsonNode message = messages.get(index);
            for (JsonNode call : message.path("tool_calls")) {
                String arguments = call.at("/function/arguments").asText();
                calls.put(
                        call.path("id").asText(),
                        Call.of(null, call.at("/function/name").asText(), arguments));
            }
            Call call = calls.get(message.path("tool_call_id").asText());
            if (call != null) {
                results.computeIfAbsent(key(call.name(), call.arguments()), fresh -> new ArrayList<>())
                        .add(text(message.path("content")));
            }
        }
        return results;
    }

    /// What a call is known by.
    static String key(String tool, JsonNode arguments) {
        return tool + " " + JsonTree.text(arguments);
    }

    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    /// The recorded tools as the gateway's own, which ask a service at this address.
    ///
    /// @return the section `tools` of a configuration
    ObjectNode registry(String address) {
        ObjectNode registry = JsonTree.object();
        for (JsonNode tool : asked.getFirst().path("tools")) {
            JsonNode function = tool.path("function");
            String tells = function.path("description").asText("");
            ObjectNode entry = registry.putObject(function.path("name").asText())
                    .put("kind", "http")
                    .put("method", "POST")
                    .put("description", tells.isEmpty() ? "a tool" : tells)
                    .put("url", address + "/" + function.path("name").asText());
            if (function.path("parameters").isObject()) {
                entry.set("parameters", function.get("parameters"));
            }
        }
        return registry;
    }

    /// The first request of the stretch with its tools as server tools.
    String request(boolean stream) {
        ObjectNode request = asked.getFirst().deepCopy();
        for (JsonNode tool : request.path("tools")) {
            if (tool.path("function").isObject() && tool instanceof ObjectNode named) {
                String name = named.at("/function/name").asText();
                named.removeAll();
                named.put("type", "server").put("name", name);
            }
        }
        request.remove(List.of("stream", "stream_options"));
        if (stream) {
            request.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        return request.toString();
    }
}
