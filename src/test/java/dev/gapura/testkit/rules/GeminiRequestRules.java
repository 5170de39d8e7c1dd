package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Google's generateContent on AI Studio (`reference/providers/gemini.md`).
public final class GeminiRequestRules implements RequestRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}");
    private static final Pattern TYPE = Pattern.compile("[a-z]+/[a-zA-Z0-9.+-]+");

    /// Keywords of `parametersJsonSchema` and `responseJsonSchema`.
    private static final SchemaRules SCHEMA = new SchemaRules(
            Set.of(
                    "$id",
                    "$defs",
                    "$ref",
                    "$anchor",
                    "type",
                    "format",
                    "title",
                    "description",
                    "enum",
                    "items",
                    "prefixItems",
                    "minItems",
                    "maxItems",
                    "minimum",
                    "maximum",
                    "anyOf",
                    "oneOf",
                    "properties",
                    "additionalProperties",
                    "required",
                    "propertyOrdering"),
            Set.of(),
            Set.of(),
            false,
            true);

    /// The OpenAPI subset of `parameters` and `responseSchema`.
    private static final SchemaRules OPEN_API = new SchemaRules(
            Set.of(
                    "type",
                    "format",
                    "title",
                    "description",
                    "nullable",
                    "enum",
                    "items",
                    "minItems",
                    "maxItems",
                    "properties",
                    "required",
                    "minimum",
                    "maximum",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "anyOf",
                    "propertyOrdering",
                    "default",
                    "example",
                    "minProperties",
                    "maxProperties"),
            Set.of(),
            Set.of("enum", "date-time", "float", "double", "int32", "int64"),
            false,
            false);

    @Override
    public List<String> faults(String path, JsonNode body, String model) {
        Faults faults = new Faults();
        new Request(body, model, faults).check(path);
        return faults.list();
    }

    /// One request under test.
    private record Request(JsonNode body, String model, Faults faults) {
        private boolean third() {
            return ModelName.is(model, "gemini-3");
        }

        void check(String path) {
            String base = "/v1beta/models/" + model;
            faults.check(
                    path.equals(base + ":generateContent") || path.equals(base + ":streamGenerateContent?alt=sse"),
                    "path",
                    path);
            faults.members(
                    body,
                    "body",
                    "!contents",
                    "systemInstruction",
                    "tools",
                    "toolConfig",
                    "generationConfig",
                    "safetySettings",
                    "cachedContent",
                    "serviceTier");
            if (body.has("systemInstruction")) {
                faults.members(body.get("systemInstruction"), "body.systemInstruction", "!parts", "role");
                faults.check(!body.at("/systemInstruction/parts").isEmpty(), "body.systemInstruction", "has no parts");
                body.at("/systemInstruction/parts").forEach(part -> {
                    faults.members(part, "body.systemInstruction.parts[]", "!text");
                    faults.text(part, "body.systemInstruction.parts[]", "text");
                });
                faults.check(!ModelName.is(model, "gemma"), "body.systemInstruction", "is unknown to this model");
            }
            tools();
            config(body.path("generationConfig"));
            contents();
        }

        private void config(JsonNode config) {
            if (config.isMissingNode()) {
                return;
            }
            String place = "body.generationConfig";
            faults.members(
                    config,
                    place,
                    "temperature",
                    "topP",
                    "topK",
                    "maxOutputTokens",
                    "stopSequences",
                    "candidateCount",
                    "seed",
                    "frequencyPenalty",
                    "presencePenalty",
                    "responseLogprobs",
                    "logprobs",
                    "responseMimeType",
                    "responseJsonSchema",
                    "responseSchema",
                    "thinkingConfig",
                    "responseModalities",
                    "speechConfig",
                    "mediaResolution");
            faults.number(config, place, "temperature", "0", "2");
            faults.number(config, place, "topP", "0", "1");
            faults.whole(config, place, "topK", 1, Integer.MAX_VALUE);
            faults.whole(config, place, "maxOutputTokens", 1, 65_536);
            faults.whole(config, place, "candidateCount", 1, 8);
            faults.whole(config, place, "seed", Integer.MIN_VALUE, Integer.MAX_VALUE);
            faults.number(config, place, "frequencyPenalty", "-2", "2");
            faults.number(config, place, "presencePenalty", "-2", "2");
            faults.flag(config, place, "responseLogprobs");
            faults.whole(config, place, "logprobs", 0, 20);
            faults.check(
                    !config.has("logprobs") || config.path("responseLogprobs").asBoolean(),
                    place,
                    "has logprobs without responseLogprobs");
            faults.texts(config, place, "stopSequences", 5);
            faults.word(config, place, "responseMimeType", "text/plain", "application/json");
            faults.word(
                    config,
                    place,
                    "mediaResolution",
                    "MEDIA_RESOLUTION_LOW",
                    "MEDIA_RESOLUTION_MEDIUM",
                    "MEDIA_RESOLUTION_HIGH");
            config.path("responseModalities")
                    .forEach(one -> faults.check(
                            Set.of("TEXT", "AUDIO", "IMAGE").contains(one.asText()),
                            place + ".responseModalities",
                            "is " + one));
            boolean json = config.path("responseMimeType").asText().equals("application/json");
            faults.check(
                    json || !config.has("responseJsonSchema") && !config.has("responseSchema"),
                    place,
                    "has a schema without application/json");
            faults.check(!(json && body.has("tools")) || third(), place, "has a form of answer beside tools");
            if (config.has("responseJsonSchema")) {
                SCHEMA.check(config.get("responseJsonSchema"), place + ".responseJsonSchema", faults);
            }
            if (config.has("responseSchema")) {
                OPEN_API.check(config.get("responseSchema"), place + ".responseSchema", faults);
            }
            thinking(config.path("thinkingConfig"), place + ".thinkingConfig");
        }

        private void thinking(JsonNode thinking, String place) {
            if (thinking.isMissingNode()) {
                return;
            }
            faults.members(thinking, place, "includeThoughts", "thinkingBudget", "thinkingLevel");
            faults.flag(thinking, place, "includeThoughts");
            faults.check(ModelName.is(model, "gemini-2.5|gemini-3"), place, "is unknown to this model");
            faults.check(
                    !thinking.has("thinkingLevel") || third(), place, "has a level, which this model does not know");
            faults.check(
                    !thinking.has("thinkingBudget") || !third(), place, "has a budget, which this model does not know");
            if (ModelName.is(model, "gemini-3-pro")) {
                faults.word(thinking, place, "thinkingLevel", "low", "high");
            } else {
                faults.word(thinking, place, "thinkingLevel", "minimal", "low", "medium", "high");
            }
            long budget = thinking.path("thinkingBudget").asLong(-1);
            if (ModelName.is(model, "2.5-pro") && thinking.has("thinkingBudget")) {
                faults.check(budget == -1 || budget >= 128 && budget <= 32_768, place, "has the budget " + budget);
            } else if (ModelName.is(model, "2.5-flash-lite")) {
                faults.check(budget < 1 || budget >= 512 && budget <= 24_576, place, "has the budget " + budget);
            } else {
                faults.check(budget <= 24_576, place, "has the budget " + budget);
            }
        }

        private Set<String> functions() {
            Set<String> names = new HashSet<>();
            body.path("tools")
                    .forEach(tool -> tool.path("functionDeclarations")
                            .forEach(one -> names.add(one.path("name").asText())));
            return names;
        }

        private void tools() {
            JsonNode tools = body.path("tools");
            faults.check(tools.isMissingNode() || tools.isArray() && !tools.isEmpty(), "body.tools", "is empty");
            int holders = 0;
            Set<String> names = new HashSet<>();
            for (JsonNode tool : tools) {
                JsonNode declarations = tool.path("functionDeclarations");
                holders += declarations.isMissingNode() ? 0 : 1;
                for (JsonNode one : declarations) {
                    String place = "body.tools.functionDeclarations[" + names.size() + "]";
                    faults.members(
                            one, place, "!name", "description", "parametersJsonSchema", "parameters", "behavior");
                    faults.form(one.path("name"), place + ".name", NAME);
                    faults.check(names.add(one.path("name").asText()), place, "has a name twice");
                    if (one.has("parametersJsonSchema")) {
                        SCHEMA.check(one.get("parametersJsonSchema"), place + ".parametersJsonSchema", faults);
                    }
                    if (one.has("parameters")) {
                        OPEN_API.check(one.get("parameters"), place + ".parameters", faults);
                        faults.check(!one.at("/parameters/properties").isEmpty(), place, "has empty parameters");
                    }
                }
            }
            faults.check(holders <= 1, "body.tools", "has functions in several places");
            JsonNode config = body.path("toolConfig");
            if (config.isMissingNode()) {
                return;
            }
            faults.members(config, "body.toolConfig", "functionCallingConfig", "includeServerSideToolInvocations");
            JsonNode calling = config.path("functionCallingConfig");
            if (!calling.isMissingNode()) {
                faults.members(calling, "body.toolConfig", "!mode", "allowedFunctionNames");
                faults.word(calling, "body.toolConfig", "mode", "AUTO", "ANY", "NONE", "VALIDATED");
                faults.check(!names.isEmpty(), "body.toolConfig", "has no functions");
                faults.check(
                        !calling.has("allowedFunctionNames")
                                || calling.path("mode").asText().matches("ANY|VALIDATED"),
                        "body.toolConfig",
                        "allows names in mode " + calling.path("mode"));
                calling.path("allowedFunctionNames")
                        .forEach(name -> faults.check(
                                names.contains(name.asText()),
                                "body.toolConfig",
                                "allows " + name + ", which is none"));
            }
        }

        private void contents() {
            JsonNode contents = body.path("contents");
            faults.check(contents.isArray() && !contents.isEmpty(), "body.contents", "is empty");
            String last = "";
            List<String> open = List.of();
            for (int i = 0; i < contents.size(); i++) {
                JsonNode content = contents.get(i);
                String place = "body.contents[" + i + "]";
                String role = content.path("role").asText();
                faults.members(content, place, "!role", "!parts");
                faults.word(content, place, "role", "user", "model");
                faults.check(i > 0 || role.equals("user"), place, "does not begin with the user");
                faults.check(
                        !role.equals(last) || answers(contents.get(i - 1)), place, "has the role of the one before");
                faults.check(
                        content.path("parts").isArray()
                                && !content.path("parts").isEmpty(),
                        place,
                        "has no parts");
                List<String> calls = new ArrayList<>();
                List<String> results = new ArrayList<>();
                for (JsonNode part : content.path("parts")) {
                    part(part, place, role, calls, results);
                }
                faults.check(results.equals(open), place, "answers " + results + ", called were " + open);
                faults.check(calls.isEmpty() || role.equals("model"), place, "calls a function as " + role);
                faults.check(results.isEmpty() || role.equals("user"), place, "answers a call as " + role);
                signed(content, place, i);
                open = calls;
                last = role;
            }
            faults.check(open.isEmpty(), "body.contents", "ends with calls that nobody answered: " + open);
        }

        /// Answers of functions, with pictures of theirs, stand alone; what the user says to them comes behind.
        private static boolean answers(JsonNode content) {
            return content.at("/parts/0").has("functionResponse");
        }

        /// The first call of each step of the turn under way carries its signature.
        private void signed(JsonNode content, String place, int index) {
            if (!third() || index < turnBegins()) {
                return;
            }
            for (JsonNode part : content.path("parts")) {
                if (part.has("functionCall")) {
                    faults.check(part.has("thoughtSignature"), place, "has a call without its signature");
                    return;
                }
            }
        }

        /// Where the user spoke last, and did not only answer calls.
        private int turnBegins() {
            JsonNode contents = body.path("contents");
            for (int i = contents.size() - 1; i >= 0; i--) {
                boolean results = false;
                for (JsonNode part : contents.get(i).path("parts")) {
                    results |= part.has("functionResponse");
                }
                if (contents.get(i).path("role").asText().equals("user") && !results) {
                    return i;
                }
            }
            return 0;
        }

        private void part(JsonNode part, String place, String role, List<String> calls, List<String> results) {
            faults.members(
                    part,
                    place,
                    "text",
                    "inlineData",
                    "fileData",
                    "functionCall",
                    "functionResponse",
                    "thought",
                    "thoughtSignature",
                    "mediaResolution");
            int kinds = 0;
            for (String kind : List.of("text", "inlineData", "fileData", "functionCall", "functionResponse")) {
                kinds += part.has(kind) ? 1 : 0;
            }
            faults.check(kinds == 1, place, "has a part of " + kinds + " kinds: " + Faults.shortened(part));
            faults.text(part, place, "thoughtSignature");
            if (part.has("text")) {
                faults.check(
                        part.path("text").isTextual()
                                && (!part.path("text").asText().isEmpty() || part.has("thoughtSignature")),
                        place,
                        "has an empty text");
                faults.check(
                        !part.path("thought").asBoolean() || part.has("thoughtSignature"),
                        place,
                        "has a thought without signature");
            }
            if (part.has("inlineData")) {
                faults.members(part.get("inlineData"), place + ".inlineData", "!mimeType", "!data");
                faults.form(part.at("/inlineData/mimeType"), place + ".inlineData.mimeType", TYPE);
                faults.base64(part.at("/inlineData/data"), place + ".inlineData.data");
                faults.check(MediaHeads.fits(part.get("inlineData")), place, "is not what its media type says");
            }
            if (part.has("fileData")) {
                faults.members(part.get("fileData"), place + ".fileData", "mimeType", "!fileUri");
                faults.form(
                        part.at("/fileData/fileUri"), place + ".fileData.fileUri", Pattern.compile("(https|gs)://.+"));
            }
            if (part.has("functionCall")) {
                JsonNode call = part.get("functionCall");
                faults.members(call, place + ".functionCall", "id", "!name", "args");
                faults.form(call.path("name"), place + ".functionCall.name", NAME);
                faults.check(
                        call.path("args").isMissingNode() || call.path("args").isObject(),
                        place + ".functionCall.args",
                        "is no object");
                calls.add(call.path("name").asText());
            }
            if (part.has("functionResponse")) {
                JsonNode result = part.get("functionResponse");
                faults.members(result, place + ".functionResponse", "id", "!name", "!response", "parts");
                faults.form(result.path("name"), place + ".functionResponse.name", NAME);
                faults.check(
                        result.path("response").isObject()
                                && (result.path("response").has("output")
                                        || result.path("response").has("error")),
                        place + ".functionResponse.response",
                        "has no output and no error");
                results.add(result.path("name").asText());
            }
        }
    }
}
