package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import dev.gapura.dialect.AnswerStream;
import dev.gapura.dialect.openai.AnswerReader;
import dev.gapura.dialect.openai.ReasoningGatherer;
import dev.gapura.dialect.openai.StreamRelay;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.pricing.Cost;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.KeyTurns;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Verdicts;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Body;
import dev.gapura.telemetry.Capture;
import dev.gapura.telemetry.Charge;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.Notes;
import dev.gapura.telemetry.Particulars;
import dev.gapura.upstream.AnswerListener;
import dev.gapura.upstream.Attempt;
import dev.gapura.upstream.Call;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Spliced;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One exchange, from the call to the last byte: it passes bytes from provider to client, as they are or
/// translated, watches the deadlines, notices when either side leaves, and ends in exactly one of three ways:
/// a complete answer, one failure that the client is told, or a client that is gone. Then, always, it is
/// recorded.
///
/// The head of a stream is held until its first content, so that an early failure still becomes a status;
/// afterwards only an error event can tell it. Everything runs on the event loop that the client's connection
/// lives on.
///
/// Longer than 400 lines because an exchange is one state machine: who reads a transition needs the others in
/// sight.
public final class Relay implements AnswerListener, Deadlines.Watched {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /// The largest JSON answer that is held to be checked before any of it goes out. Generated images and
    /// audio come base64 inside.
    static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;
    /// An error page longer than this is cut: its beginning says what is wrong.
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    /// Bytes of role chunks and comments held back before the first content; a provider that sends more is
    /// relayed at once.
    private static final int MAX_HELD_BYTES = 16 * 1024;
    /// How long a stream whose choices are all finished may stay open for its usage and `[DONE]`.
    private static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();

    private enum Phase {
        CONNECTING,
        /// Sent; no head yet.
        WAITING,
        /// A 200 with an event stream.
        STREAM,
        /// A 200 with JSON, being collected.
        JSON,
        /// Any other status, its body being collected.
        ERROR,
        /// The client has its answer; what the provider still sends is thrown away.
        OVER
    }

    private final Loop loop;
    private final Arrival arrival;
    private final Decision.Terms terms;
    private final Provider provider;
    private final ClientAnswer client;
    private final long heartbeatNanos;
    private final long writeTimeoutNanos;
    private final long startNanos;
    /// The calls that this exchange makes where it makes more than one.
    private final @Nullable Several several;
    /// What the exchange draws on, null where nothing is limited.
    private final @Nullable Pass pass;

    private final CallLog calls = new CallLog();
    private @Nullable Call attempt;
    private Phase phase = Phase.CONNECTING;
    private @Nullable AnswerStream stream;
    private @Nullable BodyBytes collected;
    private @Nullable MultiMap errorHeaders;
    private int errorStatus;

    /// Since when the provider is at work; the gateway's own work stops its clock.
    private long waitingSinceNanos;
    private long progressSeen;
    private long lastProgressNanos;
    private long lastWriteNanos;
    private long stalledSinceNanos;
    private long stalledBytes;
    private boolean paused;
    private boolean recorded;
    private int refusedKeys;
    private long firstByteNanos = ExchangeRecord.NEVER;
    private @Nullable Usage usage;
    private @Nullable String errorCode;

    private Relay(
            Loop loop,
            Arrival arrival,
            Decision.Terms terms,
            @Nullable Pass pass,
            ClientAnswer client,
            Duration heartbeat,
            Duration writeTimeout) {
        this.loop = loop;
        this.pass = pass;
        this.arrival = arrival;
        this.terms = terms;
        this.provider = terms.target().provider();
        this.client = client;
        this.heartbeatNanos = heartbeat.toNanos();
        this.writeTimeoutNanos = writeTimeout.toNanos();
        this.several =
                terms.translation() != null && terms.translation().dialect() instanceof Several calls ? calls : null;
        this.startNanos = System.nanoTime();
        this.waitingSinceNanos = startNanos;
        this.lastProgressNanos = startNanos;
        this.lastWriteNanos = startNanos;
    }

    /// Starts the exchange. The caller tells it with [#clientGone] when the client leaves.
    ///
    /// @param headers request headers for the provider beside its own: `user-agent`, hop mark
    /// @param pass what the exchange was let in with, null where nothing limits it; ends with it
    /// @param heartbeat pause after which a quiet stream gets a comment
    /// @param writeTimeout a client that takes nothing of what waits for it for so long is gone
    public static Relay start(
            Loop loop,
            Arrival arrival,
            Decision decision,
            @Nullable Pass pass,
            ClientAnswer client,
            Map<String, String> headers,
            Duration heartbeat,
            Duration writeTimeout) {
        Decision.Terms terms = decision.terms();
        Relay relay = new Relay(loop, arrival, terms, pass, client, heartbeat, writeTimeout);
        if (pass != null) {
            pass.headers().forEach(client::header);
        }
        client.header("x-gapura-provider", relay.provider.name());
        client.header("x-gapura-model", terms.target().name());
        String verdicts = terms.verdicts();
        if (!verdicts.isEmpty()) {
            client.header(Verdicts.HEADER, Verdicts.wire(verdicts));
        }
        ToolComments comments = terms.comments();
        if (comments != null) {
            comments.to(relay::comment);
        }
        loop.deadlines().watch(relay);
        Endpoint endpoint = decision.endpoint();
        KeyTurns turns = relay.provider.turns();
        Several.Sender sender = turns == null || turns.credentials().size() == 1
                ? (body, listener) -> relay.call(endpoint, body, headers, listener)
                : (body, listener) -> new KeyedCall(
                        turns,
                        (credential, sent, hears) -> relay.call(endpoint, sent, relay.with(credential, headers), hears),
                        body,
                        listener,
                        relay::calledAgain);
        Several several = relay.several;
        if (several == null) {
            relay.attempt = sender.send(decision.body(), relay);
        } else {
            relay.attempt = several;
            several.start(
                    decision.body(),
                    relay,
                    pass != null && pass.reserves() ? new PaidCalls(sender, pass, terms) : sender);
        }
        return relay;
    }

    /// Makes one attempt, and has it written down.
    private Call call(Endpoint endpoint, Spliced body, Map<String, String> headers, AnswerListener listener) {
        Capture capture = arrival.notes().capture();
        AnswerListener hears = listener;
        if (capture != null) {
            capture.sent(new Body(body.beginning(capture.most()), body.length()));
            hears = new Overheard(capture, terms.translation() != null, listener);
        }
        Attempt made = loop.upstream().send(provider, endpoint, () -> buffer(body), headers, hears);
        calls.add(made.course());
        return made;
    }

    private Map<String, String> with(Secret credential, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(provider.credentialHeader(), credential.reveal());
        return all;
    }

    /// A key of the provider was refused, and another one is tried.
    private void calledAgain() {
        refusedKeys++;
        if (!client.headWritten()) {
            client.header("x-gapura-attempts", Integer.toString(terms.calls() + refusedKeys));
        }
    }

    static boolean isCompressed(MultiMap headers) {
        String encoding = headers.get("content-encoding");
        return encoding != null && !encoding.isEmpty() && !"identity".equalsIgnoreCase(encoding);
    }

    /// Puts the upstream body together where the socket takes it from: the one copy it gets here.
    private static ByteBuf buffer(Spliced body) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(body.length());
        body.writeTo(buffer::writeBytes);
        return buffer;
    }

    @Override
    public void onHead(int status, MultiMap headers) {
        lastProgressNanos = System.nanoTime();
        if (status != 200) {
            phase = Phase.ERROR;
            errorStatus = status;
            errorHeaders = headers;
            collected = new BodyBytes(MAX_ERROR_BYTES);
            return;
        }
        if (isCompressed(headers)) {
            fail(unreadable("its answer is compressed although that was not asked for"));
            return;
        }
        String type = headers.get("content-type");
        String mediaType = type == null ? "" : type.toLowerCase(Locale.ROOT);
        Translation translation = terms.translation();
        String streamType = translation == null
                ? "text/event-stream"
                : translation.dialect().streamType();
        boolean events = mediaType.startsWith(streamType);
        if (terms.stream() && (events || mediaType.isEmpty())) {
            phase = Phase.STREAM;
            stream = translation != null
                    ? translation.stream(this::details, client::add)
                    : new StreamRelay(
                            provider,
                            terms.target().upstreamModel(),
                            terms.choices(),
                            terms.usageInserted(),
                            terms.paddingDeclined(),
                            loop.tools(),
                            client::add);
            if (stream instanceof StreamRelay relayed) {
                if (terms.details() != null) {
                    relayed.lastly(this::lastChunk);
                }
                ReasoningGatherer reasoning = terms.reasoning();
                if (reasoning != null) {
                    relayed.gather(reasoning);
                }
            }
        } else if (!terms.stream() && events) {
            fail(unreadable("it sent an event stream although one JSON answer was asked for"));
        } else {
            phase = Phase.JSON;
            collected = new BodyBytes(MAX_ANSWER_BYTES);
        }
    }

    @Override
    public void onBytes(ByteBuf bytes) {
        switch (phase) {
            case STREAM -> streamBytes(bytes);
            case JSON -> {
                lastProgressNanos = System.nanoTime();
                if (!Objects.requireNonNull(collected).add(bytes)) {
                    fail(unreadable("its answer is larger than " + MAX_ANSWER_BYTES + " bytes"));
                }
            }
            case ERROR -> {
                lastProgressNanos = System.nanoTime();
                if (!Objects.requireNonNull(collected).add(bytes)) {
                    cancelAttempt();
                    errorAnswered();
                }
            }
            case CONNECTING, WAITING, OVER -> {}
        }
    }

    private void streamBytes(ByteBuf bytes) {
        AnswerStream relay = Objects.requireNonNull(stream);
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.readerIndex();
            relay.feed(bytes.array(), from, from + bytes.readableBytes());
        } else {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            relay.feed(copy, 0, copy.length);
        }
        long now = System.nanoTime();
        long progress = relay.progress() + (several == null ? 0 : several.heard());
        if (progress != progressSeen) {
            progressSeen = progress;
            lastProgressNanos = now;
        }
        streamAdvanced(relay, now);
    }

    private void streamAdvanced(AnswerStream relay, long now) {
        Failure failure = relay.failure();
        if (failure != null) {
            fail(failure);
            return;
        }
        if (relay.done()) {
            complete(relay);
            return;
        }
        if (!client.headWritten()) {
            if (!relay.content() && client.gatheredBytes() < MAX_HELD_BYTES) {
                return;
            }
            startStream();
            firstByteNanos = now - arrival.startNanos();
        } else if (firstByteNanos < 0 && relay.content()) {
            // The stream began with comments, which are no content.
            firstByteNanos = now - arrival.startNanos();
        }
        if (client.gatheredBytes() > 0) {
            lastWriteNanos = now;
            client.flush();
            if (client.full()) {
                pauseProvider(now);
            }
        }
    }

    private void complete(AnswerStream relay) {
        usage = relay.usage();
        boolean begins = !client.headWritten();
        if (begins) {
            startStream();
        }
        if (begins || firstByteNanos < 0 && relay.content()) {
            firstByteNanos = System.nanoTime() - arrival.startNanos();
        }
        client.endStream();
        over(null);
    }

    private void pauseProvider(long now) {
        Call call = attempt;
        if (!paused && call != null) {
            paused = true;
            stalledSinceNanos = now;
            stalledBytes = client.waitingBytes();
            call.pause();
            client.onDrained(this::drained);
        }
    }

    private void drained() {
        // A connection that breaks empties its queue first, which looks like a drain, and tells of the end after it.
        if (paused && phase != Phase.OVER && client.connected()) {
            paused = false;
            lastProgressNanos = System.nanoTime();
            Objects.requireNonNull(attempt).resume();
        }
    }

    @Override
    public void onEnd() {
        switch (phase) {
            case STREAM -> {
                AnswerStream relay = Objects.requireNonNull(stream);
                relay.end();
                streamAdvanced(relay, System.nanoTime());
            }
            case JSON -> answered();
            case ERROR -> errorAnswered();
            case CONNECTING, WAITING, OVER -> {}
        }
    }

    private void startStream() {
        tellAttempts();
        client.startStream();
    }

    /// How often the provider was called until now, and will be at least; while nothing of the answer is
    /// sent.
    private void tellAttempts() {
        client.header(
                "x-gapura-attempts",
                Integer.toString(Math.max(terms.calls(), account().attempts())));
    }

    private void answered() {
        BodyBytes body = Objects.requireNonNull(collected);
        Translation translation = terms.translation();
        if (translation != null) {
            translated(translation, body);
            return;
        }
        switch (AnswerReader.read(
                loop.errors(), provider, terms.target().upstreamModel(), body.bytes(), body.length())) {
            case AnswerReader.Answer.Failed(Failure failure) -> fail(failure);
            case AnswerReader.Answer.Complete complete -> {
                ReasoningGatherer reasoning = terms.reasoning();
                if (reasoning != null) {
                    reasoning.whole(complete.body(), complete.from(), complete.to());
                }
                if (terms.stream()) {
                    translated(Converse.asStream(terms, loop.dialects().chat(), arrival.requestId()), body);
                } else {
                    usage = complete.usage();
                    firstByteNanos = System.nanoTime() - arrival.startNanos();
                    tellAttempts();
                    tellCost();
                    JsonNode details = details();
                    byte[] all = details == null ? null : withDetails(complete, details);
                    client.json(
                            all == null ? complete.body() : all,
                            all == null ? complete.from() : 0,
                            all == null ? complete.to() : all.length,
                            arrival.acceptsGzip() ? loop.gzip() : null);
                    over(null);
                }
            }
        }
    }

    /// What a plain answer costs, as a header; nothing where that is not known.
    private void tellCost() {
        Usage counted = usage;
        String cost = counted == null ? null : Details.usd(account().costNanoUsd(counted, terms));
        if (cost != null) {
            client.header("x-gapura-cost-usd", cost);
        }
    }

    private Account account() {
        return several == null ? Account.ONE_CALL : several.account();
    }

    /// The `gapura` member of the answer, null where nobody asked.
    private @Nullable JsonNode details() {
        Details details = terms.details();
        if (details == null) {
            return null;
        }
        AnswerStream relay = stream;
        long elapsedNanos = System.nanoTime() - arrival.startNanos();
        // What comes in one piece with its end has its content now.
        boolean now = firstByteNanos < 0 && (relay == null || relay.content());
        return details.json(
                terms,
                account(),
                relay == null ? usage : relay.usage(),
                elapsedNanos,
                now ? elapsedNanos : firstByteNanos);
    }

    /// A relayed answer with one more member at its end.
    private static byte[] withDetails(AnswerReader.Answer.Complete answer, JsonNode details) {
        byte[] member = (",\"gapura\":" + JsonTree.text(details) + "}").getBytes(StandardCharsets.UTF_8);
        int length = answer.to() - answer.from() - 1;
        byte[] all = Arrays.copyOfRange(answer.body(), answer.from(), answer.from() + length + member.length);
        System.arraycopy(member, 0, all, length, member.length);
        return all;
    }

    /// A chunk without choices that carries the details, before the end of a relayed stream whose first
    /// chunk this is.
    private byte[] lastChunk(JsonNode first) {
        ObjectNode chunk = JsonTree.object();
        String id = JsonTree.string(first, "id");
        String model = JsonTree.string(first, "model");
        chunk.put("id", id == null ? "chatcmpl-" + arrival.requestId() : id);
        chunk.put("object", "chat.completion.chunk");
        chunk.put("created", first.path("created").asLong(System.currentTimeMillis() / 1000));
        chunk.put("model", model == null ? terms.target().upstreamModel() : model);
        chunk.putArray("choices");
        chunk.set("gapura", details());
        return ("data: " + JsonTree.text(chunk) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private void translated(Translation translation, BodyBytes body) {
        if (terms.stream()) {
            AnswerStream whole = translation.streamed(body.bytes(), body.length(), this::details, client::add);
            phase = Phase.STREAM;
            stream = whole;
            streamAdvanced(whole, System.nanoTime());
            return;
        }
        Translation.Translated answer = translation.answer(body.bytes(), body.length(), reported -> {
            usage = reported;
            return details();
        });
        usage = answer.usage();
        byte[] bytes = answer.body();
        if (bytes == null) {
            fail(Objects.requireNonNull(answer.failure()));
            return;
        }
        firstByteNanos = System.nanoTime() - arrival.startNanos();
        tellAttempts();
        tellCost();
        client.json(bytes, 0, bytes.length, arrival.acceptsGzip() ? loop.gzip() : null);
        over(null);
    }

    private void errorAnswered() {
        BodyBytes body = Objects.requireNonNull(collected);
        MultiMap headers = Objects.requireNonNull(errorHeaders);
        fail(loop.errors().read(provider, errorStatus, headers::get, body.copy()));
    }

    @Override
    public void onFailure(Failure failure) {
        AnswerStream relay = stream;
        if (phase == Phase.OVER) {
            // The client has its whole answer, and the provider broke off while it was given time to end.
            return;
        }
        if (phase == Phase.ERROR) {
            // The status came; how its page ended changes nothing.
            errorAnswered();
        } else if (phase == Phase.STREAM && relay != null && failure.kind() != FailureKind.INTERNAL) {
            // The connection broke: what is complete counts, as it does when the provider just closes.
            relay.end();
            streamAdvanced(relay, System.nanoTime());
        } else {
            fail(failure);
        }
    }

    /// Sends the client of a stream a comment between two events.
    private void comment(byte[] bytes) {
        if (phase == Phase.OVER || !terms.stream()) {
            return;
        }
        if (!client.headWritten()) {
            startStream();
        }
        lastWriteNanos = System.nanoTime();
        client.add(bytes, 0, bytes.length);
        client.flush();
    }

    /// The client left, or its connection broke.
    public void clientGone() {
        if (phase != Phase.OVER && client.leave()) {
            goOn();
        } else if (phase != Phase.OVER) {
            calls.failed(FailureKind.CLIENT_GONE);
            cancelAttempt();
            client.release();
            AnswerStream relay = stream;
            usage = relay == null ? null : relay.usage();
            over(FailureKind.CLIENT_GONE);
        }
    }

    /// Reads the rest of an answer that nobody takes now.
    private void goOn() {
        if (paused) {
            paused = false;
            lastProgressNanos = System.nanoTime();
            Objects.requireNonNull(attempt).resume();
        }
    }

    /// Ends the exchange because the gateway stops.
    public void shutDown() {
        if (phase != Phase.OVER) {
            fail(Failure.of(FailureKind.UNAVAILABLE, "The gateway is shutting down.")
                    .withCode("shutting_down"));
        }
    }

    /// Somebody who may has ended the exchange.
    public void stop() {
        if (phase != Phase.OVER) {
            fail(Failure.of(FailureKind.UNAVAILABLE, "The request was stopped by an administrator.")
                    .withCode("stopped")
                    .withRetryable(false));
        }
    }

    /// Whether it is not over.
    public boolean isOpen() {
        return phase != Phase.OVER;
    }

    /// What takes its answer down where somebody may watch it: a stream whose bodies are kept. Event loop.
    public @Nullable Capture watchable() {
        Capture capture = arrival.notes().capture();
        return isOpen() && terms.stream() && capture != null && capture.always() ? capture : null;
    }

    /// What is known of the request.
    public Arrival arrival() {
        return arrival;
    }

    /// From arrival to the first byte of the answer, or [ExchangeRecord#NEVER]. Event loop.
    public long firstByteNanos() {
        return firstByteNanos;
    }

    /// Bytes of the answer so far. Event loop.
    public long bytesOut() {
        return client.bytesOut();
    }

    /// What was decided about it.
    public Decision.Terms terms() {
        return terms;
    }

    private void fail(Failure reason) {
        calls.failed(reason.kind());
        cancelAttempt();
        // Tools that must not run twice would: an SDK would send the whole request again by itself.
        Failure failure = several == null || several.repeatable() ? reason : reason.withRetryable(false);
        errorCode = failure.code();
        AnswerStream relay = stream;
        usage = relay == null ? usage : relay.usage();
        if (client.headWritten()) {
            client.failStream(failure);
        } else {
            client.release();
            firstByteNanos = System.nanoTime() - arrival.startNanos();
            tellAttempts();
            client.fail(failure);
        }
        over(failure.kind());
    }

    private void cancelAttempt() {
        Call call = attempt;
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public boolean tick(long now) {
        if (several != null && phase != Phase.OVER) {
            try {
                several.tick(now);
            } catch (RuntimeException fault) {
                // It must not go on without anybody who looks at it.
                LOG.error("an exchange met a fault of the gateway", fault);
                fail(Failure.of(
                        FailureKind.INTERNAL,
                        "The gateway met a fault of its own; its log has more under this request id."));
            }
        }
        Call call = attempt;
        if (phase == Phase.OVER || call == null) {
            boolean undelivered = undelivered(now);
            return lingering(now, call) || undelivered;
        }
        Config.Timeouts timeouts = provider.timeouts();
        if (phase == Phase.CONNECTING && call.connected()) {
            phase = Phase.WAITING;
        }
        if (several != null && several.working()) {
            waitingSinceNanos = now;
            lastProgressNanos = now;
        }
        if (phase == Phase.CONNECTING && passed(now, startNanos, timeouts.connect())) {
            timedOut(FailureKind.TIMEOUT_CONNECT, "accepted no connection", timeouts.connect());
        } else if (passed(now, arrival.startNanos(), timeouts.total())) {
            if (stream != null && stream.complete()) {
                close(stream);
                return lingering(now, call);
            }
            timedOut(FailureKind.TIMEOUT_TOTAL, "did not complete its answer", timeouts.total());
        } else if (paused) {
            long waiting = client.waitingBytes();
            if (waiting != stalledBytes) {
                stalledBytes = waiting;
                stalledSinceNanos = now;
            } else if (now - stalledSinceNanos > writeTimeoutNanos) {
                client.abandon();
                clientGone();
            }
        } else if (phase == Phase.ERROR && passed(now, lastProgressNanos, timeouts.betweenChunks())) {
            // The status is known; the rest of its page is not worth the wait.
            cancelAttempt();
            errorAnswered();
        } else if (phase == Phase.JSON
                && Objects.requireNonNull(collected).length() > 0
                && passed(now, lastProgressNanos, timeouts.betweenChunks())) {
            timedOut(FailureKind.TIMEOUT_BETWEEN_CHUNKS, "sent nothing more", timeouts.betweenChunks());
        } else if (terms.stream() && (phase == Phase.WAITING || phase == Phase.STREAM)) {
            tickStream(now, timeouts);
        }
        return phase != Phase.OVER || lingering(now, call) || client.undelivered();
    }

    private void tickStream(long now, Config.Timeouts timeouts) {
        AnswerStream relay = stream;
        boolean silent = several == null ? relay == null || !relay.content() : several.silent();
        if (silent || relay == null) {
            long since = several == null ? waitingSinceNanos : Math.max(waitingSinceNanos, several.calledNanos());
            if (passed(now, since, timeouts.firstToken())) {
                timedOut(FailureKind.TIMEOUT_FIRST_TOKEN, "sent no content", timeouts.firstToken());
                return;
            }
        } else if (relay.complete()
                && (now - lastProgressNanos > LINGER_NANOS
                        || passed(now, lastProgressNanos, timeouts.betweenChunks()))) {
            close(relay);
            return;
        } else if (passed(now, lastProgressNanos, timeouts.betweenChunks())) {
            timedOut(FailureKind.TIMEOUT_BETWEEN_CHUNKS, "sent nothing more", timeouts.betweenChunks());
            return;
        }
        if (relay != null && now - lastWriteNanos > heartbeatNanos) {
            // The provider said 200 and is quiet: the stream has begun, and whoever stands between must see it live.
            if (!client.headWritten()) {
                startStream();
            }
            lastWriteNanos = now;
            client.heartbeat();
        }
    }

    /// Ends an answer that is whole though the provider keeps its stream open.
    private void close(AnswerStream relay) {
        cancelAttempt();
        relay.finish();
        complete(relay);
    }

    /// After the client's end the provider gets a moment to end too, so that its connection can be used
    /// again.
    private boolean lingering(long now, @Nullable Call call) {
        if (call == null || call.over()) {
            return false;
        }
        if (now - lastProgressNanos > LINGER_NANOS) {
            call.cancel();
            return false;
        }
        return true;
    }

    /// A complete answer that waits on an HTTP/2 stream, whose client takes nothing of it, is given up in
    /// the end.
    private boolean undelivered(long now) {
        if (client.stalled(now, writeTimeoutNanos)) {
            client.abandon();
            return false;
        }
        return client.undelivered();
    }

    private void timedOut(FailureKind kind, String what, Duration limit) {
        fail(Failure.of(
                        kind,
                        provider.name() + " " + what + " within " + text(limit)
                                + ". The deadlines are set under `timeouts`.")
                .withCode(kind.label())
                .withProvider(provider.name()));
    }

    private static String text(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    private static boolean passed(long now, long since, Duration limit) {
        return now - since > limit.toNanos();
    }

    private Failure unreadable(String what) {
        return Failure.of(FailureKind.PROVIDER_UNREADABLE, provider.name() + " cannot be read: " + what + ".")
                .withCode("upstream_unreadable")
                .withProvider(provider.name());
    }

    private void over(@Nullable FailureKind failure) {
        phase = Phase.OVER;
        AnswerStream said = stream;
        BodyBytes body = collected;
        stream = null;
        collected = null;
        lastProgressNanos = System.nanoTime();
        if (!recorded) {
            recorded = true;
            long delivered = said != null ? said.said() : body != null && failure == null ? body.length() : 0;
            Charge charge = charge(failure, delivered);
            record(failure, charge);
            Pass held = pass;
            if (held != null) {
                held.end(tokens(), charge.costNanoUsd());
            }
        }
    }

    private long tokens() {
        Usage used = usage;
        return used == null ? 0 : Math.max(0, used.promptTokens()) + Math.max(0, used.completionTokens());
    }

    /// What the exchange cost. Where the provider did not tell what it used, its tokens are estimated from
    /// what was sent and delivered, and are the exchange's from then on.
    private Charge charge(@Nullable FailureKind failure, long delivered) {
        Account account = account();
        boolean mayCost = Charge.mayCost(failure);
        ChatEvent.Reported told = usage == null ? UsageSum.of(account.turns()) : null;
        if (told != null) {
            // A plain answer that failed behind calls that told.
            usage = told.usage();
        }
        Usage reported = usage;
        int untold = account.untold();
        boolean silent = reported == null && (mayCost || untold > 0);
        if (silent) {
            usage = estimate(delivered, terms.calls());
        }
        Usage used = usage;
        long cost = used == null ? Cost.UNKNOWN : account.costNanoUsd(used, terms);
        // Calls that did not tell, beside the estimate or beside others that told.
        int cut;
        if (silent) {
            cut = mayCost ? untold : untold - 1;
        } else if (!mayCost || account.turns().isEmpty()) {
            cut = untold;
        } else {
            cut = Math.max(0, account.attempts() - account.turns().size());
        }
        if (cut > 0 && cost != Cost.UNKNOWN) {
            long one = terms.costOfOne(estimate(0, 1));
            cost = one == Cost.UNKNOWN ? one : cost + cut * one;
        }
        boolean estimated = silent || cut > 0;
        if (pass != null && pass.reserves() && cost == Cost.UNKNOWN && used != null) {
            estimated = true;
            cost = pass.reserved();
        }
        return estimated
                ? Charge.estimated(cost, terms.price(used))
                : Charge.of(used, cost, terms.price(used), failure);
    }

    private Usage estimate(long delivered, int calls) {
        long counted = pass == null ? 0 : pass.promptTokens();
        long prompt = counted > 0 ? counted : Math.ceilDiv(terms.promptBytes(), TokenEstimate.BYTES_A_TOKEN);
        return new Usage(
                prompt * calls,
                Math.ceilDiv(delivered, TokenEstimate.BYTES_A_TOKEN),
                Usage.UNKNOWN,
                Usage.UNKNOWN,
                Usage.UNKNOWN);
    }

    private void record(@Nullable FailureKind failure, Charge charge) {
        int status = client.status() == 0 ? FailureKind.CLIENT_GONE.status() : client.status();
        long now = System.nanoTime();
        ExchangeRecord exchange = new ExchangeRecord(
                arrival.requestId(),
                arrival.startMillis(),
                arrival.method(),
                arrival.route(),
                status,
                terms.stream(),
                arrival.keyName(),
                arrival.clientAddress(),
                arrival.userAgent(),
                terms.modelAsked(),
                provider.name(),
                terms.target().upstreamModel(),
                failure,
                account().attempts() + refusedKeys,
                usage,
                terms.bytesIn(),
                client.bytesOut(),
                firstByteNanos,
                now - arrival.startNanos(),
                terms.verdicts().isEmpty() ? null : terms.verdicts(),
                particulars(failure, charge, now));
        loop.records().write(exchange);
        loop.meters().record(exchange);
        loop.meters().exchangeClosed();
        Capture capture = arrival.notes().capture();
        if (capture != null) {
            capture.over(failure);
        }
    }

    private Particulars particulars(@Nullable FailureKind failure, Charge charge, long now) {
        Notes notes = arrival.notes();
        Capture capture = notes.capture();
        Bodies bodies = capture == null ? null : capture.bodies(failure);
        return new Particulars(
                arrival.holder(),
                charge,
                errorCode,
                notes.endUser(),
                notes.tags(),
                account().recorded(bodies != null, arrival.startNanos()),
                calls.recorded(terms.target(), arrival.startNanos(), now),
                bodies);
    }
}
