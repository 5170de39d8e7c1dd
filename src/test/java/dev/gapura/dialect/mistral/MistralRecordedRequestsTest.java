package dev.gapura.dialect.mistral;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.ToolIds;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What real clients sent comes out of the neutral language as it went in.
///
/// Not compared, because it says the same: `stream: false` and `prefix: false`, `index` and a missing `type`
/// of calls and tools, a content list of one text (or none) for a string, an image's address in an object or
/// alone, a choice of tools where there are none.
class MistralRecordedRequestsTest {
    @Test
    void requestsSurviveTheNeutralLanguage() {
        Recordings.assumeAvailable();
        MistralDialect dialect = new MistralDialect(new ErrorReader(InstantSource.system()));
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("mistral-chat")) {
            if (recording.request() == null || recording.request().body() == null) {
                continue;
            }
            seen++;
            byte[] sent = JsonTree.bytes(recording.request().body());
            ChatRequest request = RequestReader.read(JsonTree.read(sent, 0, sent.length));
            byte[] written = dialect.write(
                            request,
                            ModelProfiles.of("mistral", request.model()),
                            new Judge(Providers.of("mistral"), UnsupportedPolicy.DEFAULT))
                    .body();
            JsonNode wanted = normal(JsonTree.read(sent, 0, sent.length));
            JsonNode got = normal(JsonTree.read(written, 0, written.length));
            if (!wanted.equals(got)) {
                misses.add(recording.file() + "\n  sent    " + wanted + "\n  written " + got);
            }
        }
        System.out.println("recorded requests mistral-chat: " + (seen - misses.size()) + " of " + seen);
        assertThat(misses).isEmpty();
        assertThat(seen).isGreaterThanOrEqualTo(70);
    }

    private static JsonNode normal(JsonNode body) {
        ObjectNode out = body.deepCopy();
        if (!out.path("stream").asBoolean()) {
            out.remove("stream");
        }
        for (JsonNode message : out.path("messages")) {
            ObjectNode turn = (ObjectNode) message;
            if (!turn.path("prefix").asBoolean()) {
                turn.remove("prefix");
            }
            if (turn.path("content") instanceof ArrayNode parts && parts.size() <= 1) {
                JsonNode only = parts.path(0);
                if (parts.isEmpty()) {
                    turn.put("content", "");
                } else if (only.path("type").asText().equals("text")) {
                    turn.set("content", only.get("text"));
                }
            }
            turn.path("content").forEach(part -> {
                if (part.path("image_url").isTextual()) {
                    ((ObjectNode) part).set("image_url", JsonTree.object().set("url", part.get("image_url")));
                }
            });
            turn.path("tool_calls").forEach(call -> id(((ObjectNode) call).without("index"), "id"));
            id(turn, "tool_call_id");
        }
        if (!out.has("tools")) {
            out.remove("tool_choice");
        }
        out.path("tools").forEach(tool -> ((ObjectNode) tool).put("type", "function"));
        return out;
    }

    /// The recordings hide some ids behind words that Mistral would refuse.
    private static void id(ObjectNode holder, String name) {
        String id = holder.path(name).asText();
        if (id.contains("REDACTED")) {
            holder.put(name, ToolIds.fit(id, Pattern.compile("[a-zA-Z0-9]{9}"), "", 9));
        }
    }
}
