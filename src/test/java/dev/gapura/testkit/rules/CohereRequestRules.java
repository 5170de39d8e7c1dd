package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Cohere's Chat API, version 2 (`reference/providers/cohere.md`).
public final class CohereRequestRules implements RequestRules {
    private static final Pattern ID = Pattern.compile(".+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final List<String> PICTURES = List.of("image/jpeg", "image/png", "image/gif", "image/webp");

    @Override
    public List<String> faults(String path, JsonNode body, String model) {
        Faults faults = new Faults();
        faults.check(path.equals("/v2/chat"), "path", path);
        faults.members(
                body,
                "body",
                "!model",
                "!messages",
                "stream",
                "max_tokens",
                "temperature",
                "p",
                "k",
                "frequency_penalty",
                "presence_penalty",
                "stop_sequences",
                "seed",
                "logprobs",
                "tools",
                "tool_choice",
                "strict_tools",
                "response_format",
                "thinking",
                "documents",
                "citation_options",
                "safety_mode",
                "priority");
        faults.check(body.path("model").asText().equals(model), "body.model", "is " + body.path("model"));
        settings(body, model, faults);
        Set<String> names = ChatLikeRules.tools(body, NAME, false, faults);
        faults.check(!body.has("strict_tools") || !names.isEmpty(), "body.strict_tools", "has no tools");
        faults.word(body, "body", "tool_choice", "NONE", "REQUIRED");
        faults.check(!body.has("tool_choice") || !names.isEmpty(), "body.tool_choice", "has no tools");
        format(body, faults);
        messages(body.path("messages"), faults);
        ChatLikeRules.pairs(body.path("messages"), ID, faults);
        return faults.list();
    }

    private static void settings(JsonNode body, String model, Faults faults) {
        faults.flag(body, "body", "stream");
        faults.whole(body, "body", "max_tokens", 1, Integer.MAX_VALUE);
        faults.number(body, "body", "temperature", "0", ModelName.is(model, "^command-r") ? "1" : "2");
        faults.number(body, "body", "p", "0.01", "0.99");
        faults.whole(body, "body", "k", 0, 500);
        faults.number(body, "body", "frequency_penalty", "0", "1");
        faults.number(body, "body", "presence_penalty", "0", "1");
        faults.texts(body, "body", "stop_sequences", 5);
        faults.whole(body, "body", "seed", Long.MIN_VALUE, Long.MAX_VALUE);
        faults.flag(body, "body", "logprobs");
        faults.word(body, "body", "safety_mode", "CONTEXTUAL", "STRICT", "OFF");
        faults.whole(body, "body", "priority", 0, 999);
        JsonNode thinking = body.path("thinking");
        if (!thinking.isMissingNode()) {
            faults.members(thinking, "body.thinking", "!type", "token_budget");
            faults.word(thinking, "body.thinking", "type", "enabled", "disabled");
            faults.whole(thinking, "body.thinking", "token_budget", 1, Integer.MAX_VALUE);
            faults.check(
                    !thinking.path("type").asText().equals("disabled") || !thinking.has("token_budget"),
                    "body.thinking",
                    "has a budget though it is off");
            faults.check(ModelName.is(model, "reasoning|command-a-plus"), "body.thinking", "is unknown to this model");
        }
    }

    private static void format(JsonNode body, Faults faults) {
        JsonNode format = body.path("response_format");
        if (format.isMissingNode()) {
            return;
        }
        faults.members(format, "body.response_format", "!type", "json_schema");
        faults.word(format, "body.response_format", "type", "text", "json_object");
        faults.check(
                !body.has("tools") && !body.has("documents"),
                "body.response_format",
                "stands beside tools or documents");
        if (format.has("json_schema")) {
            SchemaRules.ANY.check(format.get("json_schema"), "body.response_format.json_schema", faults);
        }
    }

    private static void messages(JsonNode messages, Faults faults) {
        faults.check(messages.isArray() && !messages.isEmpty(), "body.messages", "is empty");
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String place = "body.messages[" + i + "]";
            String role = message.path("role").asText();
            faults.word(message, place, "role", "system", "user", "assistant", "tool");
            switch (role) {
                case "assistant" -> {
                    faults.members(message, place, "!role", "content", "tool_calls", "tool_plan", "citations");
                    faults.check(
                            message.has("content") || message.has("tool_calls"),
                            place,
                            "says nothing and calls nothing");
                    faults.check(
                            !message.has("tool_plan") || message.has("tool_calls"), place, "has a plan without calls");
                }
                case "tool" -> faults.members(message, place, "!role", "!content", "!tool_call_id");
                default -> faults.members(message, place, "!role", "!content");
            }
            for (JsonNode call : message.path("tool_calls")) {
                faults.members(call, place + ".tool_calls[]", "!id", "!type", "!function");
                faults.form(call.at("/function/name"), place + ".tool_calls[].function.name", NAME);
                faults.check(
                        call.at("/function/arguments").isTextual()
                                && !call.at("/function/arguments").asText().isBlank(),
                        place + ".tool_calls[].function.arguments",
                        "is no text");
            }
            content(message.path("content"), place, role, faults);
        }
        faults.check(
                !messages.path(messages.size() - 1).path("role").asText().equals("assistant"),
                "body.messages",
                "ends with the assistant");
    }

    private static void content(JsonNode content, String place, String role, Faults faults) {
        for (JsonNode part : content) {
            switch (part.path("type").asText()) {
                case "text" -> faults.members(part, place, "!type", "!text");
                case "thinking" -> {
                    faults.members(part, place, "!type", "!thinking");
                    faults.check(role.equals("assistant"), place, "thinks as " + role);
                }
                case "image_url" -> {
                    faults.members(part, place, "!type", "!image_url");
                    faults.check(role.equals("user"), place, "shows a picture as " + role);
                    ChatLikeRules.picture(part.at("/image_url/url"), place + ".image_url", PICTURES, faults);
                }
                case "document" -> faults.check(role.equals("tool"), place, "has a document as " + role);
                default -> faults.check(false, place, "has a part of the type " + part.path("type"));
            }
        }
        faults.check(!content.isArray() || !content.isEmpty(), place + ".content", "is empty");
    }
}
