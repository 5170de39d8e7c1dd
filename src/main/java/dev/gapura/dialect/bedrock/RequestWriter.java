package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.dialect.JsonWish;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SignedThoughts;
import dev.gapura.dialect.StrictSchemas;
import dev.gapura.dialect.ToolNames;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes one request of Converse or ConverseStream. The model stands in the path, whole and percent-encoded: ids of
/// inference profiles hold slashes and colons. One instance a request.
final class RequestWriter {
    static final String STREAM_TYPE = "application/vnd.amazon.eventstream";

    /// Labels of a request (`requestMetadata`): at most sixteen, of these characters. Documented only.
    private static final int MOST_LABELS = 16;

    private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]{1,256}");

    /// Converse's own members that chat requests may carry.
    private static final List<String> OWN =
            List.of("guardrailConfig", "performanceConfig", "promptVariables", "additionalModelResponseFieldPaths");

    /// Types of `serviceTier`.
    private static final Set<String> TIERS = Set.of("priority", "default", "flex", "reserved");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final ObjectNode body = JsonTree.object();
    private final ToolNames names = ToolNames.anthropic();
    private final CacheMarks marks;
    private final InferenceWriter inference;
    private final boolean thinks;

    RequestWriter(ChatRequest asked, ModelProfile model, Judge judge) {
        this.request = asked.withMessages(
                SignedThoughts.ofModel(asked.messages(), asked.model(), ReasoningFormat.BEDROCK, judge));
        this.model = model;
        this.judge = judge;
        this.marks = new CacheMarks(judge, model.can(Ability.CACHE_MARKS));
        this.inference = new InferenceWriter(this.request, model, judge);
        this.thinks = inference.thinks();
    }

    UpstreamCall write() {
        MessagesWriter conversation =
                new MessagesWriter(request.messages(), model, judge, thinks, names::sent, marks).write();
        ToolsWriter toolsWriter = new ToolsWriter(request, model, judge, thinks, names, marks);
        ArrayNode tools = toolsWriter.tools();
        JsonWish json = format(tools, conversation.system());
        conversation.settleInstructions();
        body.set("messages", conversation.turns());
        if (!conversation.system().isEmpty()) {
            body.set("system", conversation.system());
        }
        inference.write();
        if (!inference.inference().isEmpty()) {
            body.set("inferenceConfig", inference.inference());
        }
        ObjectNode choice = toolsWriter.choice(json);
        if (!tools.isEmpty()) {
            ObjectNode config = body.putObject("toolConfig");
            config.set("tools", tools);
            if (choice != null) {
                config.set("toolChoice", choice);
            }
        }
        ObjectNode additional = inference.additional();
        if (!additional.isEmpty()) {
            body.set("additionalModelRequestFields", additional);
        }
        caching(conversation, tools);
        labels();
        tier();
        for (String name : OWN) {
            if (request.setting(name) instanceof JsonNode value) {
                body.set(name, value);
            }
        }
        request.nativeFields().forEach((name, value) -> {
            if (body.get(name) instanceof ObjectNode mine && value instanceof ObjectNode more) {
                mine.setAll(more);
            } else {
                body.set(name, value);
            }
        });
        boolean streamed = streamed(tools);
        return new UpstreamCall(
                "/model/" + Provider.percentEncode(request.model()) + (streamed ? "/converse-stream" : "/converse"),
                JsonTree.wellFormed(body),
                Map.of("accept", streamed ? STREAM_TYPE : "application/json"),
                new Question(
                        judge.provider(),
                        request.model(),
                        1,
                        json.tool(),
                        json.inText(),
                        names.back(),
                        toolsWriter.customTools(),
                        toolsWriter.oneCall(),
                        toolsWriter.callsAllowed()));
    }

    /// Whether the provider is asked for a stream: some models call tools only in plain answers, which the
    /// caller then gets as a stream of one piece.
    private boolean streamed(ArrayNode tools) {
        if (request.stream() && !tools.isEmpty() && !model.can(Ability.STREAMED_TOOLS)) {
            judge.report("stream", Outcome.EMULATED, "one piece", "this model calls no tools in a stream");
            return false;
        }
        return request.stream();
    }

    /// The form of the answer: native, by a tool that must be called, or in words.
    private JsonWish format(ArrayNode tools, ArrayNode system) {
        ResponseFormat format = request.format();
        if (format == null) {
            return JsonWish.NONE;
        }
        if (format instanceof ResponseFormat.JsonSchema asked && asked.schema() != null) {
            boolean native_ = model.can(Ability.JSON_SCHEMA)
                    && (tools.isEmpty() || model.can(Ability.JSON_SCHEMA_WITH_TOOLS))
                    && !StrictSchemas.recursive(asked.schema());
            if (native_) {
                schema(asked, asked.schema());
                return JsonWish.NONE;
            }
            boolean byTool = tools.isEmpty()
                    && model.can(Ability.FORCED_TOOL)
                    && (!thinks || model.can(Ability.FORCED_TOOL_WITH_THINKING));
            if (byTool && StrictSchemas.ofObject(asked.schema())) {
                ObjectNode spec = tools.addObject().putObject("toolSpec").put("name", JsonWish.TOOL);
                spec.put("description", "Give the answer by calling this tool.")
                        .putObject("inputSchema")
                        .set("json", ToolsWriter.inputSchema(asked.schema()));
                judge.report(
                        "response_format",
                        Outcome.EMULATED,
                        "a tool",
                        "this model cannot be held to this schema otherwise");
                return JsonWish.byTool();
            }
        }
        system.addObject().put("text", JsonWish.instruction(format));
        judge.report(
                "response_format",
                Outcome.EMULATED,
                "an instruction",
                "this model has no such form of answer; it is asked in words, and the JSON is taken out of its text");
        return JsonWish.inWords();
    }

    private void schema(ResponseFormat.JsonSchema format, JsonNode schema) {
        ObjectNode text = body.putObject("outputConfig").putObject("textFormat").put("type", "json_schema");
        ObjectNode wanted = text.putObject("structure").putObject("jsonSchema");
        wanted.put("schema", JsonTree.text(StrictSchemas.strict(schema)));
        wanted.put("name", format.name().isEmpty() ? "response" : format.name());
        if (format.description() != null && !format.description().isBlank()) {
            wanted.put("description", format.description());
        }
        judge.report("response_format", Outcome.RENAMED, "outputConfig.textFormat", "Bedrock's name of it");
    }

    /// Caching of the whole prompt where the caller asks for it, and not more marks than are taken.
    private void caching(MessagesWriter conversation, ArrayNode tools) {
        List<ArrayNode> lists = new ArrayList<>();
        lists.add(tools);
        lists.addAll(conversation.lists());
        JsonNode control = request.setting("cache_control");
        boolean implicit = request.setting("prompt_cache_options") instanceof JsonNode options
                && "implicit".equals(JsonTree.string(options, "mode"));
        if (control != null || implicit) {
            marks.whole(
                    control == null ? "prompt_cache_options" : "cache_control",
                    lists.getLast(),
                    control == null ? null : JsonTree.string(control, "ttl"));
        }
        if (!implicit && request.setting("prompt_cache_options") != null) {
            judge.report(
                    "prompt_cache_options",
                    Outcome.CONVERTED,
                    "the marks of the request",
                    "Bedrock caches up to marks");
        }
        marks.limit(lists);
    }

    private void labels() {
        if (!(request.setting("metadata") instanceof ObjectNode given)) {
            return;
        }
        ObjectNode kept = JsonTree.object();
        given.properties().forEach(label -> {
            String value = label.getValue().asText();
            boolean legal = LABEL.matcher(label.getKey()).matches()
                    && (value.isEmpty() || LABEL.matcher(value).matches());
            if (legal && kept.size() < MOST_LABELS) {
                kept.set(label.getKey(), label.getValue());
            }
        });
        if (!kept.isEmpty()) {
            body.set("requestMetadata", kept);
        }
        boolean all = kept.size() == given.size();
        judge.report(
                "metadata",
                all ? Outcome.RENAMED : Outcome.CONVERTED,
                "requestMetadata",
                all
                        ? "Bedrock's name of it"
                        : "Bedrock's name of it; labels of other characters, longer than 256 or beyond " + MOST_LABELS
                                + " were left out");
    }

    private void tier() {
        String tier = request.text("service_tier");
        if (tier == null || tier.equals("auto")) {
            return;
        }
        String mapped =
                switch (tier) {
                    case "fast" -> "priority";
                    case "scale" -> "reserved";
                    default -> tier;
                };
        if (!TIERS.contains(mapped) && !judge.unsupported("service_tier", false, "Bedrock has no tier of this name")) {
            return;
        }
        body.putObject("serviceTier").put("type", mapped);
        judge.report(
                "service_tier",
                mapped.equals(tier) ? Outcome.RENAMED : Outcome.CONVERTED,
                mapped.equals(tier) ? "serviceTier" : tier + "→" + mapped,
                "Bedrock's tiers");
    }
}
