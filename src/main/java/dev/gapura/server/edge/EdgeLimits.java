package dev.gapura.server.edge;

import dev.gapura.config.Config;
import java.time.Duration;

/// What one client connection may cost. Immutable; any thread.
///
/// @param lineBytes longest request line (8 KiB, what nginx and Jetty take); more is 414
/// @param headBytes all header lines together (32 KiB); more is 431
/// @param headers number of header lines; more is 431
/// @param headTimeout from the first byte of a head to its end; later is 408
/// @param bodyTimeout from the end of the head to the end of the body; later is 408
/// @param idleTimeout how long a connection may stay without a request; then it is closed silently
/// @param writeStall how long a client may take nothing of what waits for it; then it is cut off
/// @param linger how long a refused client is read out, so that it gets to see its answer
/// @param lingerBytes how much is read out at most
/// @param maxConnections open connections at once, HTTP/1.1 and HTTP/2 together; more get 503
public record EdgeLimits(
        int lineBytes,
        int headBytes,
        int headers,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration writeStall,
        Duration linger,
        long lingerBytes,
        int maxConnections) {
    static final int LINE_BYTES = 8 * 1024;
    static final int HEAD_BYTES = 32 * 1024;
    static final int HEADERS = 100;

    /// The limits of a configured server; what the configuration does not name has the values described
    /// above.
    public static EdgeLimits of(Config.Server server) {
        return new EdgeLimits(
                LINE_BYTES,
                HEAD_BYTES,
                HEADERS,
                server.headTimeout(),
                server.bodyTimeout(),
                server.idleTimeout(),
                server.writeTimeout(),
                Duration.ofSeconds(1),
                64L * 1024 * 1024,
                server.maxConnections());
    }
}
