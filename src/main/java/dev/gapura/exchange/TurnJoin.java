package dev.gapura.exchange;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Makes one answer of the events of several turns: it begins once and ends once, calls of the client's tools are
/// counted through, usage is the sum, and calls of tools that run here stay here. Gathers what each turn said, for the
/// request that follows it. Turns have one choice. One instance an exchange, one thread.
final class TurnJoin {
    private final Predicate<String> runsHere;
    private final boolean holdsCalls;
    private final List<ChatEvent.Reported> earlier = new ArrayList<>();

    private boolean started;
    private boolean spoke;
    /// Whether a turn went before the one under way.
    private boolean follows;
    private int clientCalls;
    private TurnSaid turn = new TurnSaid();

    /// @param runsHere whether a tool of that name runs on the gateway
    /// @param holdsCalls whether calls of the client's tools wait for the end of their turn: tools that run here
    ///     are run first
    TurnJoin(Predicate<String> runsHere, boolean holdsCalls) {
        this.runsHere = runsHere;
        this.holdsCalls = holdsCalls;
    }

    /// A turn follows; the one before is over.
    void nextTurn() {
        if (turn.usage != null) {
            earlier.add(turn.usage);
        }
        spoke |= turn.spoke;
        follows = true;
        boolean resumed = turn.paused != null;
        turn = new TurnSaid();
        turn.resumed = resumed;
    }

    /// The turn went wrong before it said anything, and the same call is made again.
    ///
    /// @return whether it told what it used
    boolean sameTurnAgain() {
        boolean told = turn.usage != null;
        if (turn.usage != null) {
            earlier.add(turn.usage);
        }
        boolean resumed = turn.resumed;
        turn = new TurnSaid();
        turn.resumed = resumed;
        return told;
    }

    /// What the turn said if something has to follow it; null where it ends the answer or is still under way.
    Sequel.@Nullable Turn due() {
        if (!turn.held) {
            return null;
        }
        List<Usage> used = new ArrayList<>();
        for (ChatEvent.Reported report : reports()) {
            used.add(report.usage());
        }
        return turn.whole(used);
    }

    /// What each turn used, as far as it was reported.
    List<ChatEvent.Reported> reports() {
        List<ChatEvent.Reported> all = new ArrayList<>(earlier);
        if (turn.usage != null) {
            all.add(turn.usage);
        }
        return all;
    }

    /// Takes the next event of the turn under way.
    ///
    /// @param client gets what is for the client
    void accept(ChatEvent event, Consumer<ChatEvent> client) {
        switch (event) {
            case ChatEvent.Started begin -> {
                if (!started) {
                    started = true;
                    client.accept(begin);
                }
            }
            case ChatEvent.Text text -> text(text, client);
            case ChatEvent.Reasoning thought -> {
                turn.thought(thought.text());
                client.accept(thought);
            }
            case ChatEvent.ReasoningBlock block -> {
                turn.block(block.block());
                client.accept(block);
            }
            case ChatEvent.ToolCallOpened opened -> opened(opened, client);
            case ChatEvent.ToolCallArguments more -> {
                CallSaid call = turn.calls.get(more.index());
                if (call != null) {
                    call.arguments.append(more.fragment());
                    if (!call.here && !holdsCalls) {
                        client.accept(new ChatEvent.ToolCallArguments(0, call.clientIndex, more.fragment()));
                    }
                }
            }
            case ChatEvent.ToolCallClosed closed -> {
                CallSaid call = turn.calls.get(closed.index());
                if (call != null && !call.here && !holdsCalls) {
                    client.accept(new ChatEvent.ToolCallClosed(0, call.clientIndex));
                }
            }
            case ChatEvent.Reported reported -> {
                turn.usage = reported;
                client.accept(Objects.requireNonNull(UsageSum.of(reports())));
            }
            case ChatEvent.Finished finished -> finished(finished, client);
            case ChatEvent.Ended ended -> {
                if (turn.finish == null) {
                    client.accept(ended);
                } else {
                    turn.held = true;
                }
            }
            case ChatEvent.Paused paused -> {
                turn.paused = paused.turn();
                turn.held = true;
            }
            case ChatEvent.Refusal refusal -> client.accept(refusal);
            case ChatEvent.Annotation annotation -> client.accept(annotation);
            case ChatEvent.Image image -> client.accept(image);
            case ChatEvent.Audio audio -> client.accept(audio);
            case ChatEvent.Logprobs logprobs -> client.accept(logprobs);
            case ChatEvent.Traced traced -> client.accept(traced);
            case ChatEvent.Failed failed -> client.accept(failed);
        }
    }

    /// The answer ends although the model would go on.
    ///
    /// @param callIds as in [Sequel.Next.Over]
    void end(FinishReason reason, Map<String, String> callIds, Consumer<ChatEvent> client) {
        for (CallSaid call : turn.calls.values()) {
            String id = callIds.get(call.opened.id());
            if (!call.here && id != null) {
                call.tell(id, client);
            }
        }
        client.accept(new ChatEvent.Finished(0, reason, null));
        client.accept(new ChatEvent.Ended());
    }

    private void text(ChatEvent.Text text, Consumer<ChatEvent> client) {
        if (spoke && !turn.spoke && !turn.resumed && !text.text().isEmpty()) {
            client.accept(new ChatEvent.Text(0, "\n\n", null));
        }
        turn.text(text);
        client.accept(text);
    }

    private void opened(ChatEvent.ToolCallOpened opened, Consumer<ChatEvent> client) {
        boolean here = runsHere.test(opened.name());
        CallSaid call = new CallSaid(opened, here, here ? -1 : clientCalls++);
        turn.calls.put(opened.index(), call);
        turn.parts.add(new Said.Calling(call));
        if (!here && !holdsCalls) {
            client.accept(new ChatEvent.ToolCallOpened(
                    0, call.clientIndex, opened.id(), opened.name(), opened.custom(), opened.signature()));
        }
    }

    private void finished(ChatEvent.Finished finished, Consumer<ChatEvent> client) {
        // A turn that was cut at its limit may have cut its arguments too: such a call is not run. Calls of the
        // client's alone wait as well where turns went before, of which the client does not know.
        boolean waits = follows && holdsCalls && !turn.calls.isEmpty();
        if (finished.reason() == FinishReason.TOOL_CALLS
                && (waits || turn.calls.values().stream().anyMatch(call -> call.here))) {
            turn.finish = finished;
        } else {
            if (holdsCalls) {
                turn.calls.values().stream()
                        .filter(call -> !call.here)
                        .forEach(call -> call.tell(call.opened.id(), client));
            }
            client.accept(finished);
        }
    }

    /// A piece of a turn in its place.
    private sealed interface Said {
        /// Text that still grows.
        record Words(StringBuilder text) implements Said {}

        /// A call whose arguments still grow.
        record Calling(CallSaid call) implements Said {}

        record Whole(Part part) implements Said {}
    }

    /// One turn while it is said.
    private static final class TurnSaid {
        private final List<Said> parts = new ArrayList<>();
        private final Map<Integer, CallSaid> calls = new TreeMap<>();
        private final StringBuilder thought = new StringBuilder();
        private ChatEvent.@Nullable Reported usage;
        private ChatEvent.@Nullable Finished finish;
        private @Nullable Message paused;
        private boolean held;
        private boolean spoke;
        private boolean resumed;

        void text(ChatEvent.Text text) {
            spoke |= !text.text().isEmpty();
            if (text.signature() != null) {
                parts.add(new Said.Whole(new Part.Text(text.text(), null, text.signature())));
            } else if (!parts.isEmpty() && parts.getLast() instanceof Said.Words words) {
                words.text().append(text.text());
            } else {
                parts.add(new Said.Words(new StringBuilder(text.text())));
            }
        }

        void thought(String text) {
            thought.append(text);
        }

        void block(Part.Reasoning block) {
            thought.setLength(0);
            parts.add(new Said.Whole(block));
        }

        Sequel.Turn whole(List<Usage> used) {
            List<Part> all = new ArrayList<>();
            List<Part.ToolCall> here = new ArrayList<>();
            List<String> client = new ArrayList<>();
            // Thought that came without a block is readable only, and stands before what it led to.
            if (!thought.isEmpty()) {
                all.add(Part.Reasoning.plain(thought.toString()));
            }
            for (Said said : parts) {
                switch (said) {
                    case Said.Words(StringBuilder words) -> {
                        if (!words.isEmpty()) {
                            all.add(Part.Text.of(words.toString()));
                        }
                    }
                    case Said.Calling(CallSaid call) -> {
                        Part.ToolCall whole = call.whole();
                        all.add(whole);
                        if (call.here) {
                            here.add(whole);
                        } else {
                            client.add(whole.id());
                        }
                    }
                    case Said.Whole(Part part) -> all.add(part);
                }
            }
            Message message = paused;
            return new Sequel.Turn(
                    message == null ? new Message(Message.Role.ASSISTANT, all, null) : message, here, client, used);
        }
    }

    private static final class CallSaid {
        private final ChatEvent.ToolCallOpened opened;
        private final boolean here;
        private final int clientIndex;
        private final StringBuilder arguments = new StringBuilder();

        CallSaid(ChatEvent.ToolCallOpened opened, boolean here, int clientIndex) {
            this.opened = opened;
            this.here = here;
            this.clientIndex = clientIndex;
        }

        /// Gives the client the whole call.
        void tell(String id, Consumer<ChatEvent> client) {
            client.accept(new ChatEvent.ToolCallOpened(
                    0, clientIndex, id, opened.name(), opened.custom(), opened.signature()));
            if (!arguments.isEmpty()) {
                client.accept(new ChatEvent.ToolCallArguments(0, clientIndex, arguments.toString()));
            }
            client.accept(new ChatEvent.ToolCallClosed(0, clientIndex));
        }

        Part.ToolCall whole() {
            return new Part.ToolCall(
                    opened.id(), opened.name(), arguments.toString(), opened.custom(), opened.signature(), null);
        }
    }
}
