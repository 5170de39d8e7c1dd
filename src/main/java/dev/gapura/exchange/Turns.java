package dev.gapura.exchange;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.dialect.AnswerFilter;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import dev.gapura.upstream.AnswerListener;
import dev.gapura.upstream.Call;
import dev.gapura.wire.Spliced;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The turns of one exchange: model calls one after another whose answers are one. A [Sequel] says what follows a turn.
/// One call of them is made again where the model went wrong by chance ([ChatEvent.Failed#again]) and nothing of its
/// answer went on.
///
/// Towards the exchange this is one call that goes on as long as turns follow: bytes of each are passed on as they come
/// and read by the reader of their own turn, and [TurnJoin] makes one answer of them. What did not come in bytes (an
/// answer that was collected, a failure between turns) is queued and fetched by the exchange through an empty piece. A
/// refusal of the first call reaches the exchange as it is, so that it becomes a status; a refusal of a later one is a
/// failure. One instance an exchange, on its event loop.
///
/// Longer than 400 lines because a turn and the exchange around it are one state machine: who reads a transition of the
/// one needs those of the other in sight.
final class Turns implements Several {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private final Dialect dialect;
    private final ErrorReader errors;
    private final boolean streamed;
    private final Sequel sequel;
    private final Supplier<Consumer<ChatEvent>> taps;
    private final TurnJoin join;
    private final Queue<ChatEvent> queued = new ArrayDeque<>();
    /// Calls of earlier turns whose providers said all and have not ended their answers.
    private final List<Call> trailing = new ArrayList<>();

    private Question question;
    private @Nullable AnswerListener exchange;
    private @Nullable Sender sender;
    private @Nullable Turn turn;
    private int attempts;
    private long calledNanos = System.nanoTime();
    private long heard;
    private int untold;
    private boolean askedAgain;
    private @Nullable String stoppedBy;
    private boolean headPassed;
    private boolean paused;
    private boolean working;
    private boolean over;

    /// @param dialect the provider's language
    /// @param question what the first turn is asked
    /// @param streamed whether the provider is asked for streams
    /// @param sequel says what follows a turn
    /// @param taps makes a listener for each turn, which sees its events as the client's tools know them
    Turns(
            Dialect dialect,
            Question question,
            ErrorReader errors,
            boolean streamed,
            Sequel sequel,
            Supplier<Consumer<ChatEvent>> taps) {
        this.dialect = dialect;
        this.question = question;
        this.errors = errors;
        this.streamed = streamed;
        this.sequel = sequel;
        this.taps = taps;
        this.join = new TurnJoin(sequel::runs, sequel instanceof ToolTurns);
    }

    @Override
    public void start(Spliced body, AnswerListener listener, Sender calls) {
        exchange = listener;
        sender = calls;
        call(body);
    }

    @Override
    public Account account() {
        return new Account(
                attempts,
                stoppedBy,
                sequel instanceof ToolTurns tools ? tools.runs() : List.of(),
                join.reports(),
                untold);
    }

    @Override
    public boolean repeatable() {
        return !(sequel instanceof ToolTurns tools) || tools.repeatable();
    }

    @Override
    public boolean working() {
        return working;
    }

    @Override
    public void tick(long now) {
        if (working) {
            sequel.tick(now);
        }
    }

    @Override
    public boolean silent() {
        Turn current = turn;
        return current == null || !current.spoke;
    }

    @Override
    public long calledNanos() {
        return calledNanos;
    }

    @Override
    public long heard() {
        return heard;
    }

    private void call(Spliced body) {
        working = false;
        attempts++;
        calledNanos = System.nanoTime();
        trailing.removeIf(Call::over);
        if (turn != null && turn.call != null && !turn.call.over()) {
            trailing.add(turn.call);
        }
        Turn next = new Turn(body);
        turn = next;
        next.call = Objects.requireNonNull(sender).send(body, next);
    }

    /// Goes on where the turn that just ended is not the last.
    ///
    /// @return whether it is not
    private boolean goOn(Turn ended) {
        if (ended.misspoken != null && !ended.followed && !over) {
            askAgain(ended, ended.misspoken);
            return true;
        }
        Sequel.Turn said = ended.followed ? null : join.due();
        if (over || said == null) {
            return ended.followed;
        }
        ended.followed = true;
        working = true;
        Sender calls = Objects.requireNonNull(sender);
        sequel.after(said, price -> calls.mayRun(price, account())).onComplete(this::follow);
        return true;
    }

    /// Makes the call of a turn once more.
    private void askAgain(Turn ended, ChatEvent.Failed failed) {
        Spliced body = Objects.requireNonNull(ended.request);
        ended.followed = true;
        ended.request = null;
        askedAgain = true;
        working = true;
        untold += join.sameTurnAgain() ? 0 : 1;
        if (!ended.ended && ended.call != null) {
            ended.call.cancel();
        }
        Objects.requireNonNull(sender).mayCall(body, account()).onComplete(may -> {
            if (over) {
                return;
            }
            if (may.failed()) {
                fail(failure(may.cause()));
            } else if (!may.result()) {
                fail(failed.failure());
            } else {
                call(body);
            }
        });
    }

    private void follow(AsyncResult<Sequel.Next> result) {
        if (over) {
            return;
        }
        if (result.failed()) {
            fail(failure(result.cause()));
            return;
        }
        switch (result.result()) {
            case Sequel.Next.Call next ->
                Objects.requireNonNull(sender).mayCall(next.body(), account()).onComplete(may -> callAgain(next, may));
            case Sequel.Next.Over end -> end(end);
            case Sequel.Next.Failed(Failure failure) -> fail(failure);
        }
    }

    private void callAgain(Sequel.Next.Call next, AsyncResult<Boolean> may) {
        if (over) {
            return;
        }
        if (may.failed()) {
            fail(failure(may.cause()));
        } else if (!may.result()) {
            end(new Sequel.Next.Over(FinishReason.LENGTH, "budget", Map.of()));
        } else {
            join.nextTurn();
            question = next.question();
            call(next.body());
        }
    }

    private void end(Sequel.Next.Over end) {
        working = false;
        stoppedBy = end.stoppedBy();
        join.end(end.reason(), end.callIds(), queued::add);
        deliver();
        listener().onEnd();
    }

    private static Failure failure(Throwable cause) {
        if (cause instanceof GatewayException refusal) {
            return refusal.failure();
        }
        LOG.error("a turn met a fault of the gateway", cause);
        return Failure.of(
                FailureKind.INTERNAL, "The gateway met a fault of its own; its log has more under this request id.");
    }

    private void fail(Failure failure) {
        working = false;
        over = true;
        if (headPassed) {
            queued.add(new ChatEvent.Failed(failure));
            deliver();
        } else {
            listener().onFailure(failure);
        }
    }

    /// Makes the exchange fetch what is queued.
    private void deliver() {
        if (!headPassed) {
            headPassed = true;
            listener()
                    .onHead(
                            200,
                            MultiMap.caseInsensitiveMultiMap()
                                    .add("content-type", streamed ? dialect.streamType() : "application/json"));
        }
        listener().onBytes(Unpooled.EMPTY_BUFFER);
    }

    private AnswerListener listener() {
        return Objects.requireNonNull(exchange);
    }

    @Override
    public UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge) {
        return dialect.write(request, model, judge);
    }

    @Override
    public boolean passesUrl(Part part, Provider provider, ModelProfile model) {
        return dialect.passesUrl(part, provider, model);
    }

    @Override
    public String streamType() {
        return dialect.streamType();
    }

    @Override
    public StreamReader stream(Question outer) {
        return new StreamReader() {
            @Override
            public void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> events) {
                drain(events);
                Turn current = Objects.requireNonNull(turn);
                if (to > from) {
                    current.reader().feed(bytes, from, to, current.through(events));
                } else if (current.ended) {
                    current.end(events);
                }
            }

            @Override
            public void end(Consumer<ChatEvent> events) {
                drain(events);
                Objects.requireNonNull(turn).end(events);
            }
        };
    }

    @Override
    public void answer(Question outer, byte[] body, int length, Consumer<ChatEvent> events) {
        drain(events);
    }

    private void drain(Consumer<ChatEvent> events) {
        for (ChatEvent event = queued.poll(); event != null; event = queued.poll()) {
            events.accept(event);
        }
    }

    @Override
    public boolean connected() {
        Turn current = turn;
        return attempts > 1 || (current != null && current.call != null && current.call.connected());
    }

    @Override
    public boolean over() {
        Turn current = turn;
        boolean ended = !working && current != null && current.call != null && current.call.over();
        return over || (ended && trailing.stream().allMatch(Call::over));
    }

    @Override
    public void pause() {
        paused = true;
        if (turn != null && turn.call != null) {
            turn.call.pause();
        }
    }

    @Override
    public void resume() {
        paused = false;
        if (turn != null && turn.call != null) {
            turn.call.resume();
        }
    }

    @Override
    public void cancel() {
        over = true;
        sequel.cancel();
        trailing.forEach(Call::cancel);
        if (turn != null && turn.call != null) {
            turn.call.cancel();
        }
    }

    /// One model call.
    private final class Turn implements AnswerListener {
        private final boolean first = attempts == 1;
        private final BodyBytes body = new BodyBytes(Relay.MAX_ANSWER_BYTES);
        private final Consumer<ChatEvent> tap = taps.get();
        private final Question asked = question;
        private final AnswerFilter filter = new AnswerFilter(asked, this::filtered);
        private @Nullable Call call;
        private @Nullable StreamReader reader;
        /// Where events go during a call of the reader.
        private Consumer<ChatEvent> receiver = queued::add;

        /// What was sent, until something of the answer is there or it cannot be sent again.
        private @Nullable Spliced request;
        /// How the model went wrong, where the call is to be made again.
        private ChatEvent.@Nullable Failed misspoken;

        private @Nullable MultiMap refusedWith;
        private int status;
        private boolean streams;
        private boolean spoke;
        private boolean ended;
        private boolean readToEnd;
        private boolean followed;

        Turn(Spliced sent) {
            request = askedAgain ? null : sent;
        }

        StreamReader reader() {
            StreamReader made = reader;
            if (made == null) {
                made = dialect.stream(asked);
                reader = made;
            }
            return made;
        }

        Consumer<ChatEvent> through(Consumer<ChatEvent> events) {
            receiver = events;
            return this::said;
        }

        /// Takes what the provider said.
        private void said(ChatEvent event) {
            heard++;
            if (event instanceof ChatEvent.Failed failed && failed.again() && request != null) {
                misspoken = failed;
                return;
            }
            if (!(event instanceof ChatEvent.Started || event instanceof ChatEvent.Reported)) {
                spoke = true;
                request = null;
            }
            filter.accept(event);
        }

        /// Takes a plain answer, of which nothing goes on where it has to be asked for again.
        private void plain() {
            List<ChatEvent> all = new ArrayList<>();
            dialect.answer(asked, body.bytes(), body.length(), all::add);
            boolean wrong = all.getLast() instanceof ChatEvent.Failed failed && failed.again() && request != null;
            if (wrong) {
                all.removeIf(event -> !(event instanceof ChatEvent.Reported || event instanceof ChatEvent.Failed));
            }
            through(queued::add);
            all.forEach(this::said);
        }

        private void filtered(ChatEvent event) {
            tap.accept(event);
            join.accept(event, receiver);
        }

        void end(Consumer<ChatEvent> events) {
            if (!readToEnd && streams) {
                readToEnd = true;
                reader().end(through(events));
            }
        }

        @Override
        public void onHead(int answered, MultiMap headers) {
            if (over) {
                return;
            }
            status = answered;
            if (status != 200) {
                refusedWith = headers;
                if (first) {
                    over = true;
                    listener().onHead(status, headers);
                }
                return;
            }
            if (!first && Relay.isCompressed(headers)) {
                fail(Failures.unreadable(
                        asked.providerName(), "its answer is compressed although that was not asked for"));
                return;
            }
            String type = headers.get("content-type");
            String media = type == null ? "" : type.toLowerCase(Locale.ROOT);
            boolean events = media.startsWith(dialect.streamType());
            streams = streamed && (events || media.isEmpty());
            if (streams && !headPassed) {
                headPassed = true;
                listener().onHead(status, headers);
            } else if (!streamed && events) {
                fail(Failures.unreadable(
                        asked.providerName(), "it sent an event stream although one JSON answer was asked for"));
            }
            if (paused && call != null) {
                call.pause();
            }
        }

        @Override
        public void onBytes(ByteBuf bytes) {
            if (refusedWith != null && first) {
                listener().onBytes(bytes);
            } else if (over) {
                return;
            } else if (refusedWith == null && streams) {
                if (!followed) {
                    listener().onBytes(bytes);
                    goOn(this);
                }
            } else if (!body.add(bytes) && refusedWith == null) {
                fail(Failures.unreadable(asked.providerName(), "its answer is too large"));
            }
        }

        @Override
        public void onEnd() {
            ended = true;
            if (refusedWith != null && first) {
                listener().onEnd();
            } else if (over || followed) {
                return;
            } else if (refusedWith != null) {
                fail(errors.read(asked.provider(), status, refusedWith::get, body.copy()));
            } else if (streams) {
                deliver();
                if (!goOn(this)) {
                    listener().onEnd();
                }
            } else {
                plain();
                if (!goOn(this)) {
                    deliver();
                    listener().onEnd();
                }
            }
        }

        @Override
        public void onFailure(Failure failure) {
            if (refusedWith != null && first) {
                listener().onFailure(failure);
            } else if (over || followed) {
                return;
            } else if (refusedWith != null) {
                onEnd();
            } else if (streams && failure.kind() != FailureKind.INTERNAL) {
                // The connection broke: what is complete counts, as it does when the provider just closes.
                onEnd();
            } else {
                fail(failure);
            }
        }
    }
}
