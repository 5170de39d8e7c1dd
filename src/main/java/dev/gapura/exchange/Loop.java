package dev.gapura.exchange;

import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.openai.StreamRelay;
import dev.gapura.egress.MediaInliner;
import dev.gapura.telemetry.ExchangeSink;
import dev.gapura.telemetry.Meters;
import dev.gapura.upstream.UpstreamClient;
import dev.gapura.wire.Gzip;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/// What the exchanges of one event loop share. Everything here is used on that loop only, but for what is the
/// process's.
///
/// @param shared the process's
/// @param upstream connections to providers
/// @param deadlines the clock
/// @param tools scanner for streams
/// @param errors reads what providers report
/// @param dialects languages of providers that are not relayed
/// @param gzip compresses JSON answers
public record Loop(
        Shared shared,
        UpstreamClient upstream,
        Deadlines deadlines,
        StreamRelay.Tools tools,
        ErrorReader errors,
        Dialects dialects,
        Gzip gzip) {

    /// Makes those of the event loop that the verticle of this `vertx` call runs on.
    public static Loop of(Vertx vertx, Shared shared) {
        ErrorReader errors = new ErrorReader(InstantSource.system());
        return new Loop(
                shared,
                new UpstreamClient(vertx, shared.authorizers()),
                new Deadlines(vertx),
                new StreamRelay.Tools(errors),
                errors,
                new Dialects(errors),
                new Gzip());
    }

    public ExchangeSink records() {
        return shared.records();
    }

    public Meters meters() {
        return shared.meters();
    }

    public ReasoningVault vault() {
        return shared.vault();
    }

    public MediaInliner media() {
        return shared.media();
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
