package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.failure.Failure;
import dev.gapura.provider.Provider;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Reads one whole JSON answer before any of it goes out, so that an error inside a 200, half a document or a
/// page of a proxy never looks like an answer. Pure; any thread.
public final class AnswerReader {
    private AnswerReader() {}

    /// What the provider answered: either bytes to relay, or a failure.
    public sealed interface Answer {
        /// @param body the provider's bytes, white space around the document cut off, usage made inclusive
        /// @param usage null where none was reported
        record Complete(
                byte[] body, int from, int to, @Nullable Usage usage) implements Answer {}

        record Failed(Failure failure) implements Answer {}
    }

    /// @param errors reads an error inside the answer
    /// @param provider who answered, with status 200
    /// @param upstreamModel model name as the provider knows it
    /// @param bytes the answer's body
    public static Answer read(ErrorReader errors, Provider provider, String upstreamModel, byte[] bytes, int length) {
        int from = 0;
        int to = length;
        while (from < to && isWhite(bytes[from])) {
            from++;
        }
        while (to > from && isWhite(bytes[to - 1])) {
            to--;
        }
        if (from == to) {
            return unreadable(provider, "its answer is empty");
        }
        ChunkReader chunk = new ChunkReader();
        BitSet seen = new BitSet();
        try {
            JsonScanner json = JsonScanner.lenient(bytes, from, to, ChunkReader.MAX_DEPTH);
            if (!chunk.read(json, seen, new BitSet())) {
                return unreadable(provider, "its answer is not an object");
            }
        } catch (JsonException malformed) {
            return unreadable(provider, "its answer is not valid JSON");
        }
        if (chunk.failed()) {
            Failure failure = errors.readInStream(provider, Arrays.copyOfRange(bytes, from, to));
            String reason = chunk.failedReason();
            return new Answer.Failed(
                    reason != null && failure.code() == null ? failure.withCode("finish_reason_" + reason) : failure);
        }
        if (!chunk.hasChoices() || chunk.choices() == 0) {
            return unreadable(provider, "its answer has no choices");
        }
        boolean raise = provider.quirks().usageExcludesReasoning();
        Usage usage = chunk.usage(raise);
        AnswerMender mender = AnswerMender.of(provider, upstreamModel);
        if (mender != null && (mender.always() || chunk.odd(false))) {
            JsonNode answer = JsonTree.read(bytes, from, to);
            ObjectNode mended = answer.deepCopy();
            mender.whole(mended);
            if (mended.equals(answer)) {
                return new Answer.Complete(bytes, from, to, usage);
            }
            byte[] body = JsonTree.bytes(mended);
            return new Answer.Complete(body, 0, body.length, usage);
        }
        UsageReader counts = chunk.usageReader();
        if (raise && chunk.usageSeen() && counts.excludesReasoning()) {
            byte[] raised = Long.toString(counts.raisedCompletion()).getBytes(StandardCharsets.US_ASCII);
            int head = counts.completionStart() - from;
            int tail = to - counts.completionEnd();
            byte[] body = new byte[head + raised.length + tail];
            System.arraycopy(bytes, from, body, 0, head);
            System.arraycopy(raised, 0, body, head, raised.length);
            System.arraycopy(bytes, counts.completionEnd(), body, head + raised.length, tail);
            return new Answer.Complete(body, 0, body.length, usage);
        }
        return new Answer.Complete(bytes, from, to, usage);
    }

    private static Answer unreadable(Provider provider, String what) {
        return new Answer.Failed(Failures.unreadable(provider.name(), what));
    }

    private static boolean isWhite(byte value) {
        return value == ' ' || value == '\n' || value == '\r' || value == '\t';
    }
}
