package dev.gapura.dialect.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.JsonDifference;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Recorded requests of the Messages API, read into the neutral language and written again, ask for the same: nothing
/// gets lost in the middle.
class AnthropicRecordedRequestsTest {
    /// Requests that are written otherwise on purpose.
    private static final Map<String, String> EXCEPTIONS = Map.of();

    private static final Pattern VERTEX_MODEL = Pattern.compile("/models/([^/:]+):(stream)?[rR]awPredict");

    @Test
    void anthropic() {
        prove("anthropic-messages", 150, recorded -> miss(recorded, null));
    }

    /// With the same path below the project's location, and nothing of it in the body.
    @Test
    void vertex() {
        prove("vertex-anthropic", 3, recorded -> {
            Matcher path = VERTEX_MODEL.matcher(recorded.path());
            assertThat(path.find()).as(recorded.path()).isTrue();
            return miss(recorded, path.group(1));
        });
    }

    private static void prove(String protocol, int atLeast, Function<Recordings.Request, @Nullable String> proof) {
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
            String miss = proof.apply(request);
            if (miss != null) {
                misses.add(recording + ": " + miss);
            }
        }
        System.out.println("recorded requests " + protocol + ": " + (total - misses.size()) + " of " + total);
        misses.forEach(miss -> System.out.println("  " + miss));
        assertThat(misses.stream().map(miss -> miss.substring(0, miss.indexOf(": "))))
                .containsExactlyInAnyOrderElementsOf(EXCEPTIONS.keySet());
        assertThat(total).isGreaterThan(atLeast);
    }

    /// @param vertexModel model in the path; null: at Anthropic itself, where it is in the body
    private static @Nullable String miss(Recordings.Request recorded, @Nullable String vertexModel) {
        JsonNode body = Objects.requireNonNull(recorded.body());
        boolean vertex = vertexModel != null;
        ChatRequest request = RequestReader.read(parsed(body));
        if (vertex) {
            request = request.asking(vertexModel, request.stream());
        }
        Judge judge = new Judge(
                vertex
                        ? Providers.at(PathStyle.VERTEX, AnthropicRequestWriterTest.PROVIDER)
                        : AnthropicRequestWriterTest.PROVIDER,
                Objects.requireNonNull(UnsupportedPolicy.parse("ignore")));
        UpstreamCall call = AnthropicRequestWriterTest.DIALECT.write(
                request, ModelProfiles.of("anthropic", request.model()), judge);
        if (vertex && !recorded.path().endsWith(call.path())) {
            return "called " + call.path();
        }
        JsonNode written = normal(parsed(JsonTree.read(call.body(), 0, call.body().length)), vertex);
        return JsonDifference.of(normal(parsed(body), vertex), written);
    }

    /// A copy with the number types of this gateway's reader.
    private static JsonNode parsed(JsonNode node) {
        return Objects.requireNonNull(JsonTree.readOrNull(node.toString()));
    }

    /// One form for what has several: text for a list of one text, absent for what means nothing, turns of one role
    /// joined, blank text left out.
    private static JsonNode normal(JsonNode body, boolean vertex) {
        ObjectNode out = (ObjectNode) body;
        if (!vertex && !out.path("model").isTextual()) {
            out.put("model", "");
        }
        if (!out.path("stream").asBoolean()) {
            out.remove("stream");
        }
        if (out.path("tools").isEmpty()) {
            out.remove("tools");
        }
        if (out.path("tool_choice") instanceof ObjectNode choice
                && !choice.path("disable_parallel_tool_use").asBoolean()) {
            choice.remove("disable_parallel_tool_use");
        }
        if (out.remove("output_format") instanceof ObjectNode format) {
            out.putObject("output_config").set("format", format);
        }
        if (out.has("system")) {
            ArrayNode system = content(out.remove("system"));
            if (!system.isEmpty()) {
                out.set("system", system);
            }
        }
        ArrayNode turns = JsonTree.array();
        for (JsonNode message : out.path("messages")) {
            ArrayNode content = content(message.get("content"));
            JsonNode last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
            if (last != null && last.get("role").equals(message.get("role"))) {
                ((ArrayNode) last.get("content")).addAll(content);
            } else if (!content.isEmpty()) {
                turns.addObject().<ObjectNode>set("role", message.get("role")).set("content", content);
            }
        }
        out.set("messages", turns);
        for (JsonNode tool : out.path("tools")) {
            ObjectNode one = (ObjectNode) tool;
            if ("custom".equals(JsonTree.string(one, "type"))) {
                one.remove("type");
            }
            if (!one.path("strict").asBoolean()) {
                one.remove("strict");
            }
        }
        return out;
    }

    private static ArrayNode content(JsonNode content) {
        ArrayNode out = JsonTree.array();
        if (content.isTextual()) {
            if (!content.textValue().isBlank()) {
                out.addObject().put("type", "text").put("text", content.textValue());
            }
            return out;
        }
        for (JsonNode block : content) {
            ObjectNode one = (ObjectNode) block;
            if (one.path("type").asText().equals("tool_result")) {
                if (!one.path("is_error").asBoolean()) {
                    one.remove("is_error");
                }
                ArrayNode inner = one.has("content") ? content(one.get("content")) : JsonTree.array();
                one.remove("content");
                if (!inner.isEmpty()) {
                    one.set("content", inner);
                }
            }
            if (one.path("caller").path("type").asText().equals("direct")) {
                one.remove("caller");
            }
            boolean blank = one.path("type").asText().equals("text")
                    && one.path("text").asText().isBlank();
            if (!blank) {
                out.add(one);
            }
        }
        return out;
    }
}
