package dev.gapura.sim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One thing the simulator does while it answers. A [Reply] is a list of these; running out of steps means
/// [End].
public sealed interface Step {
    /// Sends body bytes. Neighbouring sends may leave in one write; put a [Pause] of zero between them to
    /// flush each by itself. Empty bytes at the start send status line and headers alone.
    ///
    /// @param bytes part of the body, before any transfer coding; must not be changed afterwards
    record Send(byte[] bytes) implements Step {
        /// Sends text as UTF-8.
        public static Send text(String text) {
            return new Send(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Waits. Zero lets the event loop write out what was sent and handle other work first.
    ///
    /// @param time zero or more; rounded up to whole milliseconds
    record Pause(Duration time) implements Step {
        /// Refuses a negative time.
        public Pause {
            if (time.isNegative()) {
                throw new IllegalArgumentException("negative pause");
            }
        }
    }

    /// Closes the connection (FIN) once everything sent so far is written, without ending the body.
    record Cut() implements Step {}

    /// Resets the connection (RST) once everything sent so far is written.
    record Reset() implements Step {}

    /// Sends nothing more and keeps the connection until the client leaves.
    record Silence() implements Step {}

    /// Ends the body as its framing demands.
    record End() implements Step {}
}
