package dev.gapura.exchange;

import dev.gapura.credential.Authorizers;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.openai.StreamRelay;
import dev.gapura.telemetry.AccessLog;
import dev.gapura.telemetry.Meters;
import dev.gapura.upstream.UpstreamClient;
import dev.gapura.wire.Gzip;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/// What the exchanges of one event loop share. Everything here is used on that loop only, but for log and
/// meters, which are the process's.
///
/// @param upstream connections to providers
/// @param deadlines the clock
/// @param tools scanner for streams
/// @param errors reads what providers report
/// @param dialects languages of providers that are not relayed
/// @param vault the process's, which keeps what clients lose of reasoning
/// @param gzip compresses JSON answers
public record Loop(
        UpstreamClient upstream,
        Deadlines deadlines,
        StreamRelay.Tools tools,
        ErrorReader errors,
        Dialects dialects,
        ReasoningVault vault,
        Gzip gzip,
        AccessLog accessLog,
        Meters meters) {

    /// Makes those of the event loop that the verticle of this `vertx` call runs on.
    public static Loop of(
            Vertx vertx, AccessLog accessLog, Meters meters, ReasoningVault vault, Authorizers authorizers) {
        ErrorReader errors = new ErrorReader(InstantSource.system());
        return new Loop(
                new UpstreamClient(vertx, authorizers),
                new Deadlines(vertx),
                new StreamRelay.Tools(errors),
                errors,
                new Dialects(errors),
                vault,
                new Gzip(),
                accessLog,
                meters);
    }

    /// Closes the connections to providers, when the listener is gone.
    public void close() {
        upstream.close();
    }

    /// Forgets what was prepared for providers that a new configuration replaced.
    public void forgetProviders() {
        upstream.forget();
    }
}
