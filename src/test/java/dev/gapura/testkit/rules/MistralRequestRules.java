package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Mistral's chat completions, which refuse what they do not know (`reference/providers/mistral.md`).
public final class MistralRequestRules implements RequestRules {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9]{9}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final List<String> PICTURES = List.of("image/jpeg", "image/png", "image/gif", "image/webp");

    @Override
    public List<String> faults(String path, JsonNode body, String model) {
        Faults faults = new Faults();
        faults.check(path.equals("/chat/completions"), "path", path);
        faults.members(
                body,
                "body",
                "!model",
                "!messages",
                "max_tokens",
                "random_seed",
                "temperature",
                "top_p",
                "frequency_penalty",
                "presence_penalty",
                "n",
                "stop",
                "stream",
                "prediction",
                "tools",
                "tool_choice",
                "parallel_tool_calls",
                "prompt_cache_key",
                "metadata",
                "response_format",
                "reasoning_effort",
                "prompt_mode",
                "safe_prompt",
                "guardrails",
                "document_image_limit",
                "document_page_limit");
        faults.check(body.path("model").asText().equals(model), "body.model", "is " + body.path("model"));
        settings(body, model, faults);
        Set<String> names = ChatLikeRules.tools(body, NAME, true, faults);
        choice(body, names, faults);
        format(body, faults);
        messages(body.path("messages"), model, faults);
        ChatLikeRules.pairs(body.path("messages"), ID, faults);
        return faults.list();
    }

    private static void settings(JsonNode body, String model, Faults faults) {
        faults.whole(body, "body", "max_tokens", 1, Integer.MAX_VALUE);
        faults.whole(body, "body", "random_seed", 0, Long.MAX_VALUE);
        faults.number(body, "body", "temperature", "0", "1.5");
        faults.number(body, "body", "top_p", "0", "1");
        faults.number(body, "body", "frequency_penalty", "-2", "2");
        faults.number(body, "body", "presence_penalty", "-2", "2");
        faults.whole(body, "body", "n", 1, 128);
        faults.check(
                body.path("n").asInt(1) == 1
                        || !body.has("temperature")
                        || body.path("temperature").asDouble() > 0,
                "body.n",
                "is ignored where the temperature is 0");
        faults.texts(body, "body", "stop", Integer.MAX_VALUE);
        faults.flag(body, "body", "stream");
        faults.flag(body, "body", "parallel_tool_calls");
        faults.flag(body, "body", "safe_prompt");
        faults.word(body, "body", "reasoning_effort", "none", "high");
        faults.word(body, "body", "prompt_mode", "reasoning");
        boolean magistral = ModelName.is(model, "magistral");
        faults.check(!body.has("prompt_mode") || magistral, "body.prompt_mode", "is unknown to this model");
        faults.check(
                !body.has("reasoning_effort") || ModelName.is(model, "mistral-(small|medium)-(latest|3|26)"),
                "body.reasoning_effort",
                "is unknown to this model");
        faults.check(!body.has("parallel_tool_calls") || body.has("tools"), "body.parallel_tool_calls", "has no tools");
    }

    private static void choice(JsonNode body, Set<String> names, Faults faults) {
        JsonNode choice = body.path("tool_choice");
        if (choice.isMissingNode()) {
            return;
        }
        faults.check(!names.isEmpty(), "body.tool_choice", "has no tools");
        if (choice.isObject()) {
            faults.members(choice, "body.tool_choice", "!type", "!function");
            faults.check(
                    names.contains(choice.at("/function/name").asText()),
                    "body.tool_choice",
                    "names no tool: " + choice);
        } else {
            faults.word(body, "body", "tool_choice", "auto", "none", "any", "required");
        }
    }

    private static void format(JsonNode body, Faults faults) {
        JsonNode format = body.path("response_format");
        if (format.isMissingNode()) {
            return;
        }
        faults.members(format, "body.response_format", "!type", "json_schema");
        faults.word(format, "body.response_format", "type", "text", "json_object", "json_schema");
        boolean schema = format.path("type").asText().equals("json_schema");
        faults.check(schema == format.has("json_schema"), "body.response_format", "has type and schema apart");
        if (schema) {
            faults.members(
                    format.path("json_schema"),
                    "body.response_format.json_schema",
                    "!name",
                    "!schema",
                    "strict",
                    "description");
            faults.form(
                    format.at("/json_schema/name"), "body.response_format.json_schema.name", Pattern.compile(".{1,}"));
        }
        faults.check(
                !format.path("type").asText().equals("json_object")
                        || body.path("messages")
                                .toString()
                                .toLowerCase(Locale.ROOT)
                                .contains("json"),
                "body.messages",
                "do not ask for JSON, though the form does");
    }

    private static void messages(JsonNode messages, String model, Faults faults) {
        faults.check(messages.isArray() && !messages.isEmpty(), "body.messages", "is empty");
        String last = "";
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String place = "body.messages[" + i + "]";
            String role = message.path("role").asText();
            faults.word(message, place, "role", "system", "user", "assistant", "tool");
            switch (role) {
                case "assistant" -> {
                    faults.members(message, place, "!role", "!content", "tool_calls", "prefix");
                    faults.check(
                            message.has("tool_calls")
                                    || !message.path("content").asText().isEmpty()
                                    || message.path("content").isArray()
                                            && !message.path("content").isEmpty(),
                            place,
                            "says nothing and calls nothing");
                    faults.check(
                            i == messages.size() - 1 || !message.path("prefix").asBoolean(), place, "is no prefix");
                }
                case "tool" -> faults.members(message, place, "!role", "!content", "!tool_call_id", "name");
                default -> faults.members(message, place, "!role", "!content");
            }
            faults.check(
                    !(role.equals("user") && last.equals("tool")) || !ModelName.is(model, "mixtral|-24\\d\\d|nemo"),
                    place,
                    "is the user's right behind a tool");
            message.path("tool_calls").forEach(call -> call(call, place, faults));
            content(message.path("content"), place, role, faults);
            last = role;
        }
        faults.check(
                !last.equals("assistant")
                        || messages.path(messages.size() - 1).path("prefix").asBoolean(),
                "body.messages",
                "ends with the assistant without prefix");
        faults.check(!last.equals("system") || messages.size() == 1, "body.messages", "ends with the system");
    }

    private static void call(JsonNode call, String place, Faults faults) {
        faults.members(call, place + ".tool_calls[]", "!id", "type", "!function");
        faults.members(call.path("function"), place + ".tool_calls[].function", "!name", "!arguments");
        faults.form(call.at("/function/name"), place + ".tool_calls[].function.name", NAME);
        faults.check(
                call.at("/function/arguments").isTextual()
                        && !call.at("/function/arguments").asText().isBlank(),
                place + ".tool_calls[].function.arguments",
                "is no text");
    }

    private static void content(JsonNode content, String place, String role, Faults faults) {
        faults.check(
                content.isTextual() || content.isArray() && !content.isEmpty(),
                place + ".content",
                "is " + Faults.shortened(content));
        if (!content.isArray()) {
            return;
        }
        for (JsonNode part : content) {
            switch (part.path("type").asText()) {
                case "text" -> faults.members(part, place, "!type", "!text");
                case "image_url" -> {
                    faults.members(part, place, "!type", "!image_url");
                    JsonNode image = part.path("image_url");
                    ChatLikeRules.picture(
                            image.isTextual() ? image : image.path("url"), place + ".image_url", PICTURES, faults);
                }
                case "document_url" -> faults.members(part, place, "!type", "!document_url", "document_name");
                case "file" -> faults.members(part, place, "!type", "!file_id");
                case "input_audio" -> {
                    faults.members(part, place, "!type", "!input_audio");
                    faults.text(part, place, "input_audio");
                }
                case "thinking" -> {
                    faults.members(part, place, "!type", "!thinking", "signature", "closed");
                    faults.check(role.equals("assistant"), place, "thinks as " + role);
                }
                case "reference" -> faults.members(part, place, "!type", "!reference_ids");
                default -> faults.check(false, place, "has a part of the type " + part.path("type"));
            }
        }
    }
}
