package dev.gapura.dialect.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What real clients sent comes out of the neutral language as it went in.
///
/// Not compared, because it says the same: `stream: false`, members that are null or empty lists, content of
/// one text as a list or a string, empty text beside calls.
class CohereRecordedRequestsTest {
    @Test
    void requestsSurviveTheNeutralLanguage() {
        Recordings.assumeAvailable();
        CohereDialect dialect = new CohereDialect(new ErrorReader(InstantSource.system()));
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("cohere-chat")) {
            if (recording.request() == null || recording.request().body() == null) {
                continue;
            }
            seen++;
            byte[] sent = JsonTree.bytes(recording.request().body());
            ChatRequest request = RequestReader.read(JsonTree.read(sent, 0, sent.length));
            byte[] written = dialect.write(
                            request,
                            ModelProfiles.of("cohere", request.model()),
                            new Judge(Providers.of("cohere"), UnsupportedPolicy.DEFAULT))
                    .body();
            JsonNode wanted = normal(JsonTree.read(sent, 0, sent.length));
            JsonNode got = normal(JsonTree.read(written, 0, written.length));
            if (!wanted.equals(got)) {
                misses.add(recording.file() + "\n  sent    " + wanted + "\n  written " + got);
            }
        }
        System.out.println("recorded requests cohere-chat: " + (seen - misses.size()) + " of " + seen);
        assertThat(misses).isEmpty();
        assertThat(seen).isGreaterThanOrEqualTo(47);
    }

    private static JsonNode normal(JsonNode body) {
        ObjectNode out = body.deepCopy();
        if (!out.path("stream").asBoolean()) {
            out.remove("stream");
        }
        if (out.path("documents").isEmpty()) {
            out.remove("documents");
        }
        for (JsonNode message : out.path("messages")) {
            ObjectNode turn = (ObjectNode) message;
            if (turn.path("content") instanceof ArrayNode parts
                    && parts.size() == 1
                    && parts.get(0).path("type").asText().equals("text")) {
                turn.set("content", parts.get(0).get("text"));
            }
            List<String> empty = new ArrayList<>();
            turn.properties().forEach(member -> {
                JsonNode value = member.getValue();
                if (value.isNull() || (value.isContainerNode() && value.isEmpty())) {
                    empty.add(member.getKey());
                }
            });
            turn.remove(empty);
            if (turn.has("tool_calls") && turn.path("content").asText().isEmpty()) {
                turn.remove("content");
            }
        }
        return out;
    }
}
