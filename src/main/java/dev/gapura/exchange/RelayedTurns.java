package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Message;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.KeptReasoning;
import dev.gapura.dialect.openai.MessageWriter;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.dialect.openai.RequestWriter;
import dev.gapura.route.Target;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Splice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// Exchanges with a provider of the client's own language whose answer is made of several calls: its answers are read
/// as events, and what later turns are asked is the client's body with what was said since put in. Stateless.
final class RelayedTurns {
    private static final byte[] AUTO = "\"auto\"".getBytes(StandardCharsets.US_ASCII);

    private RelayedTurns() {}

    /// How the answers are read as one.
    ///
    /// @param calls answers that are wanted, each by a call of its own
    /// @param reasoning what the provider wants back
    static Translation translation(Decision.Asked asked, Dialects dialects, int calls, ReturningReasoning reasoning) {
        Target target = asked.target();
        Question question = Question.plain(target.provider(), target.upstreamModel());
        boolean turns = !asked.tools().tools().isEmpty();
        Supplier<Dialect> language = !turns
                ? dialects::chat
                : () -> new Turns(
                        dialects.chat(),
                        question,
                        dialects.errors(),
                        asked.request().stream(),
                        ToolTurns.of(asked, said -> compose(asked, said, question, reasoning.kept())),
                        reasoning::tap);
        return new Translation(
                calls > 1 ? new FanOut(language, calls) : language.get(),
                question.withChoices(calls),
                Boolean.TRUE.equals(asked.request().includeUsage()),
                "chatcmpl-" + asked.requestId(),
                System.currentTimeMillis() / 1000,
                turns ? event -> {} : reasoning.tap());
    }

    private static Sequel.Next.Call compose(
            Decision.Asked asked, List<Message> said, Question question, KeptReasoning kept) {
        ChatCompletionRequest request = asked.request();
        Splice splice = new Splice(request.body(), request.length());
        ChatCompletionRequest.Member messages = request.member("messages");
        StringBuilder more = new StringBuilder();
        for (ObjectNode message : MessageWriter.write(said)) {
            more.append(',').append(JsonTree.text(message));
        }
        if (messages != null) {
            splice.insert(messages.valueEnd() - 1, more.toString().getBytes(StandardCharsets.UTF_8));
        }
        ChatCompletionRequest.Member choice = request.member("tool_choice");
        if (choice != null && !choice.isNull()) {
            JsonNode chosen = JsonTree.read(request.body(), choice.valueStart(), choice.valueEnd());
            if (!chosen.isTextual() || !chosen.textValue().equals("none")) {
                splice.replace(choice.valueStart(), choice.valueEnd(), AUTO);
            }
        }
        byte[] body = splice.apply();
        RequestWriter.Written written = RequestWriter.write(
                RequestReader.read(body, body.length, request.stream()),
                asked.target().provider(),
                asked.target().upstreamModel(),
                asked.model().rules(asked.target().provider()),
                request.stream(),
                asked.policy(),
                request.choices() > 1,
                kept);
        return new Sequel.Next.Call(written.body(), question);
    }
}
