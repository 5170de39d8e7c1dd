package dev.gapura.budget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Principal;
import dev.gapura.failure.FailureKind;
import dev.gapura.telemetry.Charge;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.Particulars;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the ledger needs to know of an exchange whose process died before it could write it. Immutable.
///
/// @param route template of the matched route
/// @param holder whose key it was
/// @param keyName name of the key
/// @param endUser whom the caller says it acts for
/// @param client numeric address of the client
/// @param userAgent `user-agent` as sent
/// @param modelAsked `model` as the client wrote it
/// @param model name that the provider knows
/// @param bytesIn bytes of the request's body
public record About(
        String method,
        String route,
        boolean streamed,
        Principal.@Nullable Holder holder,
        @Nullable String keyName,
        @Nullable String endUser,
        String client,
        @Nullable String userAgent,
        String modelAsked,
        String provider,
        String model,
        long bytesIn) {

    /// As a reservation keeps it.
    public String text() {
        ObjectNode out = JsonTree.object();
        out.put("method", method);
        out.put("route", route);
        out.put("streamed", streamed);
        out.put("key", keyName);
        if (holder != null) {
            out.put("key_id", holder.keyId());
            out.put("organization", holder.organization());
            out.put("team", holder.team());
            out.put("person", holder.person());
        }
        out.put("end_user", endUser);
        out.put("client", client);
        out.put("user_agent", userAgent);
        out.put("asked", modelAsked);
        out.put("provider", provider);
        out.put("model", model);
        out.put("bytes_in", bytesIn);
        return JsonTree.text(out);
    }

    static About parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        JsonNode in = JsonTree.read(bytes, 0, bytes.length);
        String keyId = JsonTree.string(in, "key_id");
        return new About(
                in.path("method").asText(),
                in.path("route").asText(),
                in.path("streamed").asBoolean(),
                keyId == null
                        ? null
                        : new Principal.Holder(
                                keyId,
                                JsonTree.string(in, "organization"),
                                JsonTree.string(in, "team"),
                                JsonTree.string(in, "person")),
                JsonTree.string(in, "key"),
                JsonTree.string(in, "end_user"),
                in.path("client").asText(),
                JsonTree.string(in, "user_agent"),
                in.path("asked").asText(),
                in.path("provider").asText(),
                in.path("model").asText(),
                in.path("bytes_in").asLong());
    }

    /// The exchange as the ledger gets it: interrupted, and charged at what was reserved.
    ///
    /// @param nowMillis when it was found
    ExchangeRecord interrupted(OpenReservation reservation, long nowMillis) {
        return new ExchangeRecord(
                reservation.id(),
                reservation.openedMillis(),
                method,
                route,
                FailureKind.INTERRUPTED.status(),
                streamed,
                keyName,
                client,
                userAgent,
                modelAsked,
                provider,
                model,
                FailureKind.INTERRUPTED,
                1,
                null,
                bytesIn,
                0,
                ExchangeRecord.NEVER,
                Math.max(0, nowMillis - reservation.openedMillis()) * 1_000_000,
                null,
                new Particulars(
                        holder,
                        new Charge(reservation.nanoUsd(), null, Charge.Counted.ESTIMATED),
                        FailureKind.INTERRUPTED.label(),
                        endUser,
                        Map.of(),
                        List.of(),
                        List.of(),
                        null));
    }
}
