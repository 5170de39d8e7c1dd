package dev.gapura.idempotency;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.failure.FailureKind;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// An answer as its client got it. Immutable.
///
/// @param status HTTP status
/// @param contentType of the body
/// @param headers others that are given again, by their names in lower case
/// @param failure why the exchange ended badly, null where it ended well
/// @param requestId of the exchange that it is the answer of
/// @param packed body, in members of gzip; null where it is too long to be kept
public record KeptAnswer(
        int status,
        String contentType,
        Map<String, String> headers,
        @Nullable FailureKind failure,
        String requestId,
        byte @Nullable [] packed) {

    /// What an answer cost is not what its repetition costs.
    private static final String COST = "x-gapura-cost-usd";

    private static final String OURS = "x-gapura-";
    private static final String RETRY = "retry-after";
    private static final String SHOULD_RETRY = "x-should-retry";

    public KeptAnswer {
        headers = Map.copyOf(headers);
    }

    /// Those of an answer's headers that are given again.
    public static Map<String, String> headers(Iterable<Map.Entry<String, String>> all) {
        Map<String, String> kept = new HashMap<>();
        for (Map.Entry<String, String> header : all) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(OURS) && !name.equals(COST) || name.startsWith(RETRY) || name.equals(SHOULD_RETRY)) {
                kept.put(name, header.getValue());
            }
        }
        return kept;
    }

    /// Whether it is an event stream.
    public boolean streamed() {
        return contentType.startsWith("text/event-stream");
    }

    /// The body; empty where it was not kept. Milliseconds of work for a long one.
    byte[] body() {
        byte[] bytes = packed;
        if (bytes == null || bytes.length == 0) {
            return new byte[0];
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    /// As bytes for the database: a line of JSON, and the body.
    byte[] encoded() {
        ObjectNode line = JsonTree.object();
        line.put("status", status);
        line.put("type", contentType);
        ObjectNode told = line.putObject("headers");
        headers.forEach(told::put);
        if (failure != null) {
            line.put("failure", failure.name());
        }
        line.put("request_id", requestId);
        byte[] head = JsonTree.bytes(line);
        byte[] body = packed == null ? new byte[0] : packed;
        byte[] all = Arrays.copyOf(head, head.length + 1 + body.length);
        all[head.length] = '\n';
        System.arraycopy(body, 0, all, head.length + 1, body.length);
        return all;
    }

    /// The other way.
    static KeptAnswer decoded(byte[] bytes) {
        int end = 0;
        while (bytes[end] != '\n') {
            end++;
        }
        JsonNode line = JsonTree.read(bytes, 0, end);
        Map<String, String> headers = new HashMap<>();
        line.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().textValue()));
        return new KeptAnswer(
                line.path("status").intValue(),
                line.path("type").asText(),
                headers,
                failure(JsonTree.string(line, "failure")),
                line.path("request_id").asText(),
                Arrays.copyOfRange(bytes, end + 1, bytes.length));
    }

    /// Null also for one that another version of the gateway knows.
    private static @Nullable FailureKind failure(@Nullable String name) {
        for (FailureKind kind : FailureKind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        return null;
    }
}
