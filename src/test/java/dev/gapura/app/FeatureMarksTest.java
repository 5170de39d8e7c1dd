package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.conformance.Feature;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The marks of features against the words by which the recordings describe themselves.
class FeatureMarksTest {
    /// Words of the recordings and the features that they mean.
    private static final Map<String, Feature> WORDS = words();

    /// Words that stand for something else: pictures stored at Anthropic, a document of Cohere's that is no
    /// PDF, and tools of Google's that read pages and files.
    private static final Set<String> OTHERS = Set.of(
            "anthropic-messages/0143-tool-result-pdf-image.json pdf",
            "anthropic-messages/0153-pdf-image-cache.json pdf",
            "anthropic-messages/0159-tool-result-pdf-image.json pdf",
            "anthropic-messages/0181-pdf-image-cache.json pdf",
            "cohere-chat/0020-tool-result-pdf-reasoning.json pdf",
            "gemini-generate/0001-web-search-tools-system.json web_search",
            "gemini-generate/0002-web-search-tools-multi-turn.json web_search",
            "gemini-generate/0003-web-search-tools-multi-turn.json web_search",
            "gemini-generate/0004-web-search-tools-multi-turn.json web_search",
            "gemini-generate/0074-stream-code-execution-web-search-server-tool-use.json web_search",
            "gemini-generate/0115-stream-web-search-tools-sampling-params.json web_search",
            "gemini-generate/0118-stream-web-search-tools-system.json web_search");

    private static Map<String, Feature> words() {
        Map<String, Feature> words = new LinkedHashMap<>();
        words.put("system", Feature.SYSTEM);
        words.put("developer_role", Feature.SYSTEM);
        words.put("tool_result", Feature.TOOL_RESULTS);
        words.put("tool_choice_required", Feature.FORCED_TOOL);
        words.put("tool_choice_named", Feature.FORCED_TOOL);
        words.put("tool_choice_any", Feature.FORCED_TOOL);
        words.put("parallel_off", Feature.ONE_CALL);
        words.put("json_schema", Feature.STRUCTURED_OUTPUT);
        words.put("json_object", Feature.JSON_OBJECT);
        words.put("reasoning_config", Feature.REASONING_WISH);
        words.put("image", Feature.IMAGES);
        words.put("pdf", Feature.PDF);
        words.put("audio", Feature.AUDIO);
        words.put("logprobs", Feature.LOG_PROBABILITIES);
        words.put("n", Feature.N);
        words.put("stop", Feature.STOP);
        words.put("web_search", Feature.WEB_SEARCH);
        return words;
    }

    @Test
    void everyMarkIsWhereTheRecordingsSayIt() {
        Recordings.assumeAvailable();
        FeatureMarks marks = new FeatureMarks();
        Map<String, Proof> protocols = Protocols.all(new Exceptions());
        List<String> misses = new ArrayList<>();
        int checked = 0;
        for (Recording recording : Recordings.ofProtocols(protocols.keySet().toArray(String[]::new))) {
            JsonNode asked = recording.asked();
            if (asked == null || recording.response().status() != 200) {
                continue;
            }
            Set<Feature> seen = marks.of(protocols.get(recording.protocol()).dialect(), asked);
            for (Map.Entry<String, Feature> word : WORDS.entrySet()) {
                String one = recording + " " + word.getKey();
                boolean said = recording.features().contains(word.getKey())
                        && !OTHERS.contains(one)
                        && !one.contains("vercel-gateway");
                checked += said ? 1 : 0;
                // In the language of OpenAI the word also stands for spoken answers.
                boolean spoken = word.getKey().equals("audio") && seen.contains(Feature.SPOKEN_ANSWER);
                if (said && !spoken && !seen.contains(word.getValue())) {
                    misses.add(one);
                }
            }
        }
        System.out.println("marks of features: " + (checked - misses.size()) + " of " + checked);
        misses.forEach(System.out::println);
        assertThat(misses).isEmpty();
    }
}
