package dev.gapura.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Principal;
import dev.gapura.chat.Usage;
import dev.gapura.pricing.Price;
import dev.gapura.telemetry.Charge;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.Particulars;
import dev.gapura.telemetry.ToolRun;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One exchange as the ledger keeps it. Texts that a client chose are cut to a length that indexes take. Immutable;
/// any thread.
///
/// @param id key; the order of ids is the order of arrival
/// @param timeMillis arrival, milliseconds since the Unix epoch
/// @param status that was sent; 499 where the client left before one was
/// @param failure label of the failure, null where the exchange ended well
/// @param person id of whom the key belongs to
/// @param team id of the key's
/// @param endUser who the caller said it acted for
/// @param modelAsked `model` as the client wrote it
/// @param provider that was called last, null where none was
/// @param model name that was sent to it
/// @param counted where the tokens come from
/// @param tokens null where they are not known
/// @param parts what else the provider counted apart, as a JSON object, null where it did not
/// @param serviceTier tier that the provider says it served with, null where that was the ordinary one
/// @param costNanoUsd billionths of a US dollar, null where it is not known
/// @param price rates it was charged with, as text
/// @param firstByteMillis from arrival to the first byte of the answer, null where none came
/// @param tools the runs as a JSON array, null where there were none
/// @param calls attempts as a JSON array of [Calls], null where none was made or they were not kept yet
/// @param verdicts text of `x-gapura-params`
/// @param tags strings of `metadata` as a JSON object, null where there were none
/// @param hasBodies whether [Ledger#bodies] has something
/// @param storedBytes what it takes on disk, about
public record Entry(
        long id,
        String requestId,
        long timeMillis,
        String method,
        String route,
        int status,
        boolean streamed,
        @Nullable String failure,
        @Nullable String errorCode,
        @Nullable String keyName,
        @Nullable String keyId,
        @Nullable String organization,
        @Nullable String person,
        @Nullable String team,
        @Nullable String endUser,
        String client,
        @Nullable String userAgent,
        @Nullable String modelAsked,
        @Nullable String provider,
        @Nullable String model,
        int attempts,
        Charge.Counted counted,
        @Nullable Tokens tokens,
        @Nullable String parts,
        @Nullable String serviceTier,
        @Nullable Long costNanoUsd,
        @Nullable String price,
        @Nullable Long firstByteMillis,
        long durationMillis,
        long bytesIn,
        long bytesOut,
        int toolRuns,
        @Nullable String tools,
        @Nullable String calls,
        @Nullable String verdicts,
        @Nullable String tags,
        boolean hasBodies,
        long storedBytes) {

    /// PostgreSQL indexes no more than a third of a page (2,700 bytes).
    private static final int MOST_CHARACTERS = 512;

    private static final int MOST_JSON_CHARACTERS = 16 * 1024;
    /// Of the arguments of one run of a tool.
    private static final int MOST_ARGUMENT_CHARACTERS = 1_000;

    private static final String ARGUMENTS = "arguments";
    private static final long NANOS_A_MILLI = 1_000_000;

    /// A row without its longer texts, with its share of every index: with 200,000 exchanges 460 to 740
    /// bytes in SQLite and 830 to 930 in PostgreSQL.
    static final int ROW_BYTES = 600;

    /// @param bodyBytes what its bodies take
    static Entry of(Item item, long bodyBytes) {
        ExchangeRecord exchange = item.exchange();
        Particulars more = exchange.particulars();
        Charge charge = more.charge();
        Usage usage = exchange.usage();
        Price price = charge.price();
        String tools = tools(more.toolRuns());
        String calls = Calls.text(more.calls(), exchange.provider(), exchange.upstreamModel());
        String tags = tags(more.tags());
        Principal.Holder holder = more.holder();
        String verdicts = cut(exchange.verdicts(), MOST_JSON_CHARACTERS);
        String userAgent = cut(exchange.userAgent(), MOST_CHARACTERS);
        return new Entry(
                item.id(),
                exchange.requestId(),
                exchange.startMillis(),
                cut(exchange.method()),
                exchange.route(),
                exchange.status(),
                exchange.streamed(),
                exchange.failure() == null ? null : exchange.failure().label(),
                cut(more.errorCode(), MOST_CHARACTERS),
                cut(exchange.keyName(), MOST_CHARACTERS),
                holder == null ? null : cut(holder.keyId()),
                holder == null ? null : holder.organization(),
                holder == null ? null : holder.person(),
                holder == null ? null : holder.team(),
                cut(more.endUser(), MOST_CHARACTERS),
                exchange.clientAddress(),
                userAgent,
                cut(exchange.modelAsked(), MOST_CHARACTERS),
                cut(exchange.provider(), MOST_CHARACTERS),
                cut(exchange.upstreamModel(), MOST_CHARACTERS),
                exchange.attempts(),
                charge.counted(),
                usage == null ? null : Tokens.of(usage),
                usage == null ? null : parts(usage),
                usage == null ? null : cut(usage.serviceTier(), MOST_CHARACTERS),
                charge.costNanoUsd() < 0 ? null : charge.costNanoUsd(),
                price == null ? null : PriceText.of(price),
                exchange.firstByteNanos() < 0 ? null : exchange.firstByteNanos() / NANOS_A_MILLI,
                exchange.durationNanos() / NANOS_A_MILLI,
                exchange.bytesIn(),
                exchange.bytesOut(),
                more.toolRuns().size(),
                tools,
                calls,
                verdicts,
                tags,
                bodyBytes > 0,
                ROW_BYTES
                        + bodyBytes
                        + length(tools)
                        + length(calls)
                        + length(verdicts)
                        + length(tags)
                        + length(userAgent));
    }

    /// The same under another key.
    Entry withId(long other) {
        return copy(other, tools, hasBodies, storedBytes);
    }

    private Entry copy(long newId, @Nullable String newTools, boolean bodies, long bytes) {
        return new Entry(
                newId,
                requestId,
                timeMillis,
                method,
                route,
                status,
                streamed,
                failure,
                errorCode,
                keyName,
                keyId,
                organization,
                person,
                team,
                endUser,
                client,
                userAgent,
                modelAsked,
                provider,
                model,
                attempts,
                counted,
                tokens,
                parts,
                serviceTier,
                costNanoUsd,
                price,
                firstByteMillis,
                durationMillis,
                bytesIn,
                bytesOut,
                toolRuns,
                newTools,
                calls,
                verdicts,
                tags,
                bodies,
                bytes);
    }

    private static @Nullable String tools(List<ToolRun> runs) {
        if (runs.isEmpty()) {
            return null;
        }
        ArrayNode list = JsonTree.array();
        for (ToolRun run : runs) {
            ObjectNode one = list.addObject();
            one.put("name", run.name());
            one.put("status", run.status());
            one.put("at_ms", run.atMillis());
            one.put("ms", run.millis());
            one.put("bytes", run.resultBytes());
            one.put("cost_nano_usd", run.costNanoUsd());
            String arguments = run.arguments();
            if (arguments != null) {
                one.put(ARGUMENTS, cut(arguments, MOST_ARGUMENT_CHARACTERS));
            }
        }
        return JsonTree.text(list);
    }

    /// The same after its bodies were forgotten, with which the arguments of its tools go.
    Entry withoutBodies(long bodyBytes) {
        JsonNode list = tools == null ? null : JsonTree.readOrNull(tools);
        if (list != null) {
            list.forEach(run -> ((ObjectNode) run).remove(ARGUMENTS));
        }
        String left = list == null ? null : JsonTree.text(list);
        return copy(id, left, false, storedBytes - bodyBytes - length(tools) + length(left));
    }

    private static @Nullable String parts(Usage usage) {
        if (usage.parts().isEmpty()) {
            return null;
        }
        ObjectNode object = JsonTree.object();
        new TreeMap<>(usage.parts())
                .forEach((part, count) -> object.put(part.name().toLowerCase(Locale.ROOT), count));
        return JsonTree.text(object);
    }

    private static @Nullable String tags(Map<String, String> tags) {
        if (tags.isEmpty()) {
            return null;
        }
        ObjectNode object = JsonTree.object();
        new TreeMap<>(tags).forEach(object::put);
        return JsonTree.text(object);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS);
    }

    private static @Nullable String cut(@Nullable String text, int most) {
        return text == null || text.length() <= most ? text : text.substring(0, most);
    }
}
