package dev.gapura.dialect.openai;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.util.Arrays;
import java.util.function.Consumer;

/// Chat Completions as a language to be read: for exchanges that cannot be relayed because several calls make
/// one answer. Requests are not written here but spliced out of the client's bytes ([RequestWriter]).
/// Stateless; any thread.
public final class ChatDialect implements Dialect {
    private final ErrorReader errors;

    /// @param errors reads what the provider reports inside answers
    public ChatDialect(ErrorReader errors) {
        this.errors = errors;
    }

    @Override
    public UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge) {
        throw new UnsupportedOperationException("requests of this dialect are spliced");
    }

    @Override
    public StreamReader stream(Question question) {
        return new ChatEvents(question, errors);
    }

    @Override
    public void answer(Question question, byte[] body, int length, Consumer<ChatEvent> events) {
        try {
            new ChatEvents(question, errors).whole(JsonTree.read(body, 0, length), events);
        } catch (JsonException malformed) {
            events.accept(
                    new ChatEvent.Failed(Failures.unreadable(question.providerName(), "its answer is not valid JSON")));
        } catch (RuntimeException unexpected) {
            events.accept(new ChatEvent.Failed(errors.readInStream(question.provider(), Arrays.copyOf(body, length))));
        }
    }
}
