package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// OpenAI's Responses API (`reference/responses.md`).
public final class ResponsesRequestRules implements RequestRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern ID = Pattern.compile(".{1,64}");
    private static final List<String> PICTURES = List.of("image/jpeg", "image/png", "image/gif", "image/webp");

    @Override
    public List<String> faults(String path, JsonNode body, String model) {
        Faults faults = new Faults();
        faults.check(path.equals("/responses"), "path", path);
        faults.members(
                body,
                "body",
                "!model",
                "!input",
                "instructions",
                "max_output_tokens",
                "temperature",
                "top_p",
                "top_logprobs",
                "tools",
                "tool_choice",
                "parallel_tool_calls",
                "text",
                "reasoning",
                "stream",
                "stream_options",
                "!store",
                "include",
                "truncation",
                "metadata",
                "user",
                "safety_identifier",
                "prompt_cache_key",
                "prompt_cache_retention",
                "prompt_cache_options",
                "service_tier",
                "moderation");
        faults.check(body.path("model").asText().equals(model), "body.model", "is " + body.path("model"));
        settings(body, model, faults);
        Set<String> names = tools(body.path("tools"), faults);
        choice(body, names, faults);
        text(body.path("text"), faults);
        input(body.path("input"), faults);
        return faults.list();
    }

    private static void settings(JsonNode body, String model, Faults faults) {
        faults.whole(body, "body", "max_output_tokens", 16, Integer.MAX_VALUE);
        faults.number(body, "body", "temperature", "0", "2");
        faults.number(body, "body", "top_p", "0", "1");
        faults.whole(body, "body", "top_logprobs", 0, 20);
        faults.flag(body, "body", "stream");
        faults.flag(body, "body", "parallel_tool_calls");
        faults.check(
                body.path("store").isBoolean() && !body.path("store").booleanValue(), "body.store", "is not false");
        if (body.has("stream_options")) {
            faults.members(body.get("stream_options"), "body.stream_options", "include_obfuscation");
        }
        faults.check(
                !body.has("stream_options") || body.path("stream").asBoolean(),
                "body.stream_options",
                "stands without a stream");
        for (JsonNode include : body.path("include")) {
            faults.check(
                    Set.of("reasoning.encrypted_content", "message.output_text.logprobs")
                            .contains(include.asText()),
                    "body.include",
                    "has " + include);
        }
        boolean reasons = ModelName.is(model, "^o\\d|gpt-5");
        for (String sampling : List.of("temperature", "top_p")) {
            faults.check(
                    !reasons || body.path(sampling).asDouble(1) == 1,
                    "body." + sampling,
                    "is refused by a reasoning model");
        }
        JsonNode reasoning = body.path("reasoning");
        if (!reasoning.isMissingNode()) {
            faults.members(reasoning, "body.reasoning", "effort", "summary");
            faults.word(
                    reasoning, "body.reasoning", "effort", "none", "minimal", "low", "medium", "high", "xhigh", "max");
            faults.word(reasoning, "body.reasoning", "summary", "auto", "concise", "detailed");
            faults.check(reasons || ModelName.is(model, "grok"), "body.reasoning", "is unknown to this model");
        }
        JsonNode metadata = body.path("metadata");
        faults.check(metadata.isMissingNode() || metadata.size() <= 16, "body.metadata", "has too many");
        faults.check(body.path("safety_identifier").asText().length() <= 64, "body.safety_identifier", "is too long");
    }

    private static Set<String> tools(JsonNode tools, Faults faults) {
        Set<String> names = new HashSet<>();
        faults.check(tools.isMissingNode() || tools.isArray() && !tools.isEmpty(), "body.tools", "is empty");
        for (JsonNode tool : tools) {
            String place = "body.tools[" + names.size() + "]";
            switch (tool.path("type").asText()) {
                case "function" -> {
                    faults.members(tool, place, "!type", "!name", "description", "!parameters", "!strict");
                    faults.form(tool.path("name"), place + ".name", NAME);
                    faults.check(names.add(tool.path("name").asText()), place, "has a name twice");
                    faults.check(tool.path("parameters").isObject(), place + ".parameters", "is no schema");
                    faults.check(tool.path("strict").isBoolean(), place + ".strict", "is no flag");
                }
                case "custom" -> {
                    faults.members(tool, place, "!type", "!name", "description", "format");
                    faults.form(tool.path("name"), place + ".name", NAME);
                    names.add(tool.path("name").asText());
                }
                default ->
                    faults.check(
                            tool.path("type").asText().matches("web_search(_preview)?"),
                            place,
                            "is " + tool.path("type"));
            }
        }
        return names;
    }

    private static void choice(JsonNode body, Set<String> names, Faults faults) {
        JsonNode choice = body.path("tool_choice");
        if (choice.isMissingNode()) {
            return;
        }
        faults.check(body.has("tools"), "body.tool_choice", "has no tools");
        if (choice.isTextual()) {
            faults.word(body, "body", "tool_choice", "none", "auto", "required");
            return;
        }
        switch (choice.path("type").asText()) {
            case "function", "custom" -> {
                faults.members(choice, "body.tool_choice", "!type", "!name");
                faults.check(names.contains(choice.path("name").asText()), "body.tool_choice", "names no tool");
            }
            case "allowed_tools" -> {
                faults.members(choice, "body.tool_choice", "!type", "!mode", "!tools");
                faults.word(choice, "body.tool_choice", "mode", "auto", "required");
            }
            default -> faults.check(false, "body.tool_choice", "is " + choice);
        }
    }

    private static void text(JsonNode text, Faults faults) {
        if (text.isMissingNode()) {
            return;
        }
        faults.members(text, "body.text", "format", "verbosity");
        faults.word(text, "body.text", "verbosity", "low", "medium", "high");
        JsonNode format = text.path("format");
        if (format.isMissingNode()) {
            return;
        }
        faults.word(format, "body.text.format", "type", "text", "json_object", "json_schema");
        if (format.path("type").asText().equals("json_schema")) {
            faults.members(format, "body.text.format", "!type", "!name", "!schema", "description", "strict");
            faults.form(format.path("name"), "body.text.format.name", NAME);
        } else {
            faults.members(format, "body.text.format", "!type");
        }
    }

    private static void input(JsonNode input, Faults faults) {
        faults.check(input.isTextual() || input.isArray() && !input.isEmpty(), "body.input", "is empty");
        Set<String> called = new HashSet<>();
        Set<String> answered = new HashSet<>();
        for (int i = 0; i < input.size(); i++) {
            JsonNode item = input.get(i);
            String place = "body.input[" + i + "]";
            String type = item.path("type").asText("message");
            switch (type) {
                case "message" -> message(item, place, faults);
                case "function_call", "custom_tool_call" -> {
                    boolean function = type.equals("function_call");
                    faults.members(
                            item,
                            place,
                            "!type",
                            "id",
                            "!call_id",
                            "!name",
                            function ? "!arguments" : "!input",
                            "status");
                    faults.form(item.path("call_id"), place + ".call_id", ID);
                    faults.form(item.path("name"), place + ".name", NAME);
                    faults.check(
                            item.path(function ? "arguments" : "input").isTextual(),
                            place,
                            "has arguments that are no text");
                    faults.check(called.add(item.path("call_id").asText()), place, "has a call twice");
                }
                case "function_call_output", "custom_tool_call_output" -> {
                    faults.members(item, place, "!type", "!call_id", "!output", "status");
                    String id = item.path("call_id").asText();
                    faults.check(called.contains(id), place, "answers " + id + ", which nobody called");
                    faults.check(answered.add(id), place, "answers " + id + " twice");
                    item.path("output").forEach(part -> part(part, place + ".output", "user", faults));
                }
                case "reasoning" -> {
                    faults.members(item, place, "!type", "id", "!summary", "content", "encrypted_content", "status");
                    faults.check(item.path("summary").isArray(), place + ".summary", "is no list");
                }
                default -> faults.check(false, place, "is an item of the type " + type);
            }
        }
        called.removeAll(answered);
        faults.check(called.isEmpty(), "body.input", "has calls that nobody answered: " + called);
    }

    private static void message(JsonNode item, String place, Faults faults) {
        faults.members(item, place, "type", "id", "!role", "!content", "status", "phase");
        faults.word(item, place, "role", "user", "assistant", "system", "developer");
        JsonNode content = item.path("content");
        faults.check(content.isTextual() || content.isArray() && !content.isEmpty(), place, "has no content");
        content.forEach(part -> part(part, place, item.path("role").asText(), faults));
    }

    private static void part(JsonNode part, String place, String role, Faults faults) {
        boolean assistant = role.equals("assistant");
        switch (part.path("type").asText()) {
            case "input_text" -> {
                faults.members(part, place, "!type", "!text", "prompt_cache_breakpoint");
                faults.check(!assistant, place, "has input as the assistant");
            }
            case "output_text" -> {
                faults.members(part, place, "!type", "!text", "annotations", "logprobs");
                faults.check(assistant, place, "has output as " + role);
            }
            case "refusal" -> {
                faults.members(part, place, "!type", "!refusal");
                faults.check(assistant, place, "refuses as " + role);
            }
            case "input_image" -> {
                faults.members(part, place, "!type", "image_url", "file_id", "detail", "prompt_cache_breakpoint");
                faults.word(part, place, "detail", "low", "high", "auto", "original");
                faults.check(part.has("image_url") != part.has("file_id"), place, "has no picture, or two");
                if (part.has("image_url")) {
                    ChatLikeRules.picture(part.get("image_url"), place + ".image_url", PICTURES, faults);
                }
            }
            case "input_file" ->
                faults.members(
                        part,
                        place,
                        "!type",
                        "file_data",
                        "file_id",
                        "file_url",
                        "filename",
                        "detail",
                        "prompt_cache_breakpoint");
            default -> faults.check(false, place, "has a part of the type " + part.path("type"));
        }
    }
}
