package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Stands between the reader of a dialect and the writer towards the client, and undoes what the writer of
/// the request had to do: the tool that stood in for a response format becomes text again, tool names their
/// own, free text of custom tools free again. Here, once for all dialects, a call also gets an id where its
/// provider gave none, `{}` where no argument came, an index without gaps; and a turn with calls the finish
/// reason `tool_calls`. One instance an answer, one thread.
public final class AnswerFilter implements Consumer<ChatEvent> {
    private final Question question;
    private final Consumer<ChatEvent> next;
    private final Map<Integer, Choice> choices = new HashMap<>();

    /// @param next takes the events as the client shall have them
    public AnswerFilter(Question question, Consumer<ChatEvent> next) {
        this.question = question;
        this.next = next;
    }

    @Override
    public void accept(ChatEvent event) {
        switch (event) {
            case ChatEvent.Text text -> text(text);
            case ChatEvent.ToolCallOpened opened -> opened(opened);
            case ChatEvent.ToolCallArguments arguments -> arguments(arguments);
            case ChatEvent.ToolCallClosed closed -> closed(closed.choice(), closed.index());
            case ChatEvent.Finished finished -> finished(finished);
            case ChatEvent.Started started -> next.accept(started);
            case ChatEvent.Reasoning reasoning -> next.accept(reasoning);
            case ChatEvent.ReasoningBlock block -> next.accept(block);
            case ChatEvent.Refusal refusal -> next.accept(refusal);
            case ChatEvent.Annotation annotation -> next.accept(annotation);
            case ChatEvent.Image image -> next.accept(image);
            case ChatEvent.Audio audio -> next.accept(audio);
            case ChatEvent.Logprobs logprobs -> next.accept(logprobs);
            case ChatEvent.Traced traced -> next.accept(traced);
            case ChatEvent.Reported reported -> next.accept(reported);
            case ChatEvent.Paused paused -> next.accept(paused);
            case ChatEvent.Ended ended -> next.accept(ended);
            case ChatEvent.Failed failed -> next.accept(failed);
        }
    }

    private void text(ChatEvent.Text text) {
        if (question.jsonInText()) {
            choice(text.choice()).heldText.append(text.text());
            if (text.signature() != null) {
                next.accept(new ChatEvent.Text(text.choice(), "", text.signature()));
            }
        } else {
            next.accept(text);
        }
    }

    private void opened(ChatEvent.ToolCallOpened opened) {
        Choice choice = choice(opened.choice());
        if (opened.name().equals(question.jsonTool())) {
            choice.calls.put(opened.index(), new Call(Kind.ANSWER, -1));
            return;
        }
        if (!question.callsAllowed() || (question.oneCall() && choice.callsOut > 0)) {
            choice.calls.put(opened.index(), new Call(Kind.DROPPED, -1));
            return;
        }
        String name = question.toolName(opened.name());
        boolean custom = opened.custom() || question.customTools().contains(name);
        Call call = new Call(custom && !opened.custom() ? Kind.WRAPPED : Kind.PLAIN, choice.callsOut++);
        choice.calls.put(opened.index(), call);
        next.accept(new ChatEvent.ToolCallOpened(
                opened.choice(),
                call.index,
                opened.id().isBlank() ? ToolIds.fresh() : opened.id(),
                name,
                custom,
                opened.signature()));
    }

    private void arguments(ChatEvent.ToolCallArguments arguments) {
        Choice choice = choice(arguments.choice());
        Call call = choice.calls.get(arguments.index());
        if (call == null || arguments.fragment().isEmpty()) {
            return;
        }
        call.seen = true;
        switch (call.kind) {
            case PLAIN ->
                next.accept(new ChatEvent.ToolCallArguments(arguments.choice(), call.index, arguments.fragment()));
            case ANSWER -> next.accept(new ChatEvent.Text(arguments.choice(), arguments.fragment(), null));
            case WRAPPED -> call.held.append(arguments.fragment());
            case DROPPED -> {}
        }
    }

    private void closed(int choice, int index) {
        Call call = choice(choice).calls.get(index);
        if (call == null || call.closed) {
            return;
        }
        call.closed = true;
        switch (call.kind) {
            case PLAIN -> {
                if (!call.seen) {
                    next.accept(new ChatEvent.ToolCallArguments(choice, call.index, "{}"));
                }
                next.accept(new ChatEvent.ToolCallClosed(choice, call.index));
            }
            case WRAPPED -> {
                next.accept(new ChatEvent.ToolCallArguments(choice, call.index, unwrapped(call.held.toString())));
                next.accept(new ChatEvent.ToolCallClosed(choice, call.index));
            }
            case ANSWER -> {
                if (!call.seen) {
                    next.accept(new ChatEvent.Text(choice, "{}", null));
                }
            }
            case DROPPED -> {}
        }
    }

    private static String unwrapped(String arguments) {
        JsonNode value = JsonTree.readOrNull(arguments);
        String input = value == null ? null : JsonTree.string(value, "input");
        return input == null ? arguments : input;
    }

    private void finished(ChatEvent.Finished finished) {
        Choice choice = choice(finished.choice());
        for (int index : List.copyOf(choice.calls.keySet())) {
            closed(finished.choice(), index);
        }
        if (question.jsonInText() && !choice.heldText.isEmpty()) {
            next.accept(new ChatEvent.Text(finished.choice(), JsonInText.find(choice.heldText.toString()), null));
            choice.heldText.setLength(0);
        }
        FinishReason reason = finished.reason();
        if (reason == FinishReason.STOP && choice.callsOut > 0) {
            reason = FinishReason.TOOL_CALLS;
        } else if (reason == FinishReason.TOOL_CALLS && choice.callsOut == 0) {
            reason = FinishReason.STOP;
        }
        next.accept(
                new ChatEvent.Finished(finished.choice(), reason, finished.nativeReason(), finished.stopSequence()));
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, fresh -> new Choice());
    }

    private enum Kind {
        PLAIN,
        /// Stands in for the response format.
        ANSWER,
        /// Free text in an object with one member.
        WRAPPED,
        DROPPED
    }

    private static final class Choice {
        private final Map<Integer, Call> calls = new TreeMap<>();
        private final StringBuilder heldText = new StringBuilder();
        private int callsOut;
    }

    private static final class Call {
        private final Kind kind;
        private final int index;
        private final StringBuilder held = new StringBuilder(0);
        private boolean seen;
        private boolean closed;

        Call(Kind kind, int index) {
            this.kind = kind;
            this.index = index;
        }
    }
}
