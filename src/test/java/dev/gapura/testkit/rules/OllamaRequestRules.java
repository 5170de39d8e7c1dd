package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Ollama's own chat (`ollama/ollama` `docs/openapi.yaml`, `server/routes.go`).
public final class OllamaRequestRules implements RequestRules {
    private static final Pattern NAME = Pattern.compile(".+");

    @Override
    public List<String> faults(String path, JsonNode body, String model) {
        Faults faults = new Faults();
        faults.check(path.equals("/api/chat"), "path", path);
        faults.members(
                body,
                "body",
                "!model",
                "!messages",
                "!stream",
                "tools",
                "format",
                "options",
                "think",
                "keep_alive",
                "truncate",
                "shift",
                "logprobs",
                "top_logprobs");
        faults.check(body.path("model").asText().equals(model), "body.model", "is " + body.path("model"));
        faults.flag(body, "body", "stream");
        faults.flag(body, "body", "logprobs");
        faults.whole(body, "body", "top_logprobs", 0, 20);
        JsonNode format = body.path("format");
        faults.check(
                format.isMissingNode() || format.isObject() || format.asText().equals("json"),
                "body.format",
                "is " + Faults.shortened(format));
        faults.check(
                format.isMissingNode() || !body.has("tools"), "body.format", "keeps the model from calling a tool");
        faults.check(
                !format.asText().equals("json")
                        || body.path("messages")
                                .toString()
                                .toLowerCase(Locale.ROOT)
                                .contains("json"),
                "body.messages",
                "do not ask for JSON, though the form does");
        think(body, model, faults);
        options(body.path("options"), faults);
        ChatLikeRules.tools(body, NAME, false, faults);
        faults.check(
                !body.has("tools") || !ModelName.is(model, "gemma3|llama3:|llava|phi4$"),
                "body.tools",
                "are unknown to this model");
        messages(body.path("messages"), model, faults);
        return faults.list();
    }

    private static void think(JsonNode body, String model, Faults faults) {
        JsonNode think = body.path("think");
        if (think.isMissingNode()) {
            return;
        }
        if (think.isTextual()) {
            faults.word(body, "body", "think", "low", "medium", "high");
            faults.check(ModelName.is(model, "gpt-oss"), "body.think", "is a level, which this model does not know");
        } else {
            faults.flag(body, "body", "think");
            faults.check(
                    !think.asBoolean() || !ModelName.is(model, "gemma3|llama3|llava"),
                    "body.think",
                    "is unknown to this model");
        }
    }

    private static void options(JsonNode options, Faults faults) {
        if (options.isMissingNode()) {
            return;
        }
        faults.members(
                options,
                "body.options",
                "num_predict",
                "temperature",
                "top_p",
                "top_k",
                "min_p",
                "typical_p",
                "seed",
                "stop",
                "frequency_penalty",
                "presence_penalty",
                "repeat_penalty",
                "repeat_last_n",
                "num_ctx",
                "num_keep");
        faults.check(!options.isEmpty(), "body.options", "is empty");
        faults.whole(options, "body.options", "num_predict", 1, Integer.MAX_VALUE);
        faults.number(options, "body.options", "temperature", "0", "2");
        faults.number(options, "body.options", "top_p", "0", "1");
        faults.whole(options, "body.options", "seed", Long.MIN_VALUE, Long.MAX_VALUE);
        faults.texts(options, "body.options", "stop", Integer.MAX_VALUE);
    }

    private static void messages(JsonNode messages, String model, Faults faults) {
        faults.check(messages.isArray() && !messages.isEmpty(), "body.messages", "is empty");
        Map<String, String> calls = new HashMap<>();
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String place = "body.messages[" + i + "]";
            String role = message.path("role").asText();
            faults.word(message, place, "role", "system", "user", "assistant", "tool");
            faults.check(message.path("content").isTextual(), place + ".content", "is no text");
            switch (role) {
                case "assistant" -> faults.members(message, place, "!role", "!content", "thinking", "tool_calls");
                case "tool" ->
                    faults.members(message, place, "!role", "!content", "tool_name", "tool_call_id", "images");
                default -> faults.members(message, place, "!role", "!content", "images");
            }
            for (JsonNode image : message.path("images")) {
                faults.base64(image, place + ".images[]");
                String type = MediaHeads.of(image.asText());
                faults.check(!"image/gif".equals(type), place + ".images[]", "is a GIF");
                faults.check(!ModelName.is(model, "llama3|qwen3:|gpt-oss"), place, "has a picture for a blind model");
            }
            for (JsonNode call : message.path("tool_calls")) {
                faults.members(call, place + ".tool_calls[]", "id", "type", "!function");
                faults.members(call.path("function"), place + ".tool_calls[].function", "!name", "!arguments");
                faults.check(
                        call.at("/function/arguments").isObject(),
                        place + ".tool_calls[]",
                        "has no object of arguments");
                calls.put(call.path("id").asText(), call.at("/function/name").asText());
            }
            if (role.equals("tool")
                    && calls.containsKey(message.path("tool_call_id").asText())) {
                faults.check(
                        message.path("tool_name")
                                .asText()
                                .equals(calls.get(message.path("tool_call_id").asText())),
                        place + ".tool_name",
                        "is not that of the call");
            }
        }
    }
}
