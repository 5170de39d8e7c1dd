package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Amazon Bedrock's Converse (`reference/providers/bedrock.md`).
public final class BedrockRequestRules implements RequestRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.:-]{1,64}");
    private static final Pattern MISTRAL_ID = Pattern.compile("[a-zA-Z0-9]{9}");
    private static final Pattern DOCUMENT = Pattern.compile("(?!.*  )[a-zA-Z0-9 \\-()\\[\\]]{1,200}");

    @Override
    public List<String> faults(String path, JsonNode body, String model) {
        Faults faults = new Faults();
        new Request(body, model, faults).check(path);
        return faults.list();
    }

    /// One request under test.
    private record Request(JsonNode body, String model, Faults faults) {
        private boolean claude() {
            return ModelName.is(model, "claude");
        }

        private Pattern ids() {
            return ModelName.is(model, "mistral") ? MISTRAL_ID : ID;
        }

        void check(String path) {
            String escaped = model.replace(":", "%3A").replace("/", "%2F");
            faults.check(
                    path.equals("/model/" + escaped + "/converse")
                            || path.equals("/model/" + escaped + "/converse-stream"),
                    "path",
                    path);
            faults.members(
                    body,
                    "body",
                    "!messages",
                    "system",
                    "inferenceConfig",
                    "toolConfig",
                    "additionalModelRequestFields",
                    "outputConfig",
                    "requestMetadata",
                    "serviceTier");
            inference(body.path("inferenceConfig"));
            additional(body.path("additionalModelRequestFields"));
            tools(body.path("toolConfig"));
            system(body.path("system"));
            messages(body.path("messages"));
            faults.check(body.findValues("cachePoint").size() <= 4, "body", "has more than four cache points");
            body.findValues("cachePoint").forEach(mark -> {
                faults.members(mark, "cachePoint", "!type", "ttl");
                faults.word(mark, "cachePoint", "type", "default");
                faults.word(mark, "cachePoint", "ttl", "5m", "1h");
            });
            JsonNode format = body.at("/outputConfig/textFormat");
            if (!format.isMissingNode()) {
                faults.members(format, "outputConfig.textFormat", "!type", "!structure");
                JsonNode schema = format.at("/structure/jsonSchema");
                faults.members(
                        schema, "outputConfig.textFormat.structure.jsonSchema", "!schema", "name", "description");
                faults.check(schema.path("schema").isTextual(), "outputConfig", "has a schema that is no text");
            }
            body.path("requestMetadata").properties().forEach(label -> {
                faults.check(label.getValue().isTextual(), "requestMetadata", "holds no text");
                faults.check(label.getValue().asText().length() <= 256, "requestMetadata", "holds a long text");
            });
            faults.check(body.path("requestMetadata").size() <= 16, "requestMetadata", "has too many");
            if (body.has("serviceTier")) {
                faults.word(body.get("serviceTier"), "serviceTier", "type", "priority", "default", "flex", "reserved");
            }
        }

        private void inference(JsonNode config) {
            if (config.isMissingNode()) {
                return;
            }
            faults.members(config, "inferenceConfig", "maxTokens", "temperature", "topP", "stopSequences");
            faults.check(!config.isEmpty(), "inferenceConfig", "is empty");
            faults.whole(config, "inferenceConfig", "maxTokens", 1, Integer.MAX_VALUE);
            faults.number(config, "inferenceConfig", "temperature", "0", "1");
            faults.number(config, "inferenceConfig", "topP", "0", "1");
            faults.texts(config, "inferenceConfig", "stopSequences", claude() ? 8_191 : 4);
            String thinking =
                    body.at("/additionalModelRequestFields/thinking/type").asText();
            boolean thinks = claude() && (thinking.equals("enabled") || thinking.equals("adaptive"));
            boolean refuses = ModelName.is(model, "claude-(opus|sonnet|haiku)-4-[78]|claude-(opus|sonnet|fable)-5");
            faults.check(
                    !config.has("temperature")
                            || !refuses
                                    && (!thinks || config.path("temperature").asInt() == 1),
                    "inferenceConfig.temperature",
                    "is refused by this model, or while it thinks");
            faults.check(!config.has("topP") || !refuses, "inferenceConfig.topP", "is refused by this model");
        }

        private void additional(JsonNode more) {
            JsonNode thinking = more.path("thinking");
            if (thinking.path("type").asText().equals("enabled")) {
                faults.check(claude(), "additionalModelRequestFields.thinking", "is Claude's");
                faults.whole(
                        thinking,
                        "additionalModelRequestFields.thinking",
                        "budget_tokens",
                        1024,
                        body.at("/inferenceConfig/maxTokens").asLong(Integer.MAX_VALUE) - 1);
            }
            faults.check(
                    !more.has("reasoning_effort") || ModelName.is(model, "gpt-oss"),
                    "additionalModelRequestFields.reasoning_effort",
                    "is unknown to this model");
            faults.check(
                    !more.has("reasoningConfig") || ModelName.is(model, "nova-2"),
                    "additionalModelRequestFields.reasoningConfig",
                    "is unknown to this model");
            faults.check(more.isMissingNode() || !more.isEmpty(), "additionalModelRequestFields", "is empty");
        }

        private void tools(JsonNode config) {
            if (config.isMissingNode()) {
                boolean history = !body.path("messages").findValues("toolUse").isEmpty()
                        || !body.path("messages").findValues("toolResult").isEmpty();
                faults.check(!history, "toolConfig", "is missing though tools were called");
                return;
            }
            faults.members(config, "toolConfig", "!tools", "toolChoice");
            Set<String> names = new HashSet<>();
            for (JsonNode tool : config.path("tools")) {
                if (tool.has("cachePoint")) {
                    continue;
                }
                if (tool.has("systemTool")) {
                    faults.text(tool.get("systemTool"), "systemTool", "name");
                    continue;
                }
                JsonNode spec = tool.path("toolSpec");
                faults.members(spec, "toolSpec", "!name", "description", "!inputSchema", "strict");
                faults.form(spec.path("name"), "toolSpec.name", NAME);
                faults.text(spec, "toolSpec", "description");
                faults.check(names.add(spec.path("name").asText()), "toolSpec", "has a name twice");
                faults.check(
                        spec.at("/inputSchema/json/type").asText().equals("object"),
                        "toolSpec.inputSchema",
                        "is no object");
            }
            faults.check(!config.path("tools").isEmpty(), "toolConfig.tools", "is empty");
            JsonNode choice = config.path("toolChoice");
            if (!choice.isMissingNode()) {
                faults.members(choice, "toolConfig.toolChoice", "auto", "any", "tool");
                faults.check(choice.size() == 1, "toolConfig.toolChoice", "is not one: " + choice);
                faults.check(
                        !choice.has("tool")
                                || names.contains(choice.at("/tool/name").asText()),
                        "toolConfig.toolChoice",
                        "names no tool");
                faults.check(
                        !choice.has("tool") || !ModelName.is(model, "mistral|llama|gpt-oss"),
                        "toolConfig.toolChoice",
                        "names a tool, which this model does not know");
                boolean budget = body.at("/additionalModelRequestFields/thinking/type")
                        .asText()
                        .equals("enabled");
                faults.check(
                        !budget || choice.has("auto"), "toolConfig.toolChoice", "forces a tool while the model thinks");
            }
        }

        private void system(JsonNode system) {
            faults.check(system.isMissingNode() || !system.isEmpty(), "system", "is empty");
            for (JsonNode block : system) {
                faults.members(block, "system[]", "text", "cachePoint");
                faults.text(block, "system[]", "text");
            }
        }

        private void messages(JsonNode messages) {
            faults.check(messages.isArray() && !messages.isEmpty(), "messages", "is empty");
            String last = "";
            List<String> open = List.of();
            for (int i = 0; i < messages.size(); i++) {
                JsonNode message = messages.get(i);
                String place = "messages[" + i + "]";
                String role = message.path("role").asText();
                faults.members(message, place, "!role", "!content");
                faults.word(message, place, "role", "user", "assistant", "system");
                // Recorded: Claude 4.5 takes a conversation that begins otherwise.
                faults.check(
                        i > 0 || role.equals("user") || ModelName.is(model, "claude-sonnet-4-5"),
                        place,
                        "does not begin with the user");
                faults.check(!role.equals(last), place, "has the role of the one before");
                faults.check(!message.path("content").isEmpty(), place, "has no content");
                List<String> calls = new ArrayList<>();
                List<String> answered = new ArrayList<>();
                boolean text = false;
                boolean document = false;
                boolean other = false;
                for (JsonNode block : message.path("content")) {
                    block(block, place, calls, answered);
                    faults.check(
                            !other || !block.has("toolResult"), place, "has results of tools behind something else");
                    other |= !block.has("toolResult") && !block.has("cachePoint");
                    text |= block.has("text");
                    document |= block.has("document");
                }
                faults.check(!document || text, place, "has a document without a text");
                faults.check(
                        Set.copyOf(answered).equals(Set.copyOf(open)) && answered.size() == open.size(),
                        place,
                        "answers " + answered + ", called were " + open);
                open = calls;
                last = role;
            }
            faults.check(open.isEmpty(), "messages", "ends with calls that nobody answered: " + open);
            if (last.equals("assistant")) {
                JsonNode end = messages.get(messages.size() - 1).path("content");
                String text = end.path(end.size() - 1).path("text").asText("");
                faults.check(text.equals(text.stripTrailing()), "messages", "ends with white space");
                faults.check(ModelName.is(model, "claude-3|-4-5|-4-1|nova"), "messages", "ends with the assistant");
            }
        }

        private void block(JsonNode block, String place, List<String> calls, List<String> answered) {
            faults.members(
                    block,
                    place,
                    "text",
                    "image",
                    "document",
                    "audio",
                    "video",
                    "toolUse",
                    "toolResult",
                    "reasoningContent",
                    "cachePoint");
            faults.check(block.size() == 1, place, "has a block of " + block.size() + " kinds");
            // A line end alone was taken between a document and a mark (recorded).
            if (!block.path("text").asText().equals("\n")) {
                faults.text(block, place, "text");
            }
            media(block, place);
            if (block.has("toolUse")) {
                JsonNode use = block.get("toolUse");
                faults.members(use, place + ".toolUse", "!toolUseId", "!name", "!input");
                faults.form(use.path("toolUseId"), place + ".toolUseId", ids());
                faults.form(use.path("name"), place + ".toolUse.name", NAME);
                faults.check(use.path("input").isObject(), place + ".toolUse.input", "is no object");
                calls.add(use.path("toolUseId").asText());
            }
            if (block.has("toolResult")) {
                JsonNode result = block.get("toolResult");
                faults.members(result, place + ".toolResult", "!toolUseId", "!content", "status");
                faults.word(result, place + ".toolResult", "status", "success", "error");
                faults.check(
                        !result.has("status") || ModelName.is(model, "claude|nova"),
                        place + ".toolResult.status",
                        "is unknown to this model");
                faults.check(!result.path("content").isEmpty(), place + ".toolResult.content", "is empty");
                for (JsonNode one : result.path("content")) {
                    faults.members(one, place + ".toolResult.content[]", "text", "json", "image", "document");
                    faults.check(
                            !one.has("json") || one.get("json").isObject(), place + ".toolResult.json", "is no object");
                    media(one, place + ".toolResult");
                }
                answered.add(result.path("toolUseId").asText());
            }
            if (block.has("reasoningContent")) {
                JsonNode thought = block.get("reasoningContent");
                faults.members(thought, place + ".reasoningContent", "reasoningText", "redactedContent");
                faults.check(
                        !thought.has("reasoningText")
                                || thought.path("reasoningText").has("signature"),
                        place,
                        "has a thought without signature");
            }
        }

        private void media(JsonNode block, String place) {
            if (block.has("image")) {
                JsonNode image = block.get("image");
                faults.members(image, place + ".image", "!format", "!source");
                faults.word(image, place + ".image", "format", "png", "jpeg", "gif", "webp");
                String shown = MediaHeads.of(image.at("/source/bytes").asText());
                faults.check(
                        shown == null
                                || shown.equals("image/" + image.path("format").asText()),
                        place + ".image",
                        "is no " + image.path("format"));
                source(image.path("source"), place + ".image.source");
            }
            if (block.has("document")) {
                JsonNode document = block.get("document");
                faults.members(document, place + ".document", "!format", "!name", "!source", "citations");
                faults.word(
                        document,
                        place + ".document",
                        "format",
                        "pdf",
                        "csv",
                        "doc",
                        "docx",
                        "xls",
                        "xlsx",
                        "html",
                        "txt",
                        "md");
                faults.form(document.path("name"), place + ".document.name", DOCUMENT);
                source(document.path("source"), place + ".document.source");
            }
        }

        private void source(JsonNode source, String place) {
            if (source.has("bytes")) {
                faults.base64(source.get("bytes"), place + ".bytes");
            } else {
                faults.check(source.has("s3Location") || source.has("text"), place, "is " + Faults.shortened(source));
            }
        }
    }
}
