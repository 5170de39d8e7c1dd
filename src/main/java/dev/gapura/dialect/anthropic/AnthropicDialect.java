package dev.gapura.dialect.anthropic;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Part;
import dev.gapura.chat.Tool;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import java.util.function.Consumer;

/// Anthropic's Messages. Stateless; any thread.
public final class AnthropicDialect implements Dialect {
    private final ErrorReader errors;

    /// @param errors reads what the provider reports inside answers
    public AnthropicDialect(ErrorReader errors) {
        this.errors = errors;
    }

    @Override
    public UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge) {
        return new RequestWriter(request, model, judge).write();
    }

    /// Turns are paused while Anthropic runs tools of its own.
    @Override
    public boolean mayPause(ChatRequest request) {
        return request.settings().containsKey("web_search_options")
                || !request.nativeFields().isEmpty()
                || request.tools().stream().anyMatch(Tool.Native.class::isInstance);
    }

    @Override
    public boolean passesUrl(Part part, Provider provider, ModelProfile model) {
        return Addresses.passed(part, provider);
    }

    @Override
    public StreamReader stream(Question question) {
        return new EventReader(question, errors);
    }

    @Override
    public void answer(Question question, byte[] body, int length, Consumer<ChatEvent> events) {
        AnswerReader.read(question, errors, body, length, events);
    }
}
