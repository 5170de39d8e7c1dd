package dev.gapura.dialect.bedrock;

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

/// Amazon Bedrock's Converse. Stateless; any thread.
public final class BedrockDialect implements Dialect {
    private final ErrorReader errors;

    /// @param errors reads what the provider reports inside answers
    public BedrockDialect(ErrorReader errors) {
        this.errors = errors;
    }

    @Override
    public UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge) {
        return new RequestWriter(request, model, judge).write();
    }

    @Override
    public boolean passesUrl(Part part, Provider provider, ModelProfile model) {
        return MediaWriter.passes(part, model);
    }

    @Override
    public StreamReader stream(Question question) {
        return new EventReader(question, errors);
    }

    @Override
    public void answer(Question question, byte[] body, int length, Consumer<ChatEvent> events) {
        AnswerReader.read(question, errors, body, length, events);
    }

    @Override
    public String streamType() {
        return RequestWriter.STREAM_TYPE;
    }
}
