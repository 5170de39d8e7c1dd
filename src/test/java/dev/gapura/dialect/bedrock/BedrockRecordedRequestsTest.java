package dev.gapura.dialect.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every recorded request of Converse that was answered comes out of the neutral language as it went in.
///
/// Not compared, because it says the same: empty lists and objects, the status of a tool that did not fail, turns of
/// one role one behind the other, white space in the text of a schema, and how much of the model's id is encoded.
class BedrockRecordedRequestsTest {
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "bedrock-converse/0092-json-schema.json",
            "additionalProperties: false is added to the schema: Bedrock documents that it wants it");

    @Test
    void everyRecordedRequestIsWrittenAgain() {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        int total = 0;
        for (Recording recording : Recordings.ofProtocols("bedrock-converse")) {
            Recordings.Request request = recording.request();
            if (request == null
                    || request.body() == null
                    || recording.response().status() != 200) {
                continue;
            }
            total++;
            String miss = miss(request);
            if (miss != null) {
                misses.add(recording + ": " + miss);
            }
        }
        System.out.println("recorded requests bedrock-converse: " + (total - misses.size()) + " of " + total);
        misses.forEach(miss -> System.out.println("  " + miss));
        assertThat(misses.stream().map(miss -> miss.substring(0, miss.indexOf(": "))))
                .containsExactlyInAnyOrderElementsOf(EXCEPTIONS.keySet());
        assertThat(total).isEqualTo(96);
    }

    private static @Nullable String miss(Recordings.Request recorded) {
        String path = recorded.path();
        String model = path.substring("/model/".length(), path.lastIndexOf('/'));
        ChatRequest request = RequestReader.read(
                parsed(Objects.requireNonNull(recorded.body())), decoded(model), path.endsWith("-stream"));
        Judge judge = new Judge(Bedrock.PROVIDER, Objects.requireNonNull(UnsupportedPolicy.parse("ignore")));
        UpstreamCall call = Bedrock.DIALECT.write(request, ModelProfiles.of("bedrock", request.model()), judge);
        if (!decoded(call.path()).equals(decoded(path))) {
            return path + " / " + call.path();
        }
        JsonNode asked = normal(parsed(recorded.body()));
        JsonNode written = normal(JsonTree.read(call.body(), 0, call.body().length));
        return asked.equals(written) ? null : asked + " / " + written;
    }

    private static String decoded(String path) {
        return URLDecoder.decode(path, StandardCharsets.UTF_8);
    }

    /// A copy with the number types of this gateway's reader.
    private static JsonNode parsed(JsonNode node) {
        return Objects.requireNonNull(JsonTree.readOrNull(node.toString()));
    }

    private static JsonNode normal(JsonNode body) {
        ObjectNode out = (ObjectNode) body;
        if (out.path("inferenceConfig") instanceof ObjectNode config
                && config.path("stopSequences").isEmpty()) {
            config.remove("stopSequences");
        }
        for (String name : List.of("inferenceConfig", "system", "additionalModelRequestFields")) {
            if (out.path(name).isEmpty()) {
                out.remove(name);
            }
        }
        ArrayNode turns = JsonTree.array();
        for (JsonNode message : out.path("messages")) {
            JsonNode last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
            if (last != null && last.get("role").equals(message.get("role"))) {
                ((ArrayNode) last.get("content")).addAll((ArrayNode) message.get("content"));
            } else {
                turns.add(message);
            }
        }
        turns.findParents("toolUseId").forEach(result -> {
            if (result.path("status").asText().equals("success") && !result.has("type")) {
                ((ObjectNode) result).remove("status");
            }
        });
        out.set("messages", turns);
        if (out.at("/outputConfig/textFormat/structure/jsonSchema") instanceof ObjectNode schema) {
            schema.set("schema", JsonTree.readOrNull(schema.path("schema").asText()));
        }
        return out;
    }
}
