package bench;

/// What one measured window showed.
///
/// @param failure why the window is void, or null
/// @param units requests, chunks or events delivered inside the window
/// @param cpuNanos CPU time of the contestant inside the window, idle CPU included
/// @param latency of answers (JSON), chunks (paced) or whole streams (unpaced), from the moment they were due
/// @param firstEvent of streams: from the moment at which the request was due to the first event
/// @param lateness of the load generator: from the moment a request was due to its write
/// @param loadBusy share of their core that load generator and mock used
/// @param gatewayBusy share of its core that the contestant used
/// @param foreignBusy share of the contestant's core that others used
/// @param stolen share of time the hypervisor took from both cores
/// @param stalls requests that found no idle connection at the moment they were due
record Window(
        String failure,
        long units,
        long nanos,
        long cpuNanos,
        Samples latency,
        Samples firstEvent,
        Samples lateness,
        double loadBusy,
        double gatewayBusy,
        double foreignBusy,
        double stolen,
        int stalls) {

    static Window failed(String failure) {
        Samples none = new Samples();
        return new Window(failure, 0, 1, 0, none, none, none, 0, 0, 0, 0, 0);
    }

    /// CPU time a unit, without what the contestant uses when idle.
    ///
    /// @param idle share of a core
    double cpuMicros(double idle) {
        return (cpuNanos - idle * nanos) / 1e3 / units;
    }
}
