package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Anthropic's Messages API (`reference/providers/anthropic.md`).
public final class AnthropicRequestRules implements RequestRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final Set<String> BOUNDS = Set.of(
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "pattern",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minProperties",
            "maxProperties",
            "not",
            "oneOf");
    private static final SchemaRules STRICT = new SchemaRules(
            Set.of(),
            BOUNDS,
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"),
            true,
            false);

    @Override
    public List<String> faults(String path, JsonNode body, String model) {
        Faults faults = new Faults();
        new Request(body, model, faults).check(path);
        return faults.list();
    }

    /// One request under test.
    private record Request(JsonNode body, String model, Faults faults) {
        /// Groups of the table of thinking models.
        private boolean adaptive() {
            return fifth() || ModelName.is(model, "-4-[678]");
        }

        private boolean always() {
            return ModelName.is(model, "opus-5-5|fable-5-1");
        }

        private boolean fifth() {
            return ModelName.is(model, "(opus|sonnet|haiku|fable|mythos)-5");
        }

        private boolean takesSampling() {
            return !fifth() && !ModelName.is(model, "-4-[78]");
        }

        private boolean thinks() {
            String type = body.at("/thinking/type").asText();
            return type.equals("enabled") || type.equals("adaptive");
        }

        void check(String path) {
            faults.check(path.equals("/v1/messages"), "path", path);
            faults.members(
                    body,
                    "body",
                    "!model",
                    "!max_tokens",
                    "!messages",
                    "system",
                    "metadata",
                    "stop_sequences",
                    "stream",
                    "temperature",
                    "top_p",
                    "top_k",
                    "tools",
                    "tool_choice",
                    "thinking",
                    "output_config",
                    "service_tier",
                    "cache_control");
            faults.check(body.path("model").asText().equals(model), "body.model", "is " + body.path("model"));
            faults.whole(body, "body", "max_tokens", 1, 128_000);
            settings();
            thinking();
            tools();
            format();
            system();
            conversation();
            marks();
        }

        private void settings() {
            faults.number(body, "body", "temperature", "0", "1");
            faults.number(body, "body", "top_p", "0", "1");
            faults.whole(body, "body", "top_k", 0, Integer.MAX_VALUE);
            faults.flag(body, "body", "stream");
            faults.texts(body, "body", "stop_sequences", Integer.MAX_VALUE);
            body.path("stop_sequences")
                    .forEach(stop ->
                            faults.check(!stop.asText().isBlank(), "body.stop_sequences", "holds white space only"));
            faults.word(body, "body", "service_tier", "auto", "standard_only");
            if (body.has("metadata")) {
                faults.members(body.get("metadata"), "body.metadata", "!user_id");
                faults.text(body.get("metadata"), "body.metadata", "user_id");
            }
            for (String sampling : List.of("temperature", "top_p", "top_k")) {
                faults.check(
                        !body.has(sampling)
                                || takesSampling()
                                        && (!thinks()
                                                || sampling.equals("top_p")
                                                        && body.path("top_p").asDouble() >= 0.95),
                        "body." + sampling,
                        "is refused by this model, or while it thinks");
            }
            faults.check(
                    !(body.has("temperature") && body.has("top_p")) || ModelName.is(model, "claude-3"),
                    "body",
                    "has temperature and top_p");
        }

        private void thinking() {
            JsonNode thinking = body.path("thinking");
            if (!thinking.isMissingNode()) {
                String type = thinking.path("type").asText();
                switch (type) {
                    case "enabled" -> {
                        faults.members(thinking, "body.thinking", "!type", "!budget_tokens", "display");
                        faults.word(thinking, "body.thinking", "display", "summarized", "omitted");
                        faults.whole(
                                thinking,
                                "body.thinking",
                                "budget_tokens",
                                1024,
                                body.path("max_tokens").asLong() - 1);
                        faults.check(
                                !adaptive() && !ModelName.is(model, "claude-3-[05]"),
                                "body.thinking",
                                "has a budget, which this model does not know");
                    }
                    case "adaptive" -> {
                        faults.members(thinking, "body.thinking", "!type", "display");
                        faults.word(thinking, "body.thinking", "display", "summarized", "omitted");
                        faults.check(adaptive(), "body.thinking", "is adaptive, which this model does not know");
                    }
                    case "disabled" -> {
                        faults.members(thinking, "body.thinking", "!type");
                        faults.check(!always(), "body.thinking", "cannot be disabled at this model");
                    }
                    default -> faults.check(false, "body.thinking", "has the type " + type);
                }
            }
            JsonNode config = body.path("output_config");
            if (!config.isMissingNode()) {
                faults.members(config, "body.output_config", "effort", "format");
                faults.word(config, "body.output_config", "effort", "low", "medium", "high", "xhigh", "max");
                faults.check(
                        !config.has("effort") || adaptive(), "body.output_config.effort", "is unknown to this model");
                faults.check(
                        !config.path("effort").asText().equals("xhigh") || !ModelName.is(model, "-4-6"),
                        "body.output_config.effort",
                        "is xhigh");
            }
        }

        private void format() {
            JsonNode format = body.at("/output_config/format");
            if (!format.isMissingNode()) {
                faults.members(format, "body.output_config.format", "!type", "!schema");
                faults.word(format, "body.output_config.format", "type", "json_schema");
                STRICT.check(format.path("schema"), "body.output_config.format.schema", faults);
            }
        }

        private void tools() {
            JsonNode tools = body.path("tools");
            Set<String> names = new HashSet<>();
            faults.check(tools.isMissingNode() || tools.isArray() && !tools.isEmpty(), "body.tools", "is empty");
            for (JsonNode tool : tools) {
                String place = "body.tools[" + names.size() + "]";
                String name = tool.path("name").asText();
                faults.check(names.add(name), place, "has a name twice: " + name);
                if (tool.has("type") && !tool.path("type").asText().equals("custom")) {
                    faults.form(tool.path("type"), place + ".type", Pattern.compile("[a-z_]+_20\\d{6}"));
                    continue;
                }
                faults.members(
                        tool,
                        place,
                        "!name",
                        "description",
                        "!input_schema",
                        "strict",
                        "cache_control",
                        "type",
                        "defer_loading",
                        "allowed_callers",
                        "input_examples",
                        "eager_input_streaming");
                faults.form(tool.path("name"), place + ".name", NAME);
                faults.check(
                        tool.at("/input_schema/type").asText().equals("object"),
                        place + ".input_schema",
                        "is no object: " + Faults.shortened(tool.path("input_schema")));
                faults.flag(tool, place, "strict");
                if (tool.path("strict").asBoolean()) {
                    faults.check(
                            fifth() || ModelName.is(model, "-4-[5-8]"), place + ".strict", "is unknown to this model");
                    STRICT.check(tool.path("input_schema"), place + ".input_schema", faults);
                }
            }
            JsonNode choice = body.path("tool_choice");
            if (choice.isMissingNode()) {
                return;
            }
            String type = choice.path("type").asText();
            faults.check(!names.isEmpty(), "body.tool_choice", "has no tools");
            faults.members(choice, "body.tool_choice", "!type", "name", "disable_parallel_tool_use");
            faults.word(choice, "body.tool_choice", "type", "auto", "any", "tool", "none");
            faults.flag(choice, "body.tool_choice", "disable_parallel_tool_use");
            faults.check(
                    !(type.equals("none") && choice.has("disable_parallel_tool_use")),
                    "body.tool_choice",
                    "has none with disable_parallel_tool_use");
            faults.check(
                    type.equals("tool") == choice.has("name")
                            && (!choice.has("name")
                                    || names.contains(choice.path("name").asText())),
                    "body.tool_choice.name",
                    "is no tool: " + choice);
            boolean forced = type.equals("any") || type.equals("tool");
            faults.check(!forced || !always(), "body.tool_choice", "forces a tool, which this model refuses");
            faults.check(
                    !forced || !body.at("/thinking/type").asText().equals("enabled"),
                    "body.tool_choice",
                    "forces a tool while the model thinks by a budget");
        }

        private void system() {
            JsonNode system = body.path("system");
            if (system.isArray()) {
                faults.check(!system.isEmpty(), "body.system", "is empty");
                system.forEach(block -> {
                    faults.members(block, "body.system[]", "!type", "!text", "cache_control");
                    faults.word(block, "body.system[]", "type", "text");
                    faults.text(block, "body.system[]", "text");
                });
            } else {
                faults.text(body, "body", "system");
            }
        }

        private void conversation() {
            JsonNode messages = body.path("messages");
            faults.check(messages.isArray() && !messages.isEmpty(), "body.messages", "is empty");
            String last = "";
            List<String> open = List.of();
            for (int i = 0; i < messages.size(); i++) {
                JsonNode message = messages.get(i);
                String place = "body.messages[" + i + "]";
                String role = message.path("role").asText();
                faults.members(message, place, "!role", "!content");
                faults.word(message, place, "role", "user", "assistant", "system");
                faults.check(i > 0 || role.equals("user"), place, "does not begin with the user");
                faults.check(!role.equals(last), place, "has the role of the one before");
                faults.check(!role.equals("system") || fifth(), place, "is a system message");
                JsonNode content = message.path("content");
                if (content.isTextual()) {
                    faults.text(message, place, "content");
                    faults.check(open.isEmpty(), place, "does not answer the calls " + open);
                    open = List.of();
                } else {
                    faults.check(content.isArray() && !content.isEmpty(), place, "has no content");
                    open = blocks(content, place, role, open);
                }
                last = role;
            }
            faults.check(open.isEmpty(), "body.messages", "ends with calls that nobody answered: " + open);
            if (last.equals("assistant")) {
                JsonNode end = messages.get(messages.size() - 1).path("content");
                String text = end.isTextual()
                        ? end.textValue()
                        : end.path(end.size() - 1).path("text").asText("");
                faults.check(
                        ModelName.is(model, "claude-3|-4-5|-4-0|-4-1"), "body.messages", "ends with the assistant");
                faults.check(!thinks(), "body.messages", "ends with the assistant while the model thinks");
                faults.check(text.equals(text.stripTrailing()), "body.messages", "ends with white space");
            }
        }

        /// @param open ids of the calls of the turn before, which have to be answered first
        /// @return ids of the calls of this turn
        private List<String> blocks(JsonNode content, String place, String role, List<String> open) {
            List<String> calls = new ArrayList<>();
            List<String> answered = new ArrayList<>();
            boolean results = true;
            for (JsonNode block : content) {
                String type = block.path("type").asText();
                switch (type) {
                    case "text" -> {
                        faults.members(block, place, "!type", "!text", "cache_control", "citations");
                        faults.text(block, place, "text");
                    }
                    case "image", "document" -> media(block, place, type);
                    case "tool_use" -> {
                        faults.members(block, place, "!type", "!id", "!name", "!input", "cache_control");
                        faults.form(block.path("id"), place + ".id", ID);
                        faults.form(block.path("name"), place + ".name", NAME);
                        faults.check(block.path("input").isObject(), place, "has an input that is no object");
                        faults.check(role.equals("assistant"), place, "calls a tool as " + role);
                        calls.add(block.path("id").asText());
                    }
                    case "tool_result" -> {
                        faults.members(block, place, "!type", "!tool_use_id", "content", "is_error", "cache_control");
                        faults.check(results, place, "has a result behind something else");
                        faults.check(role.equals("user"), place, "has a result as " + role);
                        answered.add(block.path("tool_use_id").asText());
                        result(block.path("content"), place);
                    }
                    case "thinking" -> faults.members(block, place, "!type", "!thinking", "!signature");
                    case "redacted_thinking" -> faults.members(block, place, "!type", "!data");
                    default -> faults.check(false, place, "has a block of the type " + type);
                }
                results &= type.equals("tool_result");
            }
            faults.check(
                    Set.copyOf(answered).equals(Set.copyOf(open)) && answered.size() == open.size(),
                    place,
                    "answers " + answered + ", called were " + open);
            faults.check(calls.size() == Set.copyOf(calls).size(), place, "has a call twice: " + calls);
            return calls;
        }

        private void result(JsonNode content, String place) {
            if (content.isTextual()) {
                faults.check(!content.textValue().isEmpty(), place, "has an empty result");
                return;
            }
            for (JsonNode block : content) {
                String type = block.path("type").asText();
                if (type.equals("text")) {
                    faults.text(block, place + ".content", "text");
                } else {
                    media(block, place + ".content", type);
                }
            }
        }

        private void media(JsonNode block, String place, String type) {
            faults.word(block, place, "type", "image", "document");
            faults.members(block, place, "!type", "!source", "cache_control", "title", "context", "citations");
            JsonNode source = block.path("source");
            switch (source.path("type").asText()) {
                case "base64" -> {
                    faults.members(source, place + ".source", "!type", "!media_type", "!data");
                    faults.base64(source.path("data"), place + ".source.data");
                    if (type.equals("image")) {
                        faults.word(
                                source,
                                place + ".source",
                                "media_type",
                                "image/jpeg",
                                "image/png",
                                "image/gif",
                                "image/webp");
                        faults.check(MediaHeads.fits(source), place + ".source", "is not what its media type says");
                    } else {
                        faults.word(source, place + ".source", "media_type", "application/pdf");
                    }
                }
                case "text" -> {
                    faults.members(source, place + ".source", "!type", "!media_type", "!data");
                    faults.word(source, place + ".source", "media_type", "text/plain");
                }
                case "url" -> faults.form(source.path("url"), place + ".source.url", Pattern.compile("https://.+"));
                case "file" -> faults.text(source, place + ".source", "file_id");
                default -> faults.check(false, place + ".source", "is " + Faults.shortened(source));
            }
        }

        /// At most four marks, those that last longer first, in the order tools, system, messages.
        private void marks() {
            List<String> ttls = new ArrayList<>();
            for (String part : List.of("tools", "system", "messages")) {
                body.path(part).findValues("cache_control").forEach(mark -> {
                    faults.members(mark, "cache_control", "!type", "ttl");
                    faults.word(mark, "cache_control", "type", "ephemeral");
                    faults.word(mark, "cache_control", "ttl", "5m", "1h");
                    ttls.add(mark.path("ttl").asText("5m"));
                });
            }
            faults.check(ttls.size() <= 4, "body", "has " + ttls.size() + " cache marks");
            faults.check(
                    ttls.lastIndexOf("1h") < (ttls.contains("5m") ? ttls.indexOf("5m") : Integer.MAX_VALUE),
                    "body",
                    "has a short cache mark before a long one: " + ttls);
        }
    }
}
