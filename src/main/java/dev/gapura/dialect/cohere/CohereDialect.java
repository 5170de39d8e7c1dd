package dev.gapura.dialect.cohere;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Part;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import java.util.function.Consumer;

/// Cohere's Chat, version 2. Stateless; any thread.
public final class CohereDialect implements Dialect {
    private final ErrorReader errors;

    /// @param errors reads what the provider reports inside answers
    public CohereDialect(ErrorReader errors) {
        this.errors = errors;
    }

    @Override
    public UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge) {
        return new RequestWriter(request, model, judge).write();
    }

    @Override
    public StreamReader stream(Question question) {
        return new EventReader(question, errors);
    }

    /// Cohere fetches pictures. It takes files as text only, which the gateway has to fetch.
    @Override
    public boolean passesUrl(Part part, Provider provider, ModelProfile model) {
        return !(part instanceof Part.File);
    }

    @Override
    public void answer(Question question, byte[] body, int length, Consumer<ChatEvent> events) {
        AnswerReader.read(question, errors, body, length, events);
    }
}
