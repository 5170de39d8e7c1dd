package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Message;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.KeptReasoning;
import dev.gapura.dialect.openai.MessageWriter;
import dev.gapura.dialect.openai.RequestWriter;
import dev.gapura.route.Target;
import dev.gapura.wire.JsonTree;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// Exchanges with a provider of the client's own language whose answer is made of several calls: its answers are read
/// as events, and what later turns are asked is the client's body with what was said since put in. Stateless.
final class RelayedTurns {
    private static final JsonNode AUTO = JsonTree.textNode("auto");

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
                        ToolTurns.of(asked, new Growing(asked, question, reasoning.kept())),
                        reasoning::tap);
        return new Translation(
                calls > 1 ? new FanOut(language, calls) : language.get(),
                question.withChoices(calls),
                Boolean.TRUE.equals(asked.request().includeUsage()),
                "chatcmpl-" + asked.requestId(),
                System.currentTimeMillis() / 1000,
                turns ? event -> {} : reasoning.tap());
    }

    /// The conversation of one row of turns. What is there of it is neither read nor written again: a turn adds what
    /// was said in it.
    private static final class Growing implements Composer {
        private final Decision.Asked asked;
        private final Question question;
        private final KeptReasoning kept;
        private ChatCompletionRequest request;
        private int written;

        Growing(Decision.Asked asked, Question question, KeptReasoning kept) {
            this.asked = asked;
            this.question = question;
            this.kept = kept;
            request = asked.request();
        }

        @Override
        public Sequel.Next.Call compose(List<Message> said) {
            if (written == 0) {
                free();
            }
            // As the list `[a,b]`, of which `,a,b` is put behind what is there.
            byte[] list = JsonTree.wellFormed(
                    JsonTree.array().addAll(MessageWriter.write(said.subList(written, said.size()))));
            list[0] = ',';
            byte[] more = Arrays.copyOf(list, list.length - 1);
            written = said.size();
            ChatCompletionRequest.Member messages = Objects.requireNonNull(request.member("messages"));
            int end = messages.valueEnd() - 1;
            request = request.with(end, end, more);
            RequestWriter.Written body = RequestWriter.write(
                    request,
                    asked.target().provider(),
                    asked.target().upstreamModel(),
                    asked.model().rules(asked.target().provider()),
                    request.stream(),
                    asked.policy(),
                    request.choices() > 1,
                    kept);
            return new Sequel.Next.Call(body.body(), question);
        }

        /// The tool that the client forced was called in the first turn. What it forbade stays forbidden.
        private void free() {
            ChatCompletionRequest.Member choice = request.member("tool_choice");
            if (choice != null && !choice.isNull()) {
                JsonNode chosen = JsonTree.read(request.body(), choice.valueStart(), choice.valueEnd());
                JsonNode next = chosen.isTextual() && chosen.textValue().equals("none") ? chosen : AUTO;
                if (chosen.get("allowed_tools") instanceof ObjectNode allowed) {
                    allowed.put("mode", "auto");
                    next = chosen;
                }
                request = request.with(choice.valueStart(), choice.valueEnd(), JsonTree.bytes(next));
            }
        }
    }
}
