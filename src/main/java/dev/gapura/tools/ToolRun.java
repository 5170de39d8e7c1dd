package dev.gapura.tools;

/// One run of a server tool, for the account of an exchange. Immutable.
///
/// @param name of the tool
/// @param callId of the model's call
/// @param arguments as the model wrote them
/// @param status how it ended
/// @param startNanos when it began, `System.nanoTime()`
/// @param millis how long it took
/// @param resultBytes of the result before it was cut, in UTF-8
/// @param costNanoUsd price of the run, in billionths of a dollar
public record ToolRun(
        String name,
        String callId,
        String arguments,
        Status status,
        long startNanos,
        long millis,
        int resultBytes,
        long costNanoUsd) {
    /// How a run ended.
    public enum Status {
        /// It gave a result.
        OK("ok"),
        /// The tool said what went wrong.
        FAILED("failed"),
        /// The arguments did not follow the schema: nothing ran.
        INVALID_ARGUMENTS("invalid_arguments"),
        TIMEOUT("timeout"),
        /// Nobody offered a tool of that name, or the key may not use it: nothing ran.
        NOT_OFFERED("not_offered"),
        /// The identical call came too often: nothing ran.
        REPEATED("repeated"),
        /// A budget did not buy it: nothing ran.
        UNPAID("unpaid"),
        /// The client left while it ran, or the time of all tools was over.
        CANCELLED("cancelled");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /// As it stands in the `gapura` object.
        public String text() {
            return text;
        }
    }
}
