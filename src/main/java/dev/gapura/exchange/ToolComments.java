package dev.gapura.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells a streaming client of server tools while they run, as SSE comments, which clients that do not know them skip.
/// One instance an exchange, on its event loop.
final class ToolComments implements ToolTurns.ToolEvents {
    private Consumer<byte[]> client = comment -> {};

    /// Where comments go.
    void to(Consumer<byte[]> receiver) {
        client = receiver;
    }

    @Override
    public void tell(String tool, String callId, String state, @Nullable Long millis) {
        ObjectNode event = JsonTree.object().put("name", tool).put("id", callId).put("state", state);
        if (millis != null) {
            event.put("ms", millis);
        }
        client.accept((": gapura.tool " + JsonTree.text(event) + "\n\n").getBytes(StandardCharsets.UTF_8));
    }
}
