package dev.gapura.idempotency;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.wire.Gzip;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The right of one request to call the provider for its `Idempotency-Key`, and the record of its answer. Ends once.
/// Used on the event loop of the exchange.
public final class Hold {
    /// What is gathered before it is compressed: some 0.6 ms of work.
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int FIRST_BYTES = 2 * 1024;
    /// Longest answer that is kept, compressed: a stream of 50,000 tokens or so.
    static final int MOST_PACKED_BYTES = 1024 * 1024;

    private final Idempotency home;
    private final Flight flight;
    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private byte[] block = {};
    private int filled;
    private byte @Nullable [] whole;
    private int wholeFrom;
    private int wholeTo;
    private boolean over;

    Hold(Idempotency home, Flight flight) {
        this.home = home;
        this.flight = flight;
    }

    /// Takes a part of the answer.
    ///
    /// @param gzip of this loop
    public void add(byte[] bytes, int from, int to, Gzip gzip) {
        int at = from;
        while (at < to && packed.size() <= MOST_PACKED_BYTES) {
            int count = Math.min(to - at, BLOCK_BYTES - filled);
            if (filled + count > block.length) {
                int length = Math.clamp(2L * (filled + count), FIRST_BYTES, BLOCK_BYTES);
                block = Arrays.copyOf(block, length);
            }
            System.arraycopy(bytes, at, block, filled, count);
            filled += count;
            at += count;
            if (filled == BLOCK_BYTES) {
                packed.writeBytes(gzip.gzip(block, 0, filled));
                filled = 0;
            }
        }
    }

    /// Takes an answer that comes as one; the bytes must not change any more.
    public void whole(byte[] bytes, int from, int to) {
        whole = bytes;
        wholeFrom = from;
        wholeTo = to;
    }

    /// Forgets what was added: it was never sent.
    public void clear() {
        packed.reset();
        filled = 0;
        whole = null;
    }

    /// The exchange is over, and its answer taken. Where it failed so that trying again may help, the next
    /// request with the key may do so; those that wait get the failure.
    ///
    /// @param headers see [KeptAnswer#headers]
    public void answered(
            String requestId, int status, String contentType, Map<String, String> headers, @Nullable Failure failure) {
        end(requestId, status, contentType, headers, failure, Idempotency.Kept.of(failure));
    }

    /// The request is refused before anybody was called. Those that wait are refused alike; the key is
    /// free.
    public void refused(String requestId, Failure failure, Map<String, String> headers, byte[] body) {
        whole(body, 0, body.length);
        end(requestId, failure.status(), "application/json", headers, failure, Idempotency.Kept.NOT);
    }

    private void end(
            String requestId,
            int status,
            String contentType,
            Map<String, String> headers,
            @Nullable Failure failure,
            Idempotency.Kept kept) {
        if (over) {
            return;
        }
        over = true;
        FailureKind kind = failure == null ? null : failure.kind();
        home.ended(flight, () -> new KeptAnswer(status, contentType, headers, kind, requestId, packed()), kept);
    }

    /// Nobody was called and nothing answered: the next one may go on. Does nothing once it has ended.
    public void release() {
        if (!over) {
            over = true;
            home.released(flight);
        }
    }

    /// The answer compressed, null where it is too long. Off the event loop.
    private byte @Nullable [] packed() {
        Gzip gzip = new Gzip();
        byte[] bytes = whole;
        for (int at = wholeFrom; bytes != null && at < wholeTo && packed.size() <= MOST_PACKED_BYTES; ) {
            int to = Math.min(wholeTo, at + BLOCK_BYTES);
            packed.writeBytes(gzip.gzip(bytes, at, to));
            at = to;
        }
        if (filled > 0) {
            packed.writeBytes(gzip.gzip(block, 0, filled));
        }
        whole = null;
        block = new byte[0];
        return packed.size() > MOST_PACKED_BYTES ? null : packed.toByteArray();
    }
}
