package dev.gapura.server;

import dev.gapura.idempotency.KeptAnswer;
import dev.gapura.wire.Gzip;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/// Gives an answer again: same status, same body, and a header that says so.
final class Replay {
    /// The header that names the model.
    static final String MODEL = "x-gapura-model";

    private static final String MARK = "x-gapura-replayed";

    private Replay() {}

    /// Sends it. On the response's event loop.
    ///
    /// @param requestId of this request; the body may name that of the first
    /// @param gzip compresses it where that pays; null where the client did not ask for it
    /// @return bytes of the body
    static long send(
            HttpServerResponse response, KeptAnswer answer, byte[] body, String requestId, @Nullable Gzip gzip) {
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.putHeader("content-type", answer.contentType());
        response.putHeader("x-request-id", requestId);
        response.putHeader(MARK, "true");
        byte[] sent = body;
        if (answer.streamed()) {
            response.putHeader("cache-control", "no-cache");
            response.putHeader("x-accel-buffering", "no");
        } else if (gzip != null && Gzip.pays(body.length)) {
            response.putHeader("content-encoding", "gzip");
            response.headers().add("vary", "accept-encoding");
            sent = gzip.gzip(body, 0, body.length);
        }
        response.end(Buffer.buffer(sent));
        return sent.length;
    }
}
