package dev.gapura.dialect.gemini;

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

/// Google's Gemini. Stateless; any thread.
public final class GeminiDialect implements Dialect {
    private final ErrorReader errors;

    /// @param errors reads what the provider reports inside answers
    public GeminiDialect(ErrorReader errors) {
        this.errors = errors;
    }

    @Override
    public UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge) {
        return new RequestWriter(request, model, judge).write();
    }

    @Override
    public boolean passesUrl(Part part, Provider provider, ModelProfile model) {
        return Addresses.passed(part, Surface.of(provider), model);
    }

    @Override
    public boolean mayMisspeak(ChatRequest request) {
        return !request.tools().isEmpty();
    }

    @Override
    public StreamReader stream(Question question) {
        return new FramedReader(new EventReader(question, errors));
    }

    @Override
    public void answer(Question question, byte[] body, int length, Consumer<ChatEvent> events) {
        AnswerReader.read(question, errors, body, length, events);
    }
}
