package dev.gapura.server.edge;

import dev.gapura.config.Config;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The listener's settings, from the configuration. Stateless.
///
/// What is deliberately not set here: deadlines and connection limits ([EdgeGuard] has them), compression
/// (each JSON answer decides for itself, streams are never compressed; Vert.x's own would sit in the way of
/// every streamed chunk), `100 Continue` ([BodyCollector] sends it once it wants the body), and the receive
/// buffer (a set size would replace Netty's growing read buffer by a fixed one).
public final class EdgeOptions {
    /// With the outbound queue's 32 KiB this bounds what is held for a client that does not read. The kernel
    /// doubles the figure for its bookkeeping
    /// ([socket(7)](https://man7.org/linux/man-pages/man7/socket.7.html)).
    private static final int SEND_BUFFER_BYTES = 32 * 1024;

    /// Streams a client may have open at once on one HTTP/2 connection; RFC 9113 6.5.2 advises at least 100.
    private static final int STREAMS = 256;

    /// Body bytes a client may send on a stream before more are asked for; the protocol's own default.
    private static final int STREAM_WINDOW_BYTES = 65_535;

    private static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;

    private EdgeOptions() {}

    /// Options for one listener; hand the same object to [EdgeGuard#listen].
    public static HttpServerOptions of(Config.Server server) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setReuseAddress(true)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setAcceptBacklog(1024)
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setHandle100ContinueAutomatically(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                // No WebSocket here: without these its handler would see every request.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                // The guard's limits come first; these only must not be narrower.
                .setMaxInitialLineLength(EdgeLimits.LINE_BYTES + 64)
                .setMaxHeaderSize(EdgeLimits.HEAD_BYTES + 1024)
                // In pieces as large as one read; the default of 8 KiB would cut a large prompt into dozens.
                .setMaxChunkSize(64 * 1024)
                .setHttp2ClearTextEnabled(true)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(STREAMS)
                        .setInitialWindowSize(STREAM_WINDOW_BYTES)
                        .setMaxHeaderListSize(EdgeLimits.HEAD_BYTES))
                // Rapid reset (CVE-2023-44487): a client that keeps cancelling is cut off. Agents cancel, but not so.
                .setHttp2RstFloodMaxRstFramePerWindow(400)
                .setHttp2RstFloodWindowDuration(30)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
        Config.Tls tls = server.tls();
        if (tls != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1, HttpVersion.HTTP_1_0))
                    .setSslHandshakeTimeout(server.headTimeout().toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(tls.certificate().toString())
                            .addKeyPath(tls.key().toString()));
        }
        return options;
    }
}
