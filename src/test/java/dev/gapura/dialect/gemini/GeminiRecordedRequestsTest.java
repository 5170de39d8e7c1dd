package dev.gapura.dialect.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.JsonDifference;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Recorded requests, read into the neutral language and written again, ask for the same: nothing gets lost in the
/// middle.
class GeminiRecordedRequestsTest {
    private static final Dialect DIALECT = new GeminiDialect(RecordedAnswers.ERRORS);
    private static final Provider STUDIO = Providers.of("gemini");

    private static final String DESCRIBED =
            "keywords that Gemini does not list (`default`, `pattern`, `maxLength`) are said in the description";

    private static final String NO_USER = "a conversation that begins with the model gets a user in front";

    /// Requests that are written otherwise on purpose.
    private static final Map<String, String> EXCEPTIONS = Map.ofEntries(
            Map.entry(
                    "gemini-generate/0018-tool-call-tools-system.json",
                    "beside instructions there is one empty text; the instructions become the user's"),
            Map.entry("gemini-generate/0019-tool-result-tool-call-tools.json", NO_USER),
            Map.entry("gemini-generate/0020-tool-result-tool-call-tools.json", NO_USER),
            Map.entry("gemini-generate/0021-tool-result-tool-call-tools.json", NO_USER),
            Map.entry("gemini-generate/0022-tool-result-tool-call-tools.json", NO_USER),
            Map.entry(
                    "gemini-generate/0121-tool-result-tool-call-tools.json",
                    "an id of OpenAI's shape stands for a call that had none"),
            Map.entry("gemini-generate/0028-tool-call-tools.json", DESCRIBED),
            Map.entry("gemini-generate/0029-tool-result-cache-tools.json", DESCRIBED),
            Map.entry("gemini-generate/0049-stream-tool-result-tools-multi-turn.json", DESCRIBED),
            Map.entry("gemini-generate/0059-json-schema.json", DESCRIBED),
            Map.entry("gemini-generate/0060-stream-tool-result-tools-multi-turn.json", DESCRIBED),
            Map.entry("gemini-generate/0104-json-schema.json", DESCRIBED),
            Map.entry("gemini-generate/0107-json-schema.json", DESCRIBED),
            Map.entry("gemini-generate/0120-parallel-tools-tool-call-tools.json", DESCRIBED),
            Map.entry("gemini-generate/0130-parallel-tools-tool-call-tools.json", DESCRIBED),
            Map.entry("gemini-generate/0142-json-schema-cache.json", DESCRIBED),
            Map.entry("vertex-gemini/0012-json-schema.json", DESCRIBED),
            Map.entry("vertex-gemini/0021-json-schema.json", DESCRIBED));

    /// `/v1beta/models/gemini-2.5-flash:generateContent`, and the longer paths of Vertex AI.
    private static final Pattern PATH = Pattern.compile("/models/([^/:]+):(stream)?[gG]enerateContent");

    @Test
    void aiStudio() {
        prove("gemini-generate", STUDIO, 120);
    }

    @Test
    void vertex() {
        prove("vertex-gemini", Providers.at(PathStyle.VERTEX, STUDIO), 25);
    }

    private static void prove(String protocol, Provider provider, int atLeast) {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        int total = 0;
        for (Recording recording : Recordings.ofProtocols(protocol)) {
            Recordings.Request request = recording.request();
            if (request == null
                    || request.body() == null
                    || recording.response().status() != 200) {
                continue;
            }
            total++;
            String miss = miss(request, provider);
            if (miss != null) {
                misses.add(recording + ": " + miss);
            }
        }
        System.out.println("recorded requests " + protocol + ": " + (total - misses.size()) + " of " + total);
        EXCEPTIONS.forEach((file, reason) -> {
            if (file.startsWith(protocol)) {
                System.out.println("  " + file + ": " + reason);
            }
        });
        assertThat(misses.stream().map(miss -> miss.substring(0, miss.indexOf(": "))))
                .as(String.join("\n", misses))
                .containsExactlyInAnyOrderElementsOf(EXCEPTIONS.keySet().stream()
                        .filter(file -> file.startsWith(protocol))
                        .toList());
        assertThat(total).isGreaterThan(atLeast);
    }

    private static @Nullable String miss(Recordings.Request recorded, Provider provider) {
        Matcher path = PATH.matcher(recorded.path());
        assertThat(path.find()).as(recorded.path()).isTrue();
        ChatRequest request = RequestReader.read(parsed(recorded.body()), path.group(1), path.group(2) != null);
        Judge judge = new Judge(provider, Objects.requireNonNull(UnsupportedPolicy.parse("ignore")));
        UpstreamCall call = DIALECT.write(request, ModelProfiles.of("gemini", request.model()), judge);
        JsonNode written = JsonTree.read(call.body(), 0, call.body().length);
        return JsonDifference.of(normal(parsed(recorded.body())), normal(written));
    }

    /// A copy with the number types of this gateway's reader.
    private static JsonNode parsed(@Nullable JsonNode node) {
        return Objects.requireNonNull(JsonTree.readOrNull(String.valueOf(node)));
    }

    /// Members whose names and values are the caller's own.
    private static final Set<String> FREE = Set.of(
            "args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema", "responseSchema", "labels");

    /// One form for what has several: names in camelCase, absent for what means nothing, one content for
    /// neighbours of one role, results wrapped.
    private static JsonNode normal(JsonNode body) {
        ObjectNode out = (ObjectNode) camel(body);
        out.remove("model");
        ArrayNode contents = JsonTree.array();
        for (JsonNode content : out.path("contents")) {
            ArrayNode parts = parts(content);
            JsonNode last = contents.isEmpty() ? null : contents.get(contents.size() - 1);
            String role = content.path("role").asText("user").equals("model") ? "model" : "user";
            if (last != null && last.get("role").asText().equals(role)) {
                ((ArrayNode) last.get("parts")).addAll(parts);
            } else if (!parts.isEmpty()) {
                contents.addObject().put("role", role).set("parts", parts);
            }
        }
        out.set("contents", contents);
        for (String member : List.of("generationConfig", "toolConfig", "tools", "safetySettings")) {
            if (out.path(member).isEmpty()) {
                out.remove(member);
            }
        }
        if (out.at("/generationConfig/responseJsonSchema") instanceof ObjectNode schema) {
            schema.remove("$schema");
        }
        if (out.at("/generationConfig/thinkingConfig") instanceof ObjectNode thinking
                && thinking.has("thinkingLevel")) {
            thinking.put("thinkingLevel", thinking.get("thinkingLevel").asText().toLowerCase(Locale.ROOT));
        }
        if (out.at("/toolConfig/functionCallingConfig") instanceof ObjectNode calling && calling.has("mode")) {
            calling.put("mode", calling.get("mode").asText().toUpperCase(Locale.ROOT));
        }
        if (out.get("tools") instanceof ArrayNode tools) {
            out.set("tools", functionsFirst(tools));
        }
        out.path("tools")
                .forEach(tool -> tool.path("functionDeclarations").forEach(GeminiRecordedRequestsTest::function));
        if (out.get("systemInstruction") instanceof ObjectNode system) {
            ArrayNode parts = parts(system);
            out.remove("systemInstruction");
            if (!parts.isEmpty()) {
                out.putObject("systemInstruction").set("parts", parts);
            }
        }
        return out;
    }

    private static ArrayNode functionsFirst(ArrayNode tools) {
        ArrayNode functions = JsonTree.array();
        ArrayNode others = JsonTree.array();
        for (JsonNode tool : tools) {
            ObjectNode rest = tool.deepCopy();
            JsonNode declared = rest.remove("functionDeclarations");
            if (declared != null) {
                functions.addObject().set("functionDeclarations", declared);
            }
            if (!rest.isEmpty()) {
                others.add(rest);
            }
        }
        return functions.addAll(others);
    }

    /// Both ways to say a schema as one; none for a function without arguments.
    private static void function(JsonNode function) {
        ObjectNode one = (ObjectNode) function;
        JsonNode older = one.remove("parameters");
        if (older != null) {
            one.set("parametersJsonSchema", lowerTypes(older));
        }
        if (one.get("parametersJsonSchema") instanceof ObjectNode schema) {
            schema.remove("$schema");
            if (schema.path("properties").isEmpty()
                    && !schema.path("additionalProperties").asBoolean()) {
                one.remove("parametersJsonSchema");
            }
        }
    }

    private static JsonNode lowerTypes(JsonNode schema) {
        if (schema instanceof ArrayNode array) {
            ArrayNode out = JsonTree.array();
            array.forEach(one -> out.add(lowerTypes(one)));
            return out;
        }
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode out = JsonTree.object();
        object.properties().forEach(member -> {
            boolean type = member.getKey().equals("type") && member.getValue().isTextual();
            out.set(
                    member.getKey(),
                    type
                            ? TextNode.valueOf(member.getValue().textValue().toLowerCase(Locale.ROOT))
                            : lowerTypes(member.getValue()));
        });
        return out;
    }

    private static ArrayNode parts(JsonNode content) {
        ArrayNode out = JsonTree.array();
        JsonNode parts = content.path("parts");
        for (JsonNode part : parts.isObject() ? List.of(parts) : parts) {
            ObjectNode one = (ObjectNode) part;
            if (!one.path("thought").asBoolean() || one.has("functionCall")) {
                one.remove("thought");
            }
            boolean nothing =
                    one.path("text").isTextual() && one.path("text").asText().isEmpty();
            boolean unsigned = !one.has("thoughtSignature");
            if ((nothing || one.has("thought")) && unsigned) {
                continue;
            }
            if (one.get("functionResponse") instanceof ObjectNode result) {
                JsonNode said = result.path("response");
                if (said.size() != 1 || !(said.has("output") || said.has("error"))) {
                    result.set("response", JsonTree.object().set("output", said));
                }
            }
            out.add(one);
        }
        return out;
    }

    private static JsonNode camel(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode out = JsonTree.array();
            array.forEach(element -> out.add(camel(element)));
            return out;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode out = JsonTree.object();
        object.properties().forEach(member -> {
            Matcher humps = Pattern.compile("_([a-z])").matcher(member.getKey());
            String name = humps.replaceAll(hump -> hump.group(1).toUpperCase(Locale.ROOT));
            if (!member.getValue().isNull()) {
                out.set(name, FREE.contains(name) ? member.getValue() : camel(member.getValue()));
            }
        });
        return out;
    }
}
