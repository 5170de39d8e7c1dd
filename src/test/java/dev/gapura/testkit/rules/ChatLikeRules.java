package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What providers demand whose tools look like OpenAI's: `{type: function, function: {…}}`.
final class ChatLikeRules {
    private ChatLikeRules() {}

    /// Checks the tools of a request.
    ///
    /// @param name what tools may be called
    /// @param strict whether a function may say `strict`
    /// @return the names of its functions
    static Set<String> tools(JsonNode body, Pattern name, boolean strict, Faults faults) {
        JsonNode tools = body.path("tools");
        faults.check(tools.isMissingNode() || tools.isArray() && !tools.isEmpty(), "body.tools", "is empty");
        Set<String> names = new HashSet<>();
        for (JsonNode tool : tools) {
            String place = "body.tools[" + names.size() + "]";
            faults.members(tool, place, "!type", "!function");
            faults.word(tool, place, "type", "function");
            JsonNode function = tool.path("function");
            if (strict) {
                faults.members(function, place + ".function", "!name", "description", "!parameters", "strict");
            } else {
                faults.members(function, place + ".function", "!name", "description", "!parameters");
            }
            faults.form(function.path("name"), place + ".function.name", name);
            faults.check(names.add(function.path("name").asText()), place, "has a name twice");
            faults.check(
                    function.path("parameters").isObject()
                            && !function.path("parameters").isEmpty(),
                    place + ".function.parameters",
                    "is no schema");
            SchemaRules.ANY.check(function.path("parameters"), place + ".function.parameters", faults);
        }
        return names;
    }

    /// Checks that every call of an assistant message is answered by the tool messages right behind it, by id.
    static void pairs(JsonNode messages, Pattern id, Faults faults) {
        Set<String> open = Set.of();
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String place = "body.messages[" + i + "]";
            String role = message.path("role").asText();
            if (role.equals("tool")) {
                String answered = message.path("tool_call_id").asText();
                faults.form(message.path("tool_call_id"), place + ".tool_call_id", id);
                faults.check(open.contains(answered), place, "answers " + answered + ", open are " + open);
                open = new HashSet<>(open);
                open.remove(answered);
                continue;
            }
            faults.check(open.isEmpty(), place, "comes before the answers to " + open);
            open = new HashSet<>();
            for (JsonNode call : message.path("tool_calls")) {
                faults.form(call.path("id"), place + ".tool_calls[].id", id);
                faults.check(open.add(call.path("id").asText()), place, "has a call twice");
                faults.check(role.equals("assistant"), place, "calls a tool as " + role);
            }
            faults.check(
                    message.path("tool_calls").isMissingNode()
                            || !message.path("tool_calls").isEmpty(),
                    place + ".tool_calls",
                    "is empty");
        }
        faults.check(open.isEmpty(), "body.messages", "ends with calls that nobody answered: " + open);
    }

    /// Checks a picture by address or as data.
    static void picture(JsonNode url, String place, List<String> types, Faults faults) {
        String address = url.asText();
        if (!address.startsWith("data:")) {
            faults.form(url, place, Pattern.compile("https?://.+"));
            return;
        }
        int comma = address.indexOf(";base64,");
        if (faults.check(comma > 0, place, "is no data URL of base64")) {
            String type = address.substring("data:".length(), comma);
            String data = address.substring(comma + ";base64,".length());
            faults.check(types.contains(type), place, "is of the type " + type);
            faults.check(MediaHeads.of(data) == null || type.equals(MediaHeads.of(data)), place, "is no " + type);
        }
    }
}
