package dev.gapura.dialect.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Folded;
import dev.gapura.dialect.Folding.Said;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Every recorded answer means to the client what Cohere said, however its stream is cut.
class CohereRecordedAnswersTest {
    private static final ErrorReader ERRORS = new ErrorReader(InstantSource.system());
    private static final CohereDialect COHERE = new CohereDialect(ERRORS);
    private static final Question QUESTION = Question.plain(Providers.of("cohere"), "m");
    private static final int SEEDS = 6;

    private static final Map<Integer, FailureKind> KINDS =
            Map.of(404, FailureKind.PROVIDER_NOT_FOUND, 401, FailureKind.PROVIDER_AUTH);

    private static final Map<String, String> FINISH =
            Map.of("COMPLETE", "stop", "STOP_SEQUENCE", "stop", "MAX_TOKENS", "length", "TOOL_CALL", "tool_calls");

    @Test
    void answersMeanWhatWasSaid() {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("cohere-chat")) {
            if (recording.response().status() == 200) {
                seen++;
                List<String> faults = faults(recording);
                if (!faults.isEmpty()) {
                    misses.add(recording.file() + ": " + faults);
                }
            }
        }
        System.out.println("recordings cohere-chat: " + (seen - misses.size()) + " of " + seen);
        assertThat(misses).isEmpty();
        assertThat(seen).isGreaterThanOrEqualTo(47);
    }

    private static List<String> faults(Recording recording) {
        Said said = new Said();
        List<JsonNode> citations = new ArrayList<>();
        long[] usage = {-1, -1, -1};
        byte[] bytes = recording.response().rawBody();
        if (!recording.isStream()) {
            JsonNode body = Objects.requireNonNull(recording.response().body());
            JsonNode message = body.path("message");
            said.reasoning.append(message.path("tool_plan").asText(""));
            message.path("content").forEach(part -> content(part, said));
            message.path("tool_calls").forEach(call -> {
                said.names.add(call.path("function").path("name").asText());
                said.arguments.add(call.path("function").path("arguments").asText());
            });
            message.path("citations").forEach(citations::add);
            end(body, said, usage);
            return check(Folding.plain(COHERE, QUESTION, bytes), said, usage, citations);
        }
        for (JsonNode event : Folding.events(recording)) {
            JsonNode message = event.path("delta").path("message");
            switch (event.path("type").asText()) {
                case "content-start", "content-delta" -> content(message.path("content"), said);
                case "tool-plan-delta" ->
                    said.reasoning.append(message.path("tool_plan").asText());
                case "tool-call-start" -> {
                    JsonNode function = message.path("tool_calls").path("function");
                    said.names.add(function.path("name").asText());
                    said.arguments.add(function.path("arguments").asText());
                }
                case "tool-call-delta" ->
                    said.arguments.add(said.arguments.removeLast()
                            + message.path("tool_calls")
                                    .path("function")
                                    .path("arguments")
                                    .asText());
                case "citation-start" -> citations.add(message.path("citations"));
                case "message-end" -> end(event.path("delta"), said, usage);
                default -> {}
            }
        }
        List<String> faults = new ArrayList<>();
        for (int seed = -1; seed < SEEDS && faults.isEmpty(); seed++) {
            faults.addAll(check(Folding.stream(COHERE, QUESTION, bytes, seed), said, usage, citations));
        }
        return faults;
    }

    private static void content(JsonNode part, Said said) {
        said.text.append(part.path("text").asText(""));
        said.reasoning.append(part.path("thinking").asText(""));
    }

    private static void end(JsonNode holder, Said said, long[] usage) {
        said.finish = FINISH.get(holder.path("finish_reason").asText());
        JsonNode tokens = holder.path("usage").path("tokens");
        usage[0] = tokens.path("input_tokens").asLong();
        usage[1] = tokens.path("output_tokens").asLong();
        usage[2] = holder.path("usage").path("cached_tokens").asLong(-1);
    }

    private static List<String> check(Folded folded, Said said, long[] usage, List<JsonNode> citations) {
        if (folded.answer() == null) {
            return List.of("failed: " + folded.failure());
        }
        List<String> faults = Folding.differences(new TreeMap<>(Map.of(0, said)), usage, folded.answer());
        JsonNode annotations = folded.message().path("annotations");
        String text = folded.message().path("content").asText();
        int sources = 0;
        for (JsonNode citation : citations) {
            for (JsonNode source : citation.path("sources")) {
                JsonNode place = annotations.path(sources++).path("url_citation");
                String cited = text.substring(
                        place.path("start_index").asInt(),
                        place.path("end_index").asInt());
                if (!cited.equals(citation.path("text").asText())
                        || !place.path("url").asText().equals(source.path("id").asText())) {
                    faults.add("citation " + citation + " became " + place);
                }
            }
        }
        if (sources != annotations.size()) {
            faults.add(sources + " sources, " + annotations.size() + " annotations");
        }
        return faults;
    }

    @Test
    void errorsAreUnderstood() {
        Recordings.assumeAvailable();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("cohere-chat")) {
            int status = recording.response().status();
            if (status >= 400) {
                seen++;
                Failure failure = ERRORS.read(
                        Providers.of("cohere"),
                        status,
                        recording.response().headers()::get,
                        recording.response().rawBody());
                assertThat(failure.kind()).as(recording.file()).isEqualTo(KINDS.get(status));
            }
        }
        System.out.println("recorded errors cohere-chat: " + seen);
        assertThat(seen).isEqualTo(2);
    }
}
