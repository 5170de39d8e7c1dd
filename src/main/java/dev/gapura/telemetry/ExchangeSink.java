package dev.gapura.telemetry;

/// Takes the record of every exchange when it is over: the access log, the ledger.
@FunctionalInterface
public interface ExchangeSink {
    /// Takes one record. Called on event loops, any of them: never blocks, never throws.
    void write(ExchangeRecord exchange);

    /// A sink that hands every record to two others.
    static ExchangeSink both(ExchangeSink first, ExchangeSink second) {
        return exchange -> {
            first.write(exchange);
            second.write(exchange);
        };
    }
}
