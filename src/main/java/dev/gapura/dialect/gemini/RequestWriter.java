package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.dialect.JsonWish;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes one `generateContent` request. One instance a request.
final class RequestWriter {
    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final Surface surface;
    private final ToolsWriter tools;
    private final ObjectNode body = JsonTree.object();
    private final Map<String, String> headers = new LinkedHashMap<>();

    RequestWriter(ChatRequest request, ModelProfile model, Judge judge) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.surface = Surface.of(judge.provider());
        this.tools = new ToolsWriter(request, model, judge, surface);
    }

    UpstreamCall write() {
        tools.write();
        ContentsWriter conversation =
                new ContentsWriter(request.messages(), model, judge, surface, tools::name).write();
        GenerationConfigWriter config = new GenerationConfigWriter(request, model, judge, surface);
        boolean cached = cachedContent();
        ArrayNode words = JsonTree.array();
        JsonWish json = format(cached ? words : conversation.system(), config);
        conversation.settleInstructions();
        if (!words.isEmpty()) {
            conversation.say(words);
        }
        if (!conversation.system().isEmpty() && !cached) {
            body.putObject("systemInstruction").set("parts", conversation.system());
        }
        body.set("contents", conversation.contents());
        if (!cached && !tools.tools().isEmpty()) {
            body.set("tools", tools.tools());
        }
        if (!cached && !tools.config().isEmpty()) {
            body.set("toolConfig", tools.config());
            if (request.toolChoice() != null) {
                judge.report("tool_choice", Outcome.CONVERTED, "functionCallingConfig", "Gemini's words for it");
            }
        }
        ObjectNode generation = config.write(conversation.resolution());
        if (!generation.isEmpty()) {
            body.set("generationConfig", generation);
        }
        if (request.setting("safety_settings") instanceof ArrayNode safety) {
            body.set("safetySettings", safety);
            judge.report("safety_settings", Outcome.RENAMED, "safetySettings", "Gemini's name of it");
        }
        labels();
        tier();
        request.nativeFields().forEach(this::own);
        int choices = config.choices();
        return new UpstreamCall(
                surface.path(request.model(), request.stream()),
                JsonTree.wellFormed(body),
                headers,
                new Question(
                        judge.provider(),
                        request.model(),
                        choices,
                        null,
                        json.inText(),
                        tools.namesBack(),
                        tools.customTools(),
                        tools.oneCall(),
                        true));
    }

    /// The form of the answer: native, or in words where the model cannot have it now.
    ///
    /// @param system gets the words
    private JsonWish format(ArrayNode system, GenerationConfigWriter config) {
        ResponseFormat format = request.format();
        if (format == null) {
            return JsonWish.NONE;
        }
        boolean native_ = model.can(Ability.JSON_SCHEMA)
                && (tools.tools().isEmpty() || model.can(Ability.JSON_SCHEMA_WITH_TOOLS));
        if (native_) {
            config.format(format);
            judge.report(
                    "response_format",
                    Outcome.CONVERTED,
                    format instanceof ResponseFormat.JsonSchema ? "responseJsonSchema" : "responseMimeType",
                    "Gemini's name of it");
            return JsonWish.NONE;
        }
        system.addObject().put("text", JsonWish.instruction(format));
        judge.report(
                "response_format",
                Outcome.EMULATED,
                "an instruction",
                model.can(Ability.JSON_SCHEMA)
                        ? "this model has no form of answer beside tools; it is asked in words, and the JSON is taken"
                                + " out of its text"
                        : "this model has no such form of answer; it is asked in words, and the JSON is taken out of"
                                + " its text");
        return JsonWish.inWords();
    }

    /// With a stored prefix its instructions and tools are in the store, and must not be in the request.
    private boolean cachedContent() {
        String name = request.text("cached_content");
        if (name == null || name.isEmpty()) {
            return false;
        }
        body.put("cachedContent", name);
        judge.report("cached_content", Outcome.RENAMED, "cachedContent", "Gemini's name of it");
        if (request.messages().stream().anyMatch(message -> message.role().instructs())) {
            judge.report(
                    "messages",
                    Outcome.STRIPPED,
                    "instructions",
                    "those of the cached content count; Gemini refuses further ones beside it");
        }
        if (!tools.tools().isEmpty()) {
            judge.report(
                    "tools",
                    Outcome.STRIPPED,
                    null,
                    "those of the cached content count; Gemini refuses further ones beside it");
        }
        if (!tools.config().isEmpty() && request.toolChoice() != null) {
            judge.report("tool_choice", Outcome.STRIPPED, null, "that of the cached content counts");
        }
        return true;
    }

    private void labels() {
        if (surface == Surface.VERTEX && request.setting("metadata") instanceof ObjectNode metadata) {
            body.set("labels", metadata);
            judge.report("metadata", Outcome.RENAMED, "labels", "Vertex AI's name of it");
        }
    }

    /// AI Studio takes the tier in the body, Vertex in headers.
    private void tier() {
        String asked = request.text("service_tier");
        if (asked == null) {
            return;
        }
        String tier =
                switch (asked) {
                    case "flex" -> "flex";
                    case "priority", "scale", "fast" -> "priority";
                    default -> "standard";
                };
        if (surface == Surface.STUDIO) {
            body.put("serviceTier", tier);
        } else if (!tier.equals("standard")) {
            headers.put("x-vertex-ai-llm-request-type", "shared");
            headers.put("x-vertex-ai-llm-shared-request-type", tier);
        }
        judge.report("service_tier", Outcome.CONVERTED, asked + "→" + tier, "Gemini's tiers");
    }

    /// A member in Gemini's own words; those of an object that is there already are added to it.
    private void own(String name, JsonNode value) {
        if (body.get(name) instanceof ObjectNode mine && value instanceof ObjectNode more) {
            more.properties().forEach(member -> {
                if (mine.get(member.getKey()) instanceof ObjectNode inner
                        && member.getValue() instanceof ObjectNode innerMore) {
                    innerMore.properties().forEach(one -> inner.set(one.getKey(), one.getValue()));
                } else {
                    mine.set(member.getKey(), member.getValue());
                }
            });
        } else {
            body.set(name, value);
        }
    }
}
