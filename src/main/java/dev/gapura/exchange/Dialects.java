package dev.gapura.exchange;

import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.anthropic.AnthropicDialect;
import dev.gapura.dialect.bedrock.BedrockDialect;
import dev.gapura.dialect.cohere.CohereDialect;
import dev.gapura.dialect.gemini.GeminiDialect;
import dev.gapura.dialect.mistral.MistralDialect;
import dev.gapura.dialect.ollama.OllamaDialect;
import dev.gapura.dialect.openai.ChatDialect;
import dev.gapura.dialect.responses.ResponsesDialect;
import dev.gapura.provider.Provider;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The dialects that this gateway translates to, by their names: the one place where they are wired.
/// Immutable; any thread.
public final class Dialects {
    private final ErrorReader errors;
    private final Dialect chat;
    private final Map<Provider.Dialect, Dialect> byName = new EnumMap<>(Provider.Dialect.class);

    /// @param errors reads what providers report inside their answers
    public Dialects(ErrorReader errors) {
        this.errors = errors;
        chat = new ChatDialect(errors);
        byName.put(Provider.Dialect.OPENAI_RESPONSES, new ResponsesDialect(errors));
        byName.put(Provider.Dialect.ANTHROPIC, new AnthropicDialect(errors));
        byName.put(Provider.Dialect.MISTRAL, new MistralDialect(errors));
        byName.put(Provider.Dialect.COHERE, new CohereDialect(errors));
        byName.put(Provider.Dialect.OLLAMA, new OllamaDialect(errors));
        byName.put(Provider.Dialect.GEMINI, new GeminiDialect(errors));
        byName.put(Provider.Dialect.BEDROCK, new BedrockDialect(errors));
    }

    ErrorReader errors() {
        return errors;
    }

    /// Chat Completions as a language to be read.
    Dialect chat() {
        return chat;
    }

    /// The dialect of that name; null for the one that is relayed.
    public @Nullable Dialect of(Provider.Dialect name) {
        return byName.get(name);
    }
}
