package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.dialect.openai.KeptReasoning;
import dev.gapura.dialect.openai.ReasoningGatherer;
import dev.gapura.provider.Habit;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Keeps reasoning by the ids of the tool calls it led to, for clients that drop members they do not know: Gemini
/// refuses a history without its signatures, DeepSeek one without its thoughts, and Claude loses its thread. What a
/// client sends back itself always wins.
///
/// Bounded in bytes and in time, encrypted with a key that lives as long as the process (AES-256-GCM), and told apart
/// by owner, provider and model: nobody else's conversation gets it, and no other model. Readable thought of relayed
/// answers has a bound of its own, so that it never crowds out what is signed. One instance a process; any thread; a
/// call takes microseconds.
public final class ReasoningVault {
    /// A conversation that rests longer than this has lost what was kept for it.
    private static final long KEPT_MILLIS = 3_600_000;

    /// Together with the names under which it lies.
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private static final Pattern WORDS = Pattern.compile("[^A-Za-z0-9]+");

    /// Of neutral conversations.
    private final SealedMap entries;

    /// Of relayed ones: members as the provider gave them.
    private final SealedMap relayed;

    /// @param clock milliseconds
    public ReasoningVault(LongSupplier clock) {
        entries = new SealedMap(clock, KEPT_MILLIS, MAX_BYTES);
        relayed = new SealedMap(clock, KEPT_MILLIS, MAX_BYTES);
    }

    /// Whose reasoning it is and who can read it.
    ///
    /// @param owner id of the key
    public record Place(String owner, String provider, String model) {
        private String name(String callId) {
            return owner + '\0' + provider + '\0' + model + '\0' + callId;
        }
    }

    /// What relayed answers gave beside calls of tools, for the requests that follow them.
    KeptReasoning kept(Place place, ConversationDigests conversation) {
        return callId -> {
            String name = name(place, callId, conversation.beforeCalls().getOrDefault(callId, ""));
            return name == null ? null : find(relayed, name);
        };
    }

    /// Gathers from one relayed answer what its client may lose, null where the model wants nothing back.
    ///
    /// @param before digest of what was said before, empty where it is not known
    @Nullable
    ReasoningGatherer gatherer(Place place, String before, Set<Habit> habits) {
        return ReasoningGatherer.of(habits, (callIds, members) -> {
            String name = name(place, callIds.getFirst(), before);
            if (name != null) {
                relayed.put(name, JsonTree.bytes(members));
            }
        });
    }

    /// Under which name a call's reasoning lies. Ids that providers count (`functions.weather:0`) come
    /// again in other conversations: they name a call only together with what was said before it. Null
    /// where that is not known.
    private static @Nullable String name(Place place, String callId, String before) {
        return isRandom(callId) ? place.name(callId) : before.isEmpty() ? null : place.name(before + '\0' + callId);
    }

    /// Whether an id has a random part: eight characters or more in words with digits. `call_1` and
    /// `weather:0` have none.
    private static boolean isRandom(String id) {
        int random = 0;
        for (String word : WORDS.split(id)) {
            boolean digits = word.chars().anyMatch(character -> character >= '0' && character <= '9');
            random += word.length() >= 6 && digits ? word.length() : 0;
        }
        return random >= 8 && id.lastIndexOf(':') < 0;
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
            JsonNode kept = part instanceof Part.ToolCall call ? find(entries, place.name(call.id())) : null;
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

    private static @Nullable JsonNode find(SealedMap map, String name) {
        byte[] content = map.get(name);
        return content == null ? null : JsonTree.read(content, 0, content.length);
    }

    /// Bytes in use, for tests and meters.
    public long bytes() {
        return entries.bytes() + relayed.bytes();
    }

    /// Gathers the reasoning of one answer until its calls are known. Only the first choice: no client can
    /// send back more than one.
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
                    entries.put(place.name(call.getKey()), JsonTree.bytes(content));
                }
            }
        }
    }
}
