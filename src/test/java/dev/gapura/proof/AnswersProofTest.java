package dev.gapura.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.anthropic.AnthropicDialect;
import dev.gapura.dialect.bedrock.BedrockDialect;
import dev.gapura.dialect.cohere.CohereDialect;
import dev.gapura.dialect.gemini.GeminiDialect;
import dev.gapura.dialect.mistral.MistralDialect;
import dev.gapura.dialect.ollama.OllamaDialect;
import dev.gapura.dialect.openai.ChatDialect;
import dev.gapura.dialect.responses.ResponsesDialect;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.RecordedAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Answers by chance, said in every language: a client reads of each what was meant, streamed means the same as not
/// streamed, and whatever slices the bytes come in, the events are the same.
///
/// The build takes the seeds below [#SEEDS]; `-Dproof.seed=N` takes that one alone, `-Dproof.seeds=N` the first N.
class AnswersProofTest {
    private static final int SEEDS = Integer.getInteger("proof.seeds", 150);
    private static final int[] SLICES = {1, 2, 5, 33, 200};

    private record Language(String name, Dialect dialect, Question question, Speaker speaker) {}

    private static final List<Language> LANGUAGES = List.of(
            language("anthropic", new AnthropicDialect(RecordedAnswers.ERRORS), new AnthropicSpeaker()),
            language("bedrock", new BedrockDialect(RecordedAnswers.ERRORS), new BedrockSpeaker()),
            language("gemini, events", new GeminiDialect(RecordedAnswers.ERRORS), new GeminiSpeaker(false)),
            language("gemini, an array", new GeminiDialect(RecordedAnswers.ERRORS), new GeminiSpeaker(true)),
            language("mistral", new MistralDialect(RecordedAnswers.ERRORS), new ChatSpeaker(true)),
            language("cohere", new CohereDialect(RecordedAnswers.ERRORS), new CohereSpeaker()),
            language("openai_responses", new ResponsesDialect(RecordedAnswers.ERRORS), new ResponsesSpeaker()),
            language("ollama", new OllamaDialect(RecordedAnswers.ERRORS), new OllamaSpeaker()),
            language("openai_chat", new ChatDialect(RecordedAnswers.ERRORS), new ChatSpeaker(false)));

    private static Language language(String name, Dialect dialect, Speaker speaker) {
        return new Language(name, dialect, Question.plain(Providers.of("openai"), "m"), speaker);
    }

    @TestFactory
    List<DynamicTest> everyAnswerMeansTheSameHoweverItComes() {
        return LANGUAGES.stream()
                .map(language -> DynamicTest.dynamicTest("of " + language.name(), () -> prove(language)))
                .toList();
    }

    private static void prove(Language language) {
        Integer only = Integer.getInteger("proof.seed");
        int from = only == null ? 0 : only;
        int to = only == null ? SEEDS : only + 1;
        List<String> misses = new ArrayList<>();
        for (int seed = from; seed < to; seed++) {
            String miss = miss(language, seed);
            if (miss != null) {
                misses.add("-Dproof.seed=" + seed + ": " + miss);
            }
        }
        System.out.println("answers of " + language.name() + ": " + (to - from - misses.size()) + " of " + (to - from)
                + ", seeds " + from + " to " + (to - 1));
        assertThat(misses).isEmpty();
    }

    private static @Nullable String miss(Language language, int seed) {
        Chance chance = new Chance(seed);
        Answer answer = Answer.of(chance, language.speaker().order());
        AnswerSaid meant = language.speaker().said(answer);
        RecordedAnswers.Read plain = RecordedAnswers.answer(
                language.dialect(), language.question(), language.speaker().plain(answer));
        String difference = RecordedAnswers.differences(List.of(meant), plain);
        if (difference != null) {
            return "plain: " + difference + " in " + answer;
        }
        byte[] stream = language.speaker().stream(answer, chance);
        RecordedAnswers.Read whole = read(language, stream, seed, Integer.MAX_VALUE);
        difference = RecordedAnswers.differences(List.of(meant), whole);
        if (difference != null) {
            return "streamed: " + difference + " in " + answer;
        }
        List<String> events = told(whole);
        for (int slice : SLICES) {
            List<String> sliced = told(read(language, stream, seed, slice));
            if (!sliced.equals(events)) {
                return "in slices of up to " + slice + ": " + sliced + ", not " + events;
            }
        }
        return null;
    }

    private static RecordedAnswers.Read read(Language language, byte[] stream, int seed, int slice) {
        return RecordedAnswers.stream(language.dialect(), language.question(), stream, new Random(seed), slice);
    }

    /// The events, texts that follow each other joined: where they are cut is not said.
    private static List<String> told(RecordedAnswers.Read read) {
        List<String> told = new ArrayList<>();
        for (ChatEvent event : read.events()) {
            String kind = event.getClass().getSimpleName();
            String more =
                    switch (event) {
                        case ChatEvent.Text text -> text.text();
                        case ChatEvent.Reasoning thought -> thought.text();
                        case ChatEvent.ToolCallArguments arguments -> arguments.fragment();
                        default -> event.toString();
                    };
            boolean joins = event instanceof ChatEvent.Text
                    || event instanceof ChatEvent.Reasoning
                    || event instanceof ChatEvent.ToolCallArguments;
            if (joins && !told.isEmpty() && told.getLast().startsWith(kind + " ")) {
                told.add(told.removeLast() + more);
            } else {
                told.add(kind + " " + more);
            }
        }
        return told;
    }
}
