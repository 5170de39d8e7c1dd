package dev.gapura.exchange;

import dev.gapura.credential.Authorizers;
import dev.gapura.egress.MediaInliner;
import dev.gapura.idempotency.Idempotency;
import dev.gapura.telemetry.ExchangeSink;
import dev.gapura.telemetry.Meters;

/// What the exchanges of all event loops share: one of each a process, all usable on any thread. Made by the gateway.
///
/// @param records where exchanges that are over are written down
/// @param vault keeps what clients lose of reasoning
/// @param mixed keeps turns that called tools here and at the client
/// @param authorizers credentials of providers that expire
/// @param media fetches what providers cannot
/// @param gate lets requests in that limits apply to
/// @param idempotency answers requests again that carry a key for it
public record Shared(
        ExchangeSink records,
        Meters meters,
        ReasoningVault vault,
        MixedTurns mixed,
        Authorizers authorizers,
        MediaInliner media,
        Gate gate,
        Idempotency idempotency) {}
