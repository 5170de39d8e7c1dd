package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.failure.GatewayException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Does what a command asks for: the running gateway, or the database where none runs. Blocks.
interface Administrator extends AutoCloseable {
    /// Calls a route of the admin API.
    ///
    /// @param target path below `/admin/api`, with its query
    /// @param body JSON, null for none
    /// @throws Refusal when it is refused
    JsonNode call(String method, String target, @Nullable JsonNode body);

    /// Reads an event stream until it ends.
    ///
    /// @param line is given each line
    /// @throws Refusal when it is refused, or where no gateway runs
    void follow(String target, Consumer<String> line);

    @Override
    void close();

    /// A command that was refused, with a text for whoever called it.
    final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refusal(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }

        static Refusal of(GatewayException refusal) {
            return new Refusal(refusal.failure().status(), refusal.failure().message());
        }

        /// HTTP status that it has, or would have.
        int status() {
            return status;
        }
    }
}
