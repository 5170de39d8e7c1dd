package dev.gapura.telemetry;

import dev.gapura.access.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the history keeps of an exchange beside what stands in its access line. Immutable; any thread.
///
/// @param holder whose key it was, null where none was accepted
/// @param charge what it cost
/// @param errorCode `error.code` of its failure
/// @param endUser who the caller says it acts for: `safety_identifier` or `user` of the request
/// @param tags strings of `metadata` of the request
/// @param toolRuns tools that ran on the gateway, in order
/// @param calls attempts, in order; of very many the first
/// @param bodies what was said, where that is kept
public record Particulars(
        Principal.@Nullable Holder holder,
        Charge charge,
        @Nullable String errorCode,
        @Nullable String endUser,
        Map<String, String> tags,
        List<ToolRun> toolRuns,
        List<ProviderCall> calls,
        @Nullable Bodies bodies) {

    /// Of an exchange that called nobody.
    public static final Particulars NONE =
            new Particulars(null, Charge.NOTHING, null, null, Map.of(), List.of(), List.of(), null);

    public Particulars {
        tags = Map.copyOf(tags);
        toolRuns = List.copyOf(toolRuns);
        calls = List.copyOf(calls);
    }
}
