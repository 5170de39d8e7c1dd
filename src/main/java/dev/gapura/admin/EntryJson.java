package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.ledger.Calls;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Tokens;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An exchange of the ledger as JSON, and as `/openapi.json` describes it. Stateless; any thread.
final class EntryJson {
    private static final Shape.Members RUN = Shape.members(
            Parameter.of("name", Shape.text(), "Name of the tool."),
            Parameter.of("status", Shape.text(), "How it ended."),
            Parameter.of("at_ms", Shape.whole(), "From the arrival of the request to its begin."),
            Parameter.of("ms", Shape.whole(), "How long it took."),
            Parameter.of("bytes", Shape.whole(), "Bytes of its result."),
            Parameter.of("cost_nano_usd", Shape.whole(), "Price of the run."),
            Parameter.of("arguments", Shape.text(), "As the model wrote them, where bodies are kept."));

    private static final Shape.Members CALL = Shape.members(
            Parameter.of("provider", Shape.text(), "Provider that was called."),
            Parameter.of("model", Shape.text(), "Model name that was sent to it."),
            Parameter.of("at_ms", Shape.whole(), "From the arrival of the request to the begin of the attempt."),
            Parameter.of("head_ms", Shape.whole(), "From its begin to the provider's status; null where none came."),
            Parameter.of("ms", Shape.whole(), "From its begin to its end."),
            Parameter.of("status", Shape.whole(), "Status that the provider sent; null where none came."),
            Parameter.of("failure", Shape.text(), "What went wrong beside the status; null where nothing did."));

    static final Shape.Members SHAPE = Shape.members(
            Parameter.of("id", Shape.text(), "Value of `x-request-id`."),
            Parameter.of("time", Shape.whole(), "Arrival, milliseconds since the Unix epoch."),
            Parameter.of("method", Shape.text(), "Request method."),
            Parameter.of("route", Shape.text(), "Template of the route."),
            Parameter.of("status", Shape.whole(), "Status sent; 499 where the client left before one was."),
            Parameter.of("streamed", new Shape.Flag(), "Whether the answer was an event stream."),
            Parameter.of("failure", Shape.text(), "Label of the failure; null where it ended well."),
            Parameter.of("error_code", Shape.text(), "`error.code` of the failure."),
            Parameter.of("key", Shape.text(), "Name of the key."),
            Parameter.of("key_id", Shape.text(), "Id of the key."),
            Parameter.of("organization", Shape.text(), "Id of the key's organization."),
            Parameter.of("person", Shape.text(), "Id of whom the key belongs to."),
            Parameter.of("team", Shape.text(), "Id of the key's team."),
            Parameter.of("end_user", Shape.text(), "Whom the caller said it acted for."),
            Parameter.of("client", Shape.text(), "Address of the client."),
            Parameter.of("user_agent", Shape.text(), "`user-agent` as sent."),
            Parameter.of("model_asked", Shape.text(), "`model` as the client wrote it."),
            Parameter.of("provider", Shape.text(), "Provider that was called last."),
            Parameter.of("model", Shape.text(), "Model name that was sent to it."),
            Parameter.of("attempts", Shape.whole(), "Calls to providers."),
            Parameter.of(
                    "counted",
                    Shape.only("nothing", "reported", "estimated", "unknown"),
                    "Where the tokens come from; `nothing`: no provider was called."),
            Parameter.of(
                    "tokens",
                    Shape.members(
                            Parameter.of("input", Shape.whole(), "Of the prompt, neither from a cache nor to one."),
                            Parameter.of("cached", Shape.whole(), "Of the prompt, read from a cache."),
                            Parameter.of("cache_write", Shape.whole(), "Of the prompt, written to a cache."),
                            Parameter.of("output", Shape.whole(), "Of the completion, without reasoning."),
                            Parameter.of("reasoning", Shape.whole(), "Of the completion, reasoning.")),
                    "Disjoint classes, whose sum is what the provider counted; null where not known."),
            Parameter.of("parts", Shape.object(), "What else the provider counted apart."),
            Parameter.of("service_tier", Shape.text(), "Tier that the provider served with."),
            Parameter.of("cost_nano_usd", Shape.whole(), "Billionths of a US dollar; null where not known."),
            Parameter.of("price", Shape.text(), "Rates it was charged with."),
            Parameter.of("first_byte_ms", Shape.whole(), "From arrival to the first byte of the answer."),
            Parameter.of("duration_ms", Shape.whole(), "From arrival to the end."),
            Parameter.of("bytes_in", Shape.whole(), "Bytes of the request body."),
            Parameter.of("bytes_out", Shape.whole(), "Bytes of the answer."),
            Parameter.of("tool_runs", Shape.whole(), "Tools that ran on the gateway."),
            Parameter.of("tools", Shape.listOf(RUN), "Those runs, in the order in which they ended."),
            Parameter.of(
                    "calls",
                    Shape.listOf(CALL),
                    "Attempts in order, of very many the first 100; null where none was made, and for requests that an"
                            + " older version wrote down. The request waited here until the first began."),
            Parameter.of("verdicts", Shape.text(), "Text of `x-gapura-params`; null where every field passed."),
            Parameter.of("tags", Shape.object(), "Strings of `metadata`."),
            Parameter.of("bodies", new Shape.Flag(), "Whether the bodies are kept."));

    private EntryJson() {}

    static ObjectNode write(Entry entry) {
        ObjectNode one = JsonTree.object();
        one.put("id", entry.requestId());
        one.put("time", entry.timeMillis());
        one.put("method", entry.method());
        one.put("route", entry.route());
        one.put("status", entry.status());
        one.put("streamed", entry.streamed());
        one.put("failure", entry.failure());
        one.put("error_code", entry.errorCode());
        one.put("key", entry.keyName());
        one.put("key_id", entry.keyId());
        one.put("organization", entry.organization());
        one.put("person", entry.person());
        one.put("team", entry.team());
        one.put("end_user", entry.endUser());
        one.put("client", entry.client());
        one.put("user_agent", entry.userAgent());
        one.put("model_asked", entry.modelAsked());
        one.put("provider", entry.provider());
        one.put("model", entry.model());
        one.put("attempts", entry.attempts());
        one.put("counted", entry.counted().name().toLowerCase(Locale.ROOT));
        one.set("tokens", tokens(entry.tokens()));
        one.set("parts", stored(entry.parts()));
        one.put("service_tier", entry.serviceTier());
        one.put("cost_nano_usd", entry.costNanoUsd());
        one.put("price", entry.price());
        one.put("first_byte_ms", entry.firstByteMillis());
        one.put("duration_ms", entry.durationMillis());
        one.put("bytes_in", entry.bytesIn());
        one.put("bytes_out", entry.bytesOut());
        one.put("tool_runs", entry.toolRuns());
        one.set("tools", stored(entry.tools()));
        one.set("calls", Calls.of(entry));
        one.put("verdicts", entry.verdicts());
        one.set("tags", stored(entry.tags()));
        one.put("bodies", entry.hasBodies());
        return one;
    }

    static @Nullable ObjectNode tokens(@Nullable Tokens tokens) {
        if (tokens == null) {
            return null;
        }
        ObjectNode classes = JsonTree.object();
        classes.put("input", tokens.input());
        classes.put("cached", tokens.cached());
        classes.put("cache_write", tokens.cacheWrite());
        classes.put("output", tokens.output());
        classes.put("reasoning", tokens.reasoning());
        return classes;
    }

    private static @Nullable JsonNode stored(@Nullable String json) {
        return json == null ? null : JsonTree.readOrNull(json);
    }
}
