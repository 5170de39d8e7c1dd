package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.AnswerStream;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.failure.Failure;
import dev.gapura.provider.Provider;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.SseFramer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The relay of one stream from a provider that speaks the client's own dialect. It is fed the provider's
/// bytes and gives on the same bytes, in as few ranges as it can; an event is touched only where the contract
/// demands it:
///
/// - the usage chunk is withheld when the gateway asked for it and the client did not;
/// - `completion_tokens` is raised where this provider leaves reasoning out;
/// - padding is cut out;
/// - an event that departs from the dialect, at a provider that is not exact, is mended ([AnswerMender]); findings of a
///   content filter that say nothing else are left out;
/// - an event that reports a failure stops the relay, and so does one that is not JSON: what the client then
///   gets is written by the caller.
///
/// It also keeps the account: which choices began and which have their finish reason, the last usage, whether
/// content came. A stream is complete when every choice had its finish reason; a missing `[DONE]` is then
/// added. One that ends before is a failure, never a `stop`.
///
/// Pure: no socket, no clock, no thread. One instance a stream, used by one thread at a time. An event goes
/// on only when it is complete, so that a cut never leaves half an event with the client.
public final class StreamRelay implements AnswerStream, SseFramer.Events {
    /// Largest event accepted. Images and audio come base64 in one event; 16 MiB is what OpenAI's largest
    /// image takes.
    static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLANK_LINE = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private final Provider provider;
    private final boolean withholdUsage;
    private final boolean cutPadding;
    private final int choicesAsked;
    private final JsonScanner json;
    private final ChunkReader chunk;
    private final ErrorReader errors;
    private final Output output;
    private final SseFramer framer = new SseFramer(this, MAX_EVENT_BYTES);
    private final ChunkTemplate template = new ChunkTemplate();
    private final @Nullable OddChunks odd;
    private final BitSet seen = new BitSet();
    private final BitSet finished = new BitSet();

    private @Nullable Function<JsonNode, byte[]> lastly;
    private @Nullable JsonNode first;
    private @Nullable ReasoningGatherer gatherer;
    private boolean templateIsThought;
    private @Nullable Usage usage;
    private @Nullable Failure failure;
    private boolean content;
    private boolean done;
    private boolean wholeBeforeRest;
    private long progress;
    private long pieces;
    private long pieceBytes;
    private int leastBytes = Integer.MAX_VALUE;

    // Bytes that go on unchanged and have not been written yet: a range of the array being fed.
    private byte[] run = BLANK_LINE;
    private int runStart;
    private int runEnd;

    /// What a relay needs of its event loop: scanner and reader are large and serve one event at a time.
    public static final class Tools {
        private static final byte[] NOTHING = {};
        private final JsonScanner json = JsonScanner.lenient(NOTHING, 0, 0, ChunkReader.MAX_DEPTH);
        private final ChunkReader chunk = new ChunkReader();
        private final ErrorReader errors;

        /// @param errors reads what a provider reports inside a stream
        public Tools(ErrorReader errors) {
            this.errors = errors;
        }
    }

    /// @param provider who answers
    /// @param upstreamModel model name as the provider knows it
    /// @param choicesAsked `n` as sent upstream
    /// @param withholdUsage whether the gateway asked for the usage chunk by itself
    /// @param cutPadding whether `obfuscation` members are cut out
    /// @param tools those of the event loop that feeds this relay
    /// @param output takes what goes on
    public StreamRelay(
            Provider provider,
            String upstreamModel,
            int choicesAsked,
            boolean withholdUsage,
            boolean cutPadding,
            Tools tools,
            Output output) {
        this.provider = provider;
        AnswerMender mender = AnswerMender.of(provider, upstreamModel);
        this.odd = mender == null ? null : new OddChunks(mender);
        this.choicesAsked = choicesAsked;
        this.withholdUsage = withholdUsage;
        this.cutPadding = cutPadding;
        this.json = tools.json;
        this.chunk = tools.chunk;
        this.errors = tools.errors;
        this.output = output;
    }

    /// Has one more event written before the end of a good answer; set before the first byte.
    ///
    /// @param event gives the event, framed, when it is due; it gets the first chunk that went on
    public void lastly(Function<JsonNode, byte[]> event) {
        lastly = event;
    }

    /// Has reasoning gathered that the provider wants back; set before the first byte.
    public void gather(ReasoningGatherer into) {
        gatherer = into;
    }

    /// Takes the provider's next bytes. Nothing happens any more after [#over].
    @Override
    public void feed(byte[] bytes, int from, int to) {
        if (over()) {
            return;
        }
        framer.feed(bytes, from, to);
        flush();
        if (framer.tooLarge() && failure == null) {
            failure = unreadable("an event of its stream is larger than " + MAX_EVENT_BYTES + " bytes");
        }
    }

    /// The provider's answer ended. Afterwards the stream is [#done] or has a [#failure].
    @Override
    public void end() {
        if (over()) {
            return;
        }
        wholeBeforeRest = complete();
        framer.end();
        if (over()) {
            flush();
            return;
        }
        if (complete()) {
            finish();
        } else {
            failure = cut();
        }
        flush();
    }

    /// Ends a stream whose choices all have their finish reason but that the provider leaves open.
    @Override
    public void finish() {
        flush();
        ObjectNode counts = odd == null || withholdUsage ? null : odd.usageDue();
        if (counts != null) {
            write(counts);
        }
        Function<JsonNode, byte[]> extra = lastly;
        if (extra != null) {
            byte[] event = extra.apply(first == null ? JsonTree.object() : first);
            output.write(event, 0, event.length);
        }
        output.write(DONE, 0, DONE.length);
        done = true;
    }

    /// Whether the stream came to its end, well or badly.
    public boolean over() {
        return done || failure != null;
    }

    /// Whether it ended well: every choice finished and `[DONE]` written.
    @Override
    public boolean done() {
        return done;
    }

    /// Why it ended badly; the client has not been told yet.
    @Override
    public @Nullable Failure failure() {
        return failure;
    }

    /// Whether any content came, so that the answer's head may go out.
    @Override
    public boolean content() {
        return content;
    }

    /// Whether every choice that appeared has its finish reason; usage and `[DONE]` may still come.
    public boolean finished() {
        return complete(seen.cardinality());
    }

    /// Whether every choice that was asked for, and every other that appeared, has its finish reason: the
    /// answer is whole even if nothing more comes.
    @Override
    public boolean complete() {
        return complete(Math.max(choicesAsked, seen.cardinality()));
    }

    /// Counts events that carried data: comments are no progress.
    @Override
    public long progress() {
        return progress;
    }

    /// What surrounds the text of an event is taken for as long as the shortest event.
    @Override
    public long said() {
        return pieces == 0 ? 0 : pieceBytes - pieces * leastBytes + pieces;
    }

    /// The last usage the provider reported.
    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    private boolean complete(int choices) {
        return choices > 0 && !seen.isEmpty() && finished.cardinality() >= choices;
    }

    @Override
    public void event(byte[] bytes, int start, int end, byte[] data, int dataStart, int dataEnd, boolean error) {
        if (over()) {
            return;
        }
        if (dataStart == dataEnd) {
            // What a cut leaves of an event ("data", half a comment) would run into whatever is written next.
            if (SseEnds.closed(bytes, start, end)) {
                pass(bytes, start, end);
            }
            return;
        }
        progress++;
        if (SseEnds.isDone(data, dataStart, dataEnd)) {
            if (finished()) {
                finish();
            } else {
                failure = cut();
            }
            return;
        }
        pieces++;
        pieceBytes += dataEnd - dataStart;
        leastBytes = Math.min(leastBytes, dataEnd - dataStart);
        boolean plain = !error && (odd == null || !odd.always());
        ReasoningGatherer reasoning = gatherer;
        if (plain && template.matches(data, dataStart, dataEnd) && SseEnds.closed(bytes, start, end)) {
            content = true;
            if (reasoning != null && templateIsThought) {
                reasoning.text(data, template.textStart(dataStart), template.textEnd(dataEnd));
            }
            pass(bytes, start, end);
            return;
        }
        try {
            json.restart(data, dataStart, dataEnd);
            if (!chunk.read(json, seen, finished)) {
                failure = unreadable("an event of its stream is not an object");
                return;
            }
        } catch (JsonException malformed) {
            if (SseEnds.closed(bytes, start, end)) {
                failure = unreadable("an event of its stream is not valid JSON");
            } else if (!wholeBeforeRest) {
                failure = cut();
            }
            // Half a usage chunk behind the last finish reason: the answer is whole, and what is left is dropped.
            return;
        }
        if (error || chunk.failed()) {
            failure = reported(data, dataStart, dataEnd);
            return;
        }
        boolean raise = provider.quirks().usageExcludesReasoning();
        Usage reported = chunk.usage(raise);
        if (reported != null) {
            usage = reported;
        }
        content |= chunk.content() || !finished.isEmpty();
        if (withholdUsage && chunk.usageSeen() && chunk.choices() == 0 || onlyFindings()) {
            return;
        }
        ObjectNode mended = odd == null ? null : odd.mended(chunk, data, dataStart, dataEnd);
        if (lastly != null && first == null) {
            first = mended == null ? JsonTree.read(data, dataStart, dataEnd) : mended;
        }
        boolean thought = reasoning != null
                && (mended == null ? reasoning.chunk(data, dataStart, dataEnd) : reasoning.chunk(mended));
        if (mended != null) {
            if (cutPadding) {
                mended.remove("obfuscation");
            }
            flush();
            write(mended);
            return;
        }
        if (chunk.onlyText()) {
            template.learn(data, dataStart, dataEnd, chunk.textStart(), chunk.textEnd());
            templateIsThought = thought;
        }
        boolean rewrite = raise && chunk.usageSeen() && chunk.usageReader().excludesReasoning();
        if (rewrite || cutPadding && chunk.padded()) {
            flush();
            ChunkSplice.write(chunk, data, dataStart, dataEnd, rewrite, cutPadding && chunk.padded(), output);
        } else {
            pass(bytes, start, end);
            if (!SseEnds.closed(bytes, start, end)) {
                flush();
                output.write(BLANK_LINE, 0, BLANK_LINE.length);
            }
        }
    }

    /// Whether the chunk tells of nothing but what a content filter found, before or beside the answer.
    private boolean onlyFindings() {
        return provider.quirks().filterChunks()
                && !chunk.usageSeen()
                && !chunk.finishing()
                && (chunk.choices() == 0 || !chunk.said());
    }

    private void write(ObjectNode event) {
        byte[] json = JsonTree.bytes(event);
        output.write(DATA, 0, DATA.length);
        output.write(json, 0, json.length);
        output.write(BLANK_LINE, 0, BLANK_LINE.length);
    }

    private void pass(byte[] bytes, int start, int end) {
        if (run == bytes && runEnd == start) {
            runEnd = end;
        } else {
            flush();
            run = bytes;
            runStart = start;
            runEnd = end;
        }
    }

    private void flush() {
        if (runStart < runEnd) {
            output.write(run, runStart, runEnd);
        }
        run = BLANK_LINE;
        runStart = 0;
        runEnd = 0;
    }

    private Failure reported(byte[] data, int from, int to) {
        String reason = chunk.failedReason();
        byte[] event = Arrays.copyOfRange(data, from, to);
        Failure read = errors.readInStream(provider, event);
        if (reason != null && read.code() == null) {
            return read.withCode("finish_reason_" + reason);
        }
        return read;
    }

    private Failure cut() {
        return Failures.cut(provider.name());
    }

    private Failure unreadable(String what) {
        return Failures.unreadable(provider.name(), what);
    }
}
