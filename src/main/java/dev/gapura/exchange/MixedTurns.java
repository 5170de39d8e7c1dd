package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Message;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.MessageWriter;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Splice;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Turns in which the model called tools that run here and tools of the client's: the client gets its own calls only,
/// under ids of ours, and the rest waits here, sealed, until the conversation comes back with the client's results.
/// Then
/// the turn is put back as the model said it, with all results. Kept by key and id. One instance a process; any thread.
public final class MixedTurns {
    /// Begins the ids of calls from such turns, so that a loss is noticed.
    static final String ID_PREFIX = "call_gapura_";

    private static final byte[] PREFIX = ID_PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    /// 119 bits; with the prefix 32 characters, which every client and provider takes.
    private static final int ID_CHARACTERS = 20;

    /// A person may have to approve the client's call.
    private static final long KEPT_MILLIS = 24L * 3_600_000;

    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final SealedMap entries;
    private final SecureRandom random = new SecureRandom();

    /// @param clock milliseconds
    public MixedTurns(LongSupplier clock) {
        entries = new SealedMap(clock, KEPT_MILLIS, MAX_BYTES);
    }

    /// Keeps a turn.
    ///
    /// @param owner id of the key
    /// @param turn what the model said
    /// @param results of the calls that ran here
    /// @return the ids that the client gets, by the model's
    Map<String, String> keep(String owner, Sequel.Turn turn, Message results) {
        Map<String, String> ids = new HashMap<>();
        turn.clientCalls().forEach(id -> ids.put(id, newId()));
        ObjectNode entry = JsonTree.object();
        ArrayNode messages = entry.putArray("messages");
        MessageWriter.write(List.of(turn.said(), results)).forEach(messages::add);
        ObjectNode known = entry.putObject("ids");
        ids.forEach((original, given) -> known.put(given, original));
        byte[] content = JsonTree.bytes(entry);
        ids.values().forEach(id -> entries.put(name(owner, id), content));
        return ids;
    }

    /// The request with the turns that were kept in the place of what the client knows of them.
    ///
    /// @throws GatewayException (400) where one was lost
    ChatCompletionRequest restore(ChatCompletionRequest request, String owner) {
        ChatCompletionRequest.Member member = request.member("messages");
        if (member == null || !contains(request.body(), member.valueStart(), member.valueEnd())) {
            return request;
        }
        JsonNode messages = JsonTree.read(request.body(), member.valueStart(), member.valueEnd());
        List<JsonNode> whole = new ArrayList<>();
        Map<String, String> originals = new HashMap<>();
        int index = 0;
        for (JsonNode message : messages) {
            JsonNode kept = kept(message, owner, "messages[" + index++ + "].tool_calls");
            if (kept != null) {
                kept.get("messages").forEach(whole::add);
                kept.get("ids")
                        .properties()
                        .forEach(id -> originals.put(id.getKey(), id.getValue().textValue()));
            } else {
                whole.add(answered(message, originals));
            }
        }
        ArrayNode all = JsonTree.array().addAll(whole);
        byte[] body = new Splice(request.body(), request.length())
                .replace(member.valueStart(), member.valueEnd(), JsonTree.bytes(all))
                .apply();
        return RequestReader.read(body, body.length, request.stream());
    }

    private static JsonNode answered(JsonNode message, Map<String, String> originals) {
        String id = JsonTree.string(message, "tool_call_id");
        String original = id == null ? null : originals.get(id);
        return original != null && message instanceof ObjectNode result
                ? result.deepCopy().put("tool_call_id", original)
                : message;
    }

    private @Nullable JsonNode kept(JsonNode message, String owner, String param) {
        for (JsonNode call : message.path("tool_calls")) {
            String id = JsonTree.string(call, "id");
            if (id == null || !id.startsWith(ID_PREFIX)) {
                continue;
            }
            byte[] content = entries.get(name(owner, id));
            if (content == null) {
                throw new GatewayException(new Failure(
                        FailureKind.INVALID_REQUEST,
                        "The results of the server tools that belong to the call '" + id
                                + "' are not kept any more: they "
                                + "are kept for a day, by the key that made the request. Send the conversation up to the "
                                + "user's last message again.",
                        "server_tool_results_lost",
                        param,
                        null,
                        null,
                        false));
            }
            return JsonTree.read(content, 0, content.length);
        }
        return null;
    }

    private static String name(String owner, String id) {
        return owner + '\0' + id;
    }

    private String newId() {
        StringBuilder id = new StringBuilder(ID_PREFIX);
        for (int i = 0; i < ID_CHARACTERS; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    private static boolean contains(byte[] bytes, int from, int to) {
        for (int at = from; at <= to - PREFIX.length; at++) {
            int same = 0;
            while (same < PREFIX.length && bytes[at + same] == PREFIX[same]) {
                same++;
            }
            if (same == PREFIX.length) {
                return true;
            }
        }
        return false;
    }
}
