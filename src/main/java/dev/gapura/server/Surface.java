package dev.gapura.server;

import dev.gapura.failure.Failure;
import dev.gapura.telemetry.ToolRun;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/// A part of the HTTP surface that lies in another package: every path that the route table does not have is offered to
/// the surfaces in turn. One object serves all event loops.
public interface Surface {
    /// Whether it answers at a path.
    boolean takes(String path);

    /// Where it is served.
    Port port();

    /// Which of the two ports a surface is served at, where `server.admin_port` parts them.
    enum Port {
        API,
        ADMINISTRATION,
        BOTH;

        /// Whether it is served at this port.
        ///
        /// @param administration whether that is `server.admin_port`
        boolean at(boolean administration) {
            return switch (this) {
                case API -> !administration;
                case ADMINISTRATION -> administration;
                case BOTH -> true;
            };
        }
    }

    /// Answers one request from its head, on the event loop of its connection; it must not block. A
    /// [dev.gapura.failure.GatewayException] that it throws is answered for it.
    void handle(Visit visit);

    /// One request to a surface. Used on the event loop of its connection. Exactly one of [#reply],
    /// `fail`, [#fault] and [#answered] ends it, and records it.
    interface Visit {
        HttpServerRequest request();

        /// What the request is decided by.
        Snapshot snapshot();

        /// Value of `x-request-id`.
        String requestId();

        /// Numeric address of the client, after trusted proxies.
        String clientAddress();

        /// Names the matched route for metrics and log: its template, never the raw target.
        void routed(String template);

        /// Names who calls, for the record.
        void known(String keyName);

        /// Names a tool that ran for the request, for the record. Any thread, before the request is ended.
        void ran(ToolRun run);

        /// Answers with a whole body.
        void reply(int status, String type, byte[] body);

        /// Refuses in the error shape of the public contract.
        void fail(Failure failure);

        /// Has what refuses this request, or goes wrong with it, told by somebody else, who ends it: [#fail(Failure)]
        /// and [#fault] call this, once. On the event loop.
        void refusedBy(Consumer<Failure> teller);

        /// Refuses with a body of another form, for a reader that is no program.
        ///
        /// @param type media type of the body
        void fail(Failure failure, String type, byte[] body);

        /// Answers for a fault of our own; the log has its trace.
        void fault(RuntimeException fault);

        /// Records an answer that was written to the response directly.
        ///
        /// @param bytesOut of the body
        void answered(int status, long bytesOut);
    }
}
