package dev.gapura.exchange;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Part;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.failure.Failure;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import dev.gapura.tools.ToolRun;
import dev.gapura.upstream.AnswerListener;
import dev.gapura.upstream.Call;
import dev.gapura.wire.Spliced;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Several answers from a provider that gives one a call: as many equal calls at once, their answers the choices of
/// one. Towards the exchange it is one call ([Call]) whose answer is read in one language ([Dialect]): it passes on
/// bytes as they come and remembers which call they belong to. The first call that fails ends them all. Usage is the
/// sum, since every call paid for its prompt. One instance an exchange, on its event loop.
final class FanOut implements Several {
    private final List<Leg> legs = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    /// Whose bytes the exchange is being given.
    private @Nullable Leg current;
    private @Nullable AnswerListener exchange;
    private boolean headPassed;
    /// Whether one of the calls has said what the answer is called.
    private boolean begun;

    private boolean over;

    /// @param dialects makes the language of one call; a call may itself be [Several]
    /// @param calls how many answers are wanted, at least two
    FanOut(Supplier<? extends Dialect> dialects, int calls) {
        for (int choice = 0; choice < calls; choice++) {
            legs.add(new Leg(choice, dialects.get()));
        }
    }

    private Dialect dialect() {
        return legs.getFirst().dialect;
    }

    @Override
    public void start(Spliced body, AnswerListener listener, Sender sender) {
        exchange = listener;
        for (Leg leg : legs) {
            if (!over) {
                leg.start(body, sender.row());
            }
        }
    }

    @Override
    public Account account() {
        int attempts = 0;
        int untold = 0;
        String stoppedBy = null;
        List<ToolRun> runs = new ArrayList<>();
        List<ChatEvent.Reported> turns = new ArrayList<>();
        for (Leg leg : legs) {
            Account one = leg.dialect instanceof Several several
                    ? several.account()
                    : new Account(1, null, List.of(), leg.usage == null ? List.of() : List.of(leg.usage), 0);
            attempts += one.attempts();
            untold += one.untold();
            stoppedBy = stoppedBy == null ? one.stoppedBy() : stoppedBy;
            runs.addAll(one.toolRuns());
            turns.addAll(one.turns());
        }
        return new Account(attempts, stoppedBy, runs, turns, untold);
    }

    @Override
    public boolean repeatable() {
        return legs.stream().allMatch(leg -> !(leg.dialect instanceof Several several) || several.repeatable());
    }

    @Override
    public boolean working() {
        return legs.stream()
                .allMatch(leg -> leg.ended || (leg.dialect instanceof Several several && several.working()));
    }

    @Override
    public void tick(long now) {
        for (Leg leg : legs) {
            if (leg.dialect instanceof Several several) {
                several.tick(now);
            }
        }
    }

    @Override
    public boolean silent() {
        return legs.stream().allMatch(Leg::silent);
    }

    @Override
    public long calledNanos() {
        long last = startNanos;
        for (Leg leg : legs) {
            if (leg.dialect instanceof Several several && several.calledNanos() - last > 0) {
                last = several.calledNanos();
            }
        }
        return last;
    }

    @Override
    public long heard() {
        return legs.stream()
                .mapToLong(leg -> leg.dialect instanceof Several several ? several.heard() : 0)
                .sum();
    }

    @Override
    public UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge) {
        return dialect().write(request, model, judge);
    }

    @Override
    public boolean passesUrl(Part part, Provider provider, ModelProfile model) {
        return dialect().passesUrl(part, provider, model);
    }

    @Override
    public String streamType() {
        return dialect().streamType();
    }

    @Override
    public StreamReader stream(Question question) {
        return new StreamReader() {
            @Override
            public void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> events) {
                Leg leg = Objects.requireNonNull(current);
                if (leg.ended) {
                    leg.reader(question).end(leg.shifted(events));
                } else {
                    leg.reader(question).feed(bytes, from, to, leg.shifted(events));
                }
            }

            @Override
            public void end(Consumer<ChatEvent> events) {
                for (Leg leg : legs) {
                    leg.reader(question).end(leg.shifted(events));
                }
            }
        };
    }

    @Override
    public void answer(Question question, byte[] body, int length, Consumer<ChatEvent> events) {
        for (Leg leg : legs) {
            leg.dialect.answer(question, leg.body.bytes(), leg.body.length(), leg.shifted(events));
        }
    }

    @Override
    public boolean connected() {
        return legs.stream().allMatch(leg -> leg.call != null && leg.call.connected());
    }

    @Override
    public boolean over() {
        return over || legs.stream().allMatch(leg -> leg.call == null || leg.call.over());
    }

    @Override
    public void pause() {
        each(Call::pause);
    }

    @Override
    public void resume() {
        each(Call::resume);
    }

    @Override
    public void cancel() {
        over = true;
        each(Call::cancel);
    }

    private void each(Consumer<Call> action) {
        for (Leg leg : legs) {
            if (leg.call != null) {
                action.accept(leg.call);
            }
        }
    }

    private void cancelOthers(Leg kept) {
        for (Leg leg : legs) {
            if (leg != kept && leg.call != null) {
                leg.call.cancel();
            }
        }
    }

    /// One of the calls, whose answer is one choice.
    private final class Leg implements AnswerListener {
        private final int choice;
        private final Dialect dialect;
        private final BodyBytes body = new BodyBytes(Relay.MAX_ANSWER_BYTES);
        private @Nullable Call call;
        private @Nullable StreamReader reader;
        private ChatEvent.@Nullable Reported usage;
        private boolean refused;
        private boolean streams;
        private boolean spoke;
        private boolean ended;
        private boolean complete;

        Leg(int choice, Dialect dialect) {
            this.choice = choice;
            this.dialect = dialect;
        }

        void start(Spliced body, Sender sender) {
            if (dialect instanceof Several several) {
                call = several;
                several.start(body, this, sender);
            } else {
                call = sender.send(body, this);
            }
        }

        boolean silent() {
            return !ended && (dialect instanceof Several several ? several.silent() : !spoke);
        }

        StreamReader reader(Question question) {
            StreamReader made = reader;
            if (made == null) {
                made = dialect.stream(question);
                reader = made;
            }
            return made;
        }

        /// The events of this call as those of its choice; only the last call ends the answer.
        Consumer<ChatEvent> shifted(Consumer<ChatEvent> events) {
            return event -> {
                spoke |= !(event instanceof ChatEvent.Started || event instanceof ChatEvent.Reported);
                switch (event) {
                    case ChatEvent.Started started -> {
                        if (!begun) {
                            begun = true;
                            events.accept(started);
                        }
                    }
                    case ChatEvent.Text text ->
                        events.accept(new ChatEvent.Text(choice, text.text(), text.signature()));
                    case ChatEvent.Reasoning thought -> events.accept(new ChatEvent.Reasoning(choice, thought.text()));
                    case ChatEvent.ReasoningBlock block ->
                        events.accept(new ChatEvent.ReasoningBlock(choice, block.block()));
                    case ChatEvent.ToolCallOpened opened ->
                        events.accept(new ChatEvent.ToolCallOpened(
                                choice,
                                opened.index(),
                                opened.id(),
                                opened.name(),
                                opened.custom(),
                                opened.signature()));
                    case ChatEvent.ToolCallArguments arguments ->
                        events.accept(new ChatEvent.ToolCallArguments(choice, arguments.index(), arguments.fragment()));
                    case ChatEvent.ToolCallClosed closed ->
                        events.accept(new ChatEvent.ToolCallClosed(choice, closed.index()));
                    case ChatEvent.Refusal refusal -> events.accept(new ChatEvent.Refusal(choice, refusal.text()));
                    case ChatEvent.Annotation annotation ->
                        events.accept(new ChatEvent.Annotation(choice, annotation.annotation()));
                    case ChatEvent.Image image -> events.accept(new ChatEvent.Image(choice, image.image()));
                    case ChatEvent.Audio audio -> events.accept(new ChatEvent.Audio(choice, audio.audio()));
                    case ChatEvent.Logprobs logprobs ->
                        events.accept(new ChatEvent.Logprobs(choice, logprobs.content()));
                    case ChatEvent.Traced traced -> events.accept(traced);
                    case ChatEvent.Reported reported -> {
                        usage = reported;
                        events.accept(Objects.requireNonNull(UsageSum.of(legs.stream()
                                .map(leg -> leg.usage)
                                .filter(Objects::nonNull)
                                .toList())));
                    }
                    case ChatEvent.Finished finished ->
                        events.accept(new ChatEvent.Finished(
                                choice, finished.reason(), finished.nativeReason(), finished.stopSequence()));
                    case ChatEvent.Paused paused -> events.accept(paused);
                    case ChatEvent.Failed failed -> events.accept(failed);
                    case ChatEvent.Ended end -> {
                        complete = true;
                        if (legs.stream().allMatch(leg -> leg.complete)) {
                            events.accept(end);
                        }
                    }
                }
            };
        }

        @Override
        public void onHead(int status, MultiMap headers) {
            if (over) {
                return;
            }
            if (status != 200) {
                refused = true;
                over = true;
                cancelOthers(this);
                listener().onHead(status, headers);
                return;
            }
            String type = headers.get("content-type");
            streams = type != null && type.toLowerCase(Locale.ROOT).startsWith(dialect.streamType());
            if (!headPassed) {
                headPassed = true;
                current = this;
                listener().onHead(status, headers);
            }
        }

        @Override
        public void onBytes(ByteBuf bytes) {
            if (refused) {
                listener().onBytes(bytes);
            } else if (!over && streams) {
                current = this;
                listener().onBytes(bytes);
            } else if (!over && !body.add(bytes)) {
                onFailure(Failures.unreadable("The provider", "its answer is too large"));
            }
        }

        @Override
        public void onEnd() {
            if (refused) {
                listener().onEnd();
                return;
            }
            if (over) {
                return;
            }
            ended = true;
            if (legs.stream().allMatch(leg -> leg.ended)) {
                current = this;
                listener().onEnd();
            } else if (streams) {
                current = this;
                listener().onBytes(Unpooled.EMPTY_BUFFER);
            }
        }

        @Override
        public void onFailure(Failure failure) {
            if (refused || !over) {
                over = true;
                cancelOthers(this);
                listener().onFailure(failure);
            }
        }

        private AnswerListener listener() {
            return Objects.requireNonNull(exchange);
        }
    }
}
