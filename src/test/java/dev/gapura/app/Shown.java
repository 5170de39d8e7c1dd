package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.conformance.Feature;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.Recordings.Recording;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The features that a recorded exchange shows when it is played: those that the request asked for, by its marks, and
/// those that the answer has, by what the provider said.
final class Shown {
    private static final int GOOD = 200;

    private final Set<Feature> features = EnumSet.noneOf(Feature.class);

    private boolean called;

    private Shown() {}

    /// @param asked features by the marks of the request that the provider got
    static Set<Feature> by(Recording recording, Proof proof, Set<Feature> asked) {
        Shown shown = new Shown();
        if (recording.response().status() != GOOD) {
            return Set.of(Feature.ERRORS);
        }
        shown.features.addAll(asked);
        if (proof instanceof TranslatedProof) {
            shown.translated(proof.oracle().said(recording));
        } else {
            shown.relayed(recording);
        }
        if (!shown.called) {
            // Tools that nothing came of show little.
            shown.features.remove(Feature.TOOLS);
        }
        shown.add(Feature.SIGNATURES, proof.oracle().turn(recording).isSealed());
        return shown.features;
    }

    private void translated(List<AnswerSaid> choices) {
        add(Feature.N, choices.size() > 1);
        for (AnswerSaid said : choices) {
            add(Feature.BROKEN_STREAMS, said.failure() != null);
            add(Feature.TEXT, !said.text().isBlank());
            called |= !said.calls().isEmpty();
            add(Feature.PARALLEL_CALLS, said.calls().size() > 1);
            add(Feature.REASONING, !said.reasoning().isEmpty());
            add(Feature.REFUSAL, !said.refusal().isEmpty() || "content_filter".equals(said.finishReason()));
            add(Feature.LIMIT, "length".equals(said.finishReason()));
            add(Feature.SOURCES, !said.urls().isEmpty());
            add(Feature.USAGE, said.tokens() != null);
            AnswerSaid.Tokens tokens = said.tokens();
            add(Feature.PROMPT_CACHING, tokens != null && (positive(tokens.cached()) || positive(tokens.written())));
        }
    }

    private void relayed(Recording recording) {
        byte[] body = recording.response().rawBody();
        ChatAnswer said = recording.isStream() ? ChatAnswer.ofStream(body) : ChatAnswer.ofJson(body);
        add(Feature.BROKEN_STREAMS, said.error() != null);
        add(Feature.N, said.choices().size() > 1);
        for (ChatAnswer.Choice choice : said.choices().values()) {
            add(Feature.TEXT, !choice.text().isBlank());
            called |= !choice.calls().isEmpty();
            add(Feature.PARALLEL_CALLS, choice.calls().size() > 1);
            add(Feature.REASONING, !choice.reasoning().isEmpty());
            add(Feature.REFUSAL, !choice.refusal().isEmpty() || "content_filter".equals(choice.finishReason()));
            add(Feature.LIMIT, "length".equals(choice.finishReason()));
            add(Feature.SPOKEN_ANSWER, choice.audioId() != null);
        }
        JsonNode usage = said.usage();
        add(Feature.USAGE, usage != null);
        if (usage != null) {
            add(
                    Feature.PROMPT_CACHING,
                    usage.at("/prompt_tokens_details/cached_tokens").asLong() > 0
                            || usage.path("prompt_cache_hit_tokens").asLong() > 0);
        }
        add(Feature.SOURCES, recording.features().contains("citations"));
    }

    private void add(Feature feature, boolean shown) {
        if (shown) {
            features.add(feature);
        }
    }

    private static boolean positive(@Nullable Long tokens) {
        return tokens != null && tokens > 0;
    }
}
