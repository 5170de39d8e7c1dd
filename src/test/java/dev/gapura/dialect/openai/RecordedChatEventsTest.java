package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.AnswerFilter;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Recorded answers of the OpenAI-shaped protocols read as events and written again, plain and as chunks: a client
/// reads
/// of both what the provider said, however the bytes are cut.
class RecordedChatEventsTest {
    private static final String[] PROTOCOLS = {
        "openai-chat", "azure-chat", "xai-chat", "groq-chat", "deepseek-chat", "openrouter-chat", "compat-chat"
    };

    private final ChatDialect dialect = new ChatDialect(new ErrorReader(InstantSource.system()));
    private final Question question = Question.plain(Providers.of("openai"), "m");

    /// What a client reads of the translated answer.
    private record Read(
            @Nullable ChatAnswer plain, @Nullable ChatAnswer chunks) {}

    @Test
    void everyGoodAnswerIsReadAsTheProviderSaidIt() {
        Recordings.assumeAvailable();
        int count = 0;
        List<String> misses = new ArrayList<>();
        for (Recording recording : Recordings.ofProtocols(PROTOCOLS)) {
            ChatAnswer said = recording.response().status() == 200 ? said(recording) : null;
            if (said == null || said.error() != null || said.choices().isEmpty() || unfinished(said) || legacy(said)) {
                continue;
            }
            count++;
            for (long seed = 0; seed < 3; seed++) {
                Read read = read(recording, seed);
                if (read.plain() == null || read.chunks() == null) {
                    misses.add(recording + ": failed");
                } else if (!same(said, read.plain()) || !same(said, read.chunks())) {
                    misses.add(recording + ": " + said.choices() + " read as "
                            + read.plain().choices() + " and "
                            + read.chunks().choices());
                }
            }
        }
        System.out.println("recordings as events: " + (count - misses.size()) + " of " + count);
        assertThat(misses).isEmpty();
        assertThat(count).isGreaterThan(400);
    }

    /// Perplexity puts an empty `delta` beside the `message` of a plain answer, which the oracle reads last.
    private static @Nullable ChatAnswer said(Recording recording) {
        if (recording.provider().equals("perplexity") && !recording.isStream()) {
            return null;
        }
        return recording.isStream()
                ? ChatAnswer.ofStream(recording.response().rawBody())
                : recording.response().body() == null
                        ? null
                        : ChatAnswer.ofJson(recording.response().rawBody());
    }

    private static boolean unfinished(ChatAnswer answer) {
        return answer.choices().values().stream()
                .anyMatch(choice ->
                        choice.finishReason() == null || choice.finishReason().equals("error"));
    }

    /// Calls of the older form have no id; they are not part of the neutral language.
    private static boolean legacy(ChatAnswer answer) {
        return answer.choices().values().stream()
                .anyMatch(choice -> choice.calls().stream().anyMatch(call -> call.id() == null));
    }

    private Read read(Recording recording, long seed) {
        byte[] bytes = recording.response().rawBody();
        AnswerWriter plain = new AnswerWriter();
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        ChunkWriter writer = new ChunkWriter(
                true, 1, "id", "m", () -> null, (data, from, to) -> chunks.write(data, from, to - from));
        AnswerFilter filter = new AnswerFilter(question, event -> {
            plain.accept(event);
            writer.write(event);
        });
        if (recording.isStream()) {
            StreamReader reader = dialect.stream(question);
            Random random = new Random(seed);
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(300));
                reader.feed(bytes, at, at + length, filter);
                at += length;
            }
            reader.end(filter);
        } else {
            dialect.answer(question, bytes, bytes.length, filter);
        }
        if (plain.failure() != null || !plain.ended()) {
            return new Read(null, null);
        }
        return new Read(ChatAnswer.ofJson(plain.write(1, "id", "m", null)), ChatAnswer.ofStream(chunks.toByteArray()));
    }

    private static boolean same(ChatAnswer said, ChatAnswer read) {
        if (!said.choices().keySet().equals(read.choices().keySet()) || !read.done()) {
            return false;
        }
        for (int index : said.choices().keySet()) {
            ChatAnswer.Choice one = said.choices().get(index);
            ChatAnswer.Choice other = read.choices().get(index);
            boolean equal = one.text().equals(other.text())
                    && one.reasoning().equals(other.reasoning())
                    && one.refusal().equals(other.refusal())
                    && one.audioTranscript().equals(other.audioTranscript())
                    && sameCalls(one, other)
                    && sameReason(one, other);
            if (!equal) {
                return false;
            }
        }
        JsonNode usage = said.usage();
        return usage == null
                || !usage.path("prompt_tokens").isNumber()
                || read.usage() != null
                        && wholePrompt(usage)
                                == read.usage().path("prompt_tokens").longValue();
    }

    /// More cached than sent means that the cached tokens were left out (recorded with Grok on Azure).
    private static long wholePrompt(JsonNode usage) {
        long prompt = usage.path("prompt_tokens").longValue();
        long cached = usage.path("prompt_tokens_details").path("cached_tokens").longValue();
        return cached > prompt ? prompt + cached : prompt;
    }

    private static boolean sameCalls(ChatAnswer.Choice one, ChatAnswer.Choice other) {
        if (one.calls().size() != other.calls().size()) {
            return false;
        }
        for (int i = 0; i < one.calls().size(); i++) {
            ChatAnswer.Call said = one.calls().get(i);
            ChatAnswer.Call read = other.calls().get(i);
            String arguments = said.arguments().isEmpty() ? "{}" : said.arguments();
            boolean equal = said.name().equals(read.name())
                    && (said.id().isBlank() || said.id().equals(read.id()))
                    && (arguments.equals(read.arguments())
                            || Objects.equals(JsonTree.readOrNull(arguments), JsonTree.readOrNull(read.arguments())));
            if (!equal) {
                return false;
            }
        }
        return true;
    }

    /// A turn with calls ends with `tool_calls`, whatever the provider called it; unknown words are `stop`.
    private static boolean sameReason(ChatAnswer.Choice one, ChatAnswer.Choice other) {
        String said = one.finishReason();
        String read = other.finishReason();
        return said.equals(read)
                || said.equals("stop")
                        && read.equals("tool_calls")
                        && !one.calls().isEmpty()
                || said.equals("tool_calls")
                        && read.equals("stop")
                        && one.calls().isEmpty()
                || !List.of("stop", "length", "tool_calls", "content_filter").contains(said);
    }
}
