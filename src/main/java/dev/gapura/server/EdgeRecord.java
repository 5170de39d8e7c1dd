package dev.gapura.server;

import dev.gapura.dialect.openai.ErrorWriter;
import dev.gapura.failure.Failure;
import dev.gapura.server.edge.EdgeGuard;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.ExchangeSink;
import dev.gapura.telemetry.Meters;
import dev.gapura.telemetry.Particulars;

/// Keeps the record of requests that were refused before a route could see them: an access line and a count
/// each, like every other request, under a request id that the answer carries too. A request that the server
/// had been handed is recorded where its exchange ends, not here. Called on event loops; any of them.
public final class EdgeRecord implements EdgeGuard.Refused {
    /// Nothing of a refused head is trusted, its method included.
    private static final String UNREAD = "none";

    private final ExchangeSink records;
    private final Meters meters;
    private final RequestIds ids = new RequestIds();

    public EdgeRecord(ExchangeSink records, Meters meters) {
        this.records = records;
        this.meters = meters;
    }

    @Override
    public EdgeGuard.Refusal refused(Failure why, String client, boolean seen) {
        String requestId = nextId();
        byte[] body = ErrorWriter.write(why, requestId);
        if (!seen) {
            ExchangeRecord record = new ExchangeRecord(
                    requestId,
                    System.currentTimeMillis(),
                    UNREAD,
                    ExchangeRecord.NO_ROUTE,
                    why.status(),
                    false,
                    null,
                    client,
                    null,
                    null,
                    null,
                    null,
                    why.kind(),
                    0,
                    null,
                    0,
                    body.length,
                    ExchangeRecord.NEVER,
                    0,
                    null,
                    Particulars.NONE);
            records.write(record);
            meters.record(record);
        }
        return new EdgeGuard.Refusal(requestId, body);
    }

    private synchronized String nextId() {
        return ids.next(System.currentTimeMillis());
    }
}
