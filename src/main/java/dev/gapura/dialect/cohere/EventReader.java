package dev.gapura.dialect.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SseReader;
import dev.gapura.wire.JsonTree;

/// Reads a stream. Complete with `message-end`; the `[DONE]` that may follow says nothing. Positions of content
/// and of calls are counted apart. One instance a stream.
final class EventReader extends SseReader {
    private final MessageReader message = new MessageReader(this::emit);
    private boolean started;

    EventReader(Question question, ErrorReader errors) {
        super(question, errors);
    }

    @Override
    protected void event(JsonNode event) {
        int index = (int) JsonTree.number(event, "index", 0);
        JsonNode said = event.path("delta").path("message");
        switch (Members.string(event, "type")) {
            case "message-start" -> {
                if (!started) {
                    started = true;
                    emit(new ChatEvent.Started(JsonTree.string(event, "id"), null));
                }
            }
            case "content-start", "content-delta" -> {
                message.content(index, said.path("content"));
                if (event.path("logprobs").isObject()) {
                    message.logprobs(event.get("logprobs"));
                }
            }
            case "tool-plan-delta" -> message.plan(Members.string(said, "tool_plan"));
            case "tool-call-start" -> message.call(index, call(said));
            case "tool-call-delta" -> {
                if (!message.arguments(index, call(said))) {
                    emit(new ChatEvent.Failed(
                            Failures.unreadable(question.providerName(), "a part of its stream belongs to no call")));
                }
            }
            case "tool-call-end" -> message.callEnded(index);
            case "citation-start" -> citation(said.path("citations"));
            case "message-end" -> messageEnd(event.path("delta"));
            case "content-end", "citation-end", "debug" -> {}
            default -> {
                boolean unnamed = !event.has("type") && event.path("message").isTextual();
                if (unnamed || event.hasNonNull("error") || "error".equals(JsonTree.string(event, "type"))) {
                    reported(event);
                }
            }
        }
    }

    /// One call; a list of one is taken as well.
    private static JsonNode call(JsonNode said) {
        JsonNode calls = said.path("tool_calls");
        return calls.isArray() ? calls.path(0) : calls;
    }

    private void citation(JsonNode citations) {
        if (citations.isArray()) {
            citations.forEach(message::citation);
        } else {
            message.citation(citations);
        }
    }

    private void messageEnd(JsonNode delta) {
        message.end();
        ChatEvent.Reported reported = Members.usage(delta.path("usage"));
        if (reported != null) {
            emit(reported);
        }
        String reason = JsonTree.string(delta, "finish_reason");
        if (delta.hasNonNull("error")) {
            reported(delta);
        } else if (reason == null) {
            emit(new ChatEvent.Failed(Failures.cut(question.providerName())));
        } else if (Members.isGood(reason)) {
            emit(Members.finished(reason));
            emit(new ChatEvent.Ended());
        } else {
            emit(new ChatEvent.Failed(Failures.broken(question.providerName(), reason)));
        }
    }
}
