package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AnswerSaid.Tokens;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Says an [Answer] in a provider's language, written after its documentation without the gateway's readers.
interface Speaker {
    /// The whole answer as one JSON document.
    byte[] plain(Answer answer);

    /// The same as a stream, in pieces by chance.
    byte[] stream(Answer answer, Chance chance);

    /// Whether its blocks may come in any order.
    boolean order();

    /// What of an answer a client can read.
    Traits traits();

    /// What a language has words for.
    ///
    /// @param ids of calls
    /// @param seals of thoughts
    /// @param cached tokens read from a cache
    /// @param reasoning tokens of thought
    /// @param between what stands between two thoughts where they are read as one text
    record Traits(boolean ids, boolean seals, boolean cached, boolean reasoning, String between) {}

    /// What a client has to read.
    default AnswerSaid said(Answer answer) {
        Traits traits = traits();
        List<String> seals = new ArrayList<>();
        List<String> thoughts = new ArrayList<>();
        for (Answer.Thought thought : answer.thoughts()) {
            thoughts.add(thought.text());
            if (traits.seals()) {
                seals.add(thought.seal());
            }
        }
        return new AnswerSaid(
                answer.text(),
                String.join(traits.between(), thoughts),
                seals,
                answer.calls().stream()
                        .map(call -> AnswerSaid.Call.of(
                                traits.ids() ? call.id() : null, call.name(), JsonTree.text(call.arguments())))
                        .toList(),
                answer.end("stop", "tool_calls", "length"),
                "",
                List.of(),
                new Tokens(
                        answer.prompt(),
                        answer.completion(),
                        traits.cached() ? Long.valueOf(answer.cached()) : null,
                        null,
                        traits.reasoning() ? Long.valueOf(answer.reasoning()) : null),
                null);
    }

    /// Server-sent events, with what else the standard allows among them.
    final class Events {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final Chance chance;
        private final boolean named;
        private final String end;

        /// @param named whether events are named as in their `type`
        Events(Chance chance, boolean named) {
            this.chance = chance;
            this.named = named;
            this.end = chance.once(4) ? "\r\n" : "\n";
        }

        Events send(ObjectNode event) {
            if (chance.once(9)) {
                line(": keep-alive");
                line("");
            }
            if (named) {
                line("event: " + event.path("type").asText());
            }
            return data(JsonTree.text(event));
        }

        Events data(String data) {
            line((chance.once(9) ? "data:" : "data: ") + data);
            line("");
            return this;
        }

        private void line(String line) {
            out.writeBytes((line + end).getBytes(StandardCharsets.UTF_8));
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
