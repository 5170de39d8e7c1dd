package dev.gapura.sim;

import dev.gapura.sim.Step.End;
import dev.gapura.sim.Step.Send;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the simulator answers, as data: status, headers and the steps that make the body. Immutable, so one
/// reply can answer many requests.
///
/// @param status HTTP status code
/// @param headers in this order; a `content-length` here wins over the framing, right or wrong
/// @param framing how the end of the body is told
/// @param steps what happens, in order
public record Reply(int status, Map<String, String> headers, Framing framing, List<Step> steps) {
    /// How the client learns where the body ends.
    public enum Framing {
        /// `transfer-encoding: chunked`.
        CHUNKED,
        /// `content-length`, summed over the sends.
        LENGTH,
        /// Neither: the body ends with the connection.
        CLOSE
    }

    /// Copies headers and steps.
    public Reply {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        steps = List.copyOf(steps);
    }

    /// A chunked reply.
    public Reply(int status, Map<String, String> headers, List<Step> steps) {
        this(status, headers, Framing.CHUNKED, steps);
    }

    /// A JSON document with its length.
    public static Reply json(int status, String json) {
        return new Reply(
                status,
                Map.of("content-type", "application/json"),
                Framing.LENGTH,
                List.of(Send.text(json), new End()));
    }

    /// Status 200 with an event stream made by the steps.
    public static Reply stream(List<Step> steps) {
        return new Reply(200, Map.of("content-type", "text/event-stream"), Framing.CHUNKED, steps);
    }

    /// The same reply with one more header.
    public Reply withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, framing, steps);
    }

    /// The same reply made by other steps.
    public Reply withSteps(List<Step> other) {
        return new Reply(status, headers, framing, other);
    }

    /// The same reply with another framing.
    public Reply withFraming(Framing other) {
        return new Reply(status, headers, other, steps);
    }

    /// Bytes of body that the steps send, in total.
    public long bodyBytes() {
        long sum = 0;
        for (Step step : steps) {
            if (step instanceof Send(byte[] bytes)) {
                sum += bytes.length;
            }
        }
        return sum;
    }
}
