package dev.gapura.limit;

import io.vertx.core.Future;
import java.util.List;

/// Counts requests and tokens against limits, and how many requests run. All counts of a request are drawn on at once,
/// or none is. Called on event loops; never blocks.
public sealed interface Rates permits LocalRates, SharedRates {
    /// Draws on all counts for one request.
    ///
    /// @param tokens that it may use at most, as far as is known; [#end] puts that right
    Future<Answer> take(List<Counter> counters, long tokens);

    /// The request is over, or came to nothing. Once for each grant.
    ///
    /// @param tokens that it used
    void end(Grant grant, long tokens);

    /// What is left of some counts, without drawing on them, in their order.
    Future<List<Standing.Left>> look(List<Counter> counters);

    /// What was drawn.
    ///
    /// @param tokens that were reckoned with
    /// @param local whether it was drawn in the memory of this process
    record Grant(List<Counter> counters, long tokens, boolean local) {
        public Grant {
            counters = List.copyOf(counters);
        }
    }

    /// What became of a request's draw.
    sealed interface Answer {
        /// It may go on.
        record Admitted(Grant grant, Standing standing) implements Answer {}

        /// A limit is reached; nothing was drawn.
        ///
        /// @param counter the one that is furthest from having enough
        /// @param waitMillis milliseconds until it has; 0 where that depends on others
        record Refused(Counter counter, long waitMillis, Standing standing) implements Answer {}

        /// The counts are kept elsewhere and cannot be had now.
        record Away() implements Answer {}
    }
}
