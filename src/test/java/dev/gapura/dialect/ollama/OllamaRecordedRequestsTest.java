package dev.gapura.dialect.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What real clients sent comes out of the neutral language as it went in.
///
/// Not compared, because it says the same: a missing `stream` and `true`, members that are null, empty texts of
/// `format`, empty lists and objects at the top, a second `name` of a tool beside its function, the `type` of a call.
class OllamaRecordedRequestsTest {
    /// Requests that are meant to be written otherwise, and why.
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "ollama-chat/0035-json-schema-reasoning-config-tools.json",
            "a form of answer beside tools keeps the model from calling any, so it is asked for in words");

    @Test
    void requestsSurviveTheNeutralLanguage() {
        Recordings.assumeAvailable();
        OllamaDialect dialect = new OllamaDialect(new ErrorReader(InstantSource.system()));
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("ollama-chat")) {
            if (recording.request() == null || recording.request().body() == null) {
                continue;
            }
            seen++;
            byte[] sent = JsonTree.bytes(recording.request().body());
            ChatRequest request = RequestReader.read(JsonTree.read(sent, 0, sent.length));
            byte[] written = dialect.write(
                            request,
                            ModelProfiles.of("ollama", request.model()),
                            new Judge(Providers.of("ollama"), UnsupportedPolicy.DEFAULT))
                    .body();
            JsonNode wanted = normal(JsonTree.read(sent, 0, sent.length));
            JsonNode got = normal(JsonTree.read(written, 0, written.length));
            if (wanted.equals(got) == EXCEPTIONS.containsKey(recording.file())) {
                misses.add(recording.file() + "\n  sent    " + wanted + "\n  written " + got);
            }
        }
        System.out.println("recorded requests ollama-chat: " + (seen - misses.size() - EXCEPTIONS.size()) + " of "
                + seen + " " + EXCEPTIONS);
        assertThat(misses).isEmpty();
        assertThat(seen).isGreaterThanOrEqualTo(41);
    }

    private static JsonNode normal(JsonNode body) {
        ObjectNode out = body.deepCopy();
        if (!out.has("stream")) {
            out.put("stream", true);
        }
        out.remove(out.properties().stream()
                .filter(member -> isEmpty(member.getValue()))
                .map(Map.Entry::getKey)
                .toList());
        out.path("messages").forEach(message -> {
            if (message.path("tool_call_id").isNull()) {
                ((ObjectNode) message).remove("tool_call_id");
            }
            message.path("tool_calls").forEach(call -> ((ObjectNode) call).remove("type"));
        });
        out.path("tools").forEach(tool -> ((ObjectNode) tool).remove("name"));
        return out;
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isNull()
                || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.textValue().isEmpty();
    }
}
