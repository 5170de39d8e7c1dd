package dev.gapura.dialect;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Holds a conversation to the rule that every provider has and reports in its own way: calls of tools are answered
/// before the assistant speaks again, and an answer belongs to a call of the turn before it. Messages of the assistant
/// that follow each other are one turn, and become one message where calls would stand between. One instance a request.
public final class CallOrder {
    private final Judge judge;
    private final List<Message> out = new ArrayList<>();
    /// The client's index of each.
    private final List<Integer> numbers = new ArrayList<>();
    /// Calls of the assistant's last turn, and those of them without an answer with the path of their message.
    private final Set<String> calls = new HashSet<>();
    private final Map<String, String> open = new LinkedHashMap<>();
    /// Where a missing answer belongs.
    private int behindAnswers;

    private boolean assistantSpeaks;

    private CallOrder(Judge judge) {
        this.judge = judge;
    }

    /// The request as it is, where its calls are in order. What was said between calls and their answers goes
    /// behind them. Where answers or calls are missing the caller's policy for `messages` decides: by
    /// default it is refused; `strip` answers open calls with an error and leaves out answers without a call;
    /// `ignore` lets the provider judge.
    ///
    /// @param request with its messages one for one as the caller sent them
    /// @throws GatewayException (400) naming the message
    public static ChatRequest settle(ChatRequest request, Judge judge) {
        CallOrder order = new CallOrder(judge);
        List<Message> messages = request.messages();
        for (int index = 0; index < messages.size(); index++) {
            order.take(messages.get(index), index);
        }
        order.close();
        if (order.out.equals(messages)) {
            return request;
        }
        judge.numbered(order.numbers);
        return request.withMessages(order.out);
    }

    private void take(Message message, int index) {
        String path = "messages[" + index + "]";
        if (message.role() == Role.TOOL) {
            assistantSpeaks = false;
            List<Part> answers = new ArrayList<>(message.parts());
            answers.removeIf(part -> part instanceof Part.ToolResult result && !belongs(result, path));
            if (!answers.isEmpty()) {
                boolean theirs = answers.stream()
                        .anyMatch(part -> part instanceof Part.ToolResult result
                                && (result.callId().isEmpty() || calls.contains(result.callId())));
                int at = theirs && !calls.isEmpty() ? behindAnswers : out.size();
                if (at < out.size()) {
                    judge.report(
                            "messages",
                            Outcome.CONVERTED,
                            path,
                            "answers of tools go right behind the calls, before who spoke meanwhile");
                }
                add(at, answers.size() == message.parts().size() ? message : message.withParts(answers), index);
                behindAnswers = at + 1;
            }
            return;
        }
        boolean goesOn = assistantSpeaks;
        assistantSpeaks = message.role() == Role.ASSISTANT;
        if (assistantSpeaks) {
            if (!goesOn) {
                close();
                calls.clear();
            }
            for (Part part : message.parts()) {
                if (part instanceof Part.ToolCall call) {
                    calls.add(call.id());
                    open.put(call.id(), path + ".tool_calls");
                }
            }
        }
        if (goesOn && assistantSpeaks && !calls(out.getLast()).isEmpty()) {
            List<Part> turn = new ArrayList<>(out.getLast().parts());
            turn.addAll(message.parts());
            out.add(out.removeLast().withParts(turn));
        } else {
            add(out.size(), message, index);
        }
        behindAnswers = assistantSpeaks ? out.size() : behindAnswers;
    }

    private void add(int at, Message message, int index) {
        out.add(at, message);
        numbers.add(at, index);
    }

    private static List<Part> calls(Message message) {
        return message.parts().stream().filter(Part.ToolCall.class::isInstance).toList();
    }

    private boolean belongs(Part.ToolResult result, String path) {
        if (result.callId().isEmpty()) {
            // Some clients know no ids; the answers come in the order of the calls then.
            if (!open.isEmpty()) {
                open.remove(open.keySet().iterator().next());
            }
            return true;
        }
        open.remove(result.callId());
        return calls.contains(result.callId())
                || judge.unsupported(
                        "messages",
                        path + ".tool_call_id",
                        true,
                        "no call '" + result.callId() + "' stands in the assistant message before it");
    }

    private void close() {
        open.forEach((id, path) -> {
            boolean sent =
                    judge.unsupported("messages", path, true, "no message of role tool answers the call '" + id + "'");
            if (!sent) {
                Part missing = new Part.ToolResult(id, List.of(Part.Text.of("No result was given.")), true, null);
                add(behindAnswers, Message.of(Role.TOOL, missing), numbers.get(behindAnswers - 1));
                behindAnswers++;
            }
        });
        open.clear();
    }
}
