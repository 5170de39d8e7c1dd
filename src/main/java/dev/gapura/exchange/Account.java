package dev.gapura.exchange;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.pricing.Cost;
import dev.gapura.tools.ToolRun;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an exchange of several calls did so far. Immutable.
///
/// @param attempts upstream calls
/// @param stoppedBy the limit that ended it before the model did, null where none did
/// @param toolRuns runs of server tools, in the order in which they ended
/// @param turns what each call used; empty where there was one
/// @param untold calls that went wrong, were made again, and did not tell what they used
record Account(
        int attempts, @Nullable String stoppedBy, List<ToolRun> toolRuns, List<ChatEvent.Reported> turns, int untold) {
    /// One call and nothing else.
    static final Account ONE_CALL = new Account(1, null, List.of(), List.of(), 0);

    Account {
        toolRuns = List.copyOf(toolRuns);
        turns = List.copyOf(turns);
    }

    /// What calls and tools cost together, in billionths of a dollar; [Cost#UNKNOWN] where a part is not
    /// known. Calls that told what they used are priced one by one: long prompts have rates of their own.
    ///
    /// @param usage of the whole answer
    long costNanoUsd(Usage usage, Decision.Terms terms) {
        long sum = toolRuns.stream().mapToLong(ToolRun::costNanoUsd).sum();
        boolean each = turns.size() > 1;
        List<Usage> all = each ? turns.stream().map(ChatEvent.Reported::usage).toList() : List.of(usage);
        for (Usage one : all) {
            long cost = each ? terms.costOfOne(one) : terms.cost(one);
            if (cost == Cost.UNKNOWN) {
                return Cost.UNKNOWN;
            }
            sum += cost;
        }
        return sum;
    }

    /// The runs as the record of the exchange keeps them.
    ///
    /// @param arguments whether with them: they are part of what was said
    /// @param arrivalNanos arrival of the request
    List<dev.gapura.telemetry.ToolRun> recorded(boolean arguments, long arrivalNanos) {
        return toolRuns.stream()
                .map(run -> new dev.gapura.telemetry.ToolRun(
                        run.name(),
                        run.status().text(),
                        Math.max(0, (run.startNanos() - arrivalNanos) / 1_000_000),
                        run.millis(),
                        run.resultBytes(),
                        run.costNanoUsd(),
                        arguments ? run.arguments() : null))
                .toList();
    }

    /// The members of the `gapura` object that tell it.
    void write(ObjectNode out, Decision.Terms terms) {
        out.put("attempts", attempts);
        if (stoppedBy != null) {
            out.put("stopped_by", stoppedBy);
        }
        if (!toolRuns.isEmpty()) {
            ArrayNode tools = out.putArray("tools");
            toolRuns.forEach(run -> tools.addObject()
                    .put("name", run.name())
                    .put("id", run.callId())
                    .put("arguments", run.arguments())
                    .put("status", run.status().text())
                    .put("ms", run.millis())
                    .put("bytes", run.resultBytes())
                    .put("cost_usd", new BigDecimal(Details.usd(run.costNanoUsd()))));
        }
        if (turns.size() > 1) {
            ArrayNode list = out.putArray("turns");
            for (ChatEvent.Reported turn : turns) {
                Usage used = turn.usage();
                String cost = Details.usd(terms.costOfOne(used));
                ObjectNode one = list.addObject()
                        .put("prompt_tokens", used.promptTokens())
                        .put("completion_tokens", used.completionTokens());
                if (used.cachedTokens() != Usage.UNKNOWN) {
                    one.put("cached_tokens", used.cachedTokens());
                }
                if (used.reasoningTokens() != Usage.UNKNOWN) {
                    one.put("reasoning_tokens", used.reasoningTokens());
                }
                one.put("cost_usd", cost == null ? null : new BigDecimal(cost));
            }
        }
    }
}
