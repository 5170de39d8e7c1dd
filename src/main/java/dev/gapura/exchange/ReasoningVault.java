package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps signed and sealed reasoning by the ids of the tool calls it led to, for clients that drop members they do not
/// know: Gemini refuses a history without its signatures, and Claude loses its thread. What a client sends back itself
/// always wins.
///
/// Bounded in bytes and in time, encrypted with a key that lives as long as the process (AES-256-GCM), and told apart
/// by
/// owner, provider and model: nobody else's conversation gets it, and no other model. One instance a process; any
/// thread; a call takes microseconds.
public final class ReasoningVault {
    /// A conversation that rests longer than this has lost what was kept for it.
    private static final long KEPT_MILLIS = 3_600_000;

    /// Together with the names under which it lies.
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final SealedMap entries;

    /// @param clock milliseconds
    public ReasoningVault(LongSupplier clock) {
        entries = new SealedMap(clock, KEPT_MILLIS, MAX_BYTES);
    }

    /// Whose reasoning it is and who can read it.
    ///
    /// @param owner name of the key
    public record Place(String owner, String provider, String model) {
        private String name(String callId) {
            return owner + '\0' + provider + '\0' + model + '\0' + callId;
        }
    }

    /// A listener of one answer that keeps what its client may lose. One an exchange, one thread.
    Consumer<ChatEvent> tap(Place place) {
        return new Tap(place);
    }

    /// The request with what its client lost: for each assistant message with calls that carries no sealed
    /// reasoning.
    ChatRequest restore(ChatRequest request, Place place) {
        List<Message> messages = null;
        for (int index = 0; index < request.messages().size(); index++) {
            Message message = request.messages().get(index);
            Message whole = message.role() == Message.Role.ASSISTANT ? restored(message, place) : message;
            if (whole != message) {
                messages = messages == null ? new ArrayList<>(request.messages()) : messages;
                messages.set(index, whole);
            }
        }
        return messages == null ? request : request.withMessages(messages);
    }

    private Message restored(Message message, Place place) {
        boolean hasOwn = false;
        boolean calls = false;
        for (Part part : message.parts()) {
            hasOwn |= part instanceof Part.Reasoning reasoning && reasoning.sealed();
            calls |= part instanceof Part.ToolCall;
        }
        if (!calls) {
            return message;
        }
        List<Part> parts = new ArrayList<>();
        List<Part> blocks = new ArrayList<>();
        boolean changed = false;
        for (Part part : message.parts()) {
            JsonNode kept = part instanceof Part.ToolCall call ? find(place.name(call.id())) : null;
            if (kept == null || !(part instanceof Part.ToolCall call)) {
                parts.add(part);
                continue;
            }
            String signature = JsonTree.string(kept, "signature");
            boolean sign = signature != null && call.signature() == null;
            changed |= sign;
            parts.add(
                    sign
                            ? new Part.ToolCall(
                                    call.id(), call.name(), call.arguments(), call.custom(), signature, call.cache())
                            : call);
            if (!hasOwn && blocks.isEmpty()) {
                kept.path("blocks").forEach(block -> blocks.add(block(block)));
            }
        }
        if (blocks.isEmpty()) {
            return changed ? message.withParts(parts) : message;
        }
        // Readable thought without a seal is what the client made of these blocks.
        parts.removeIf(part -> part instanceof Part.Reasoning);
        parts.addAll(0, blocks);
        return message.withParts(parts);
    }

    private static Part.Reasoning block(JsonNode block) {
        String text = JsonTree.string(block, "text");
        return new Part.Reasoning(
                text == null ? "" : text,
                JsonTree.string(block, "signature"),
                JsonTree.string(block, "encrypted"),
                JsonTree.string(block, "id"),
                JsonTree.string(block, "format"));
    }

    private static ObjectNode block(Part.Reasoning block) {
        return JsonTree.object()
                .put("text", block.text())
                .put("signature", block.signature())
                .put("encrypted", block.encrypted())
                .put("id", block.id())
                .put("format", block.format());
    }

    private void keep(String name, ObjectNode content) {
        entries.put(name, JsonTree.bytes(content));
    }

    private @Nullable JsonNode find(String name) {
        byte[] content = entries.get(name);
        return content == null ? null : JsonTree.read(content, 0, content.length);
    }

    /// Bytes in use, for tests and meters.
    public long bytes() {
        return entries.bytes();
    }

    /// Gathers the reasoning of one answer until its calls are known. Only the first choice: no client can send
    /// back more than one.
    private final class Tap implements Consumer<ChatEvent> {
        private final Place place;
        private final List<Part.Reasoning> blocks = new ArrayList<>(0);
        private final Map<String, @Nullable String> calls = new LinkedHashMap<>(0);

        Tap(Place place) {
            this.place = place;
        }

        @Override
        public void accept(ChatEvent event) {
            if (event instanceof ChatEvent.ReasoningBlock block
                    && block.choice() == 0
                    && block.block().sealed()) {
                blocks.add(block.block());
            } else if (event instanceof ChatEvent.ToolCallOpened opened && opened.choice() == 0) {
                calls.put(opened.id(), opened.signature());
            } else if (event instanceof ChatEvent.Finished finished && finished.choice() == 0) {
                finished();
            }
        }

        private void finished() {
            boolean first = true;
            for (Map.Entry<String, @Nullable String> call : calls.entrySet()) {
                ObjectNode content = JsonTree.object();
                if (call.getValue() != null) {
                    content.put("signature", call.getValue());
                }
                if (first && !blocks.isEmpty()) {
                    ArrayNode list = content.putArray("blocks");
                    blocks.forEach(block -> list.add(block(block)));
                }
                first = false;
                if (!content.isEmpty()) {
                    keep(place.name(call.getKey()), content);
                }
            }
        }
    }
}
