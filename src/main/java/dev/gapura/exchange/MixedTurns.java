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
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Turns in which the model called tools that run here and tools of the client's: the client gets its own calls only,
/// under ids of ours, and the rest waits here, sealed, until the conversation comes back with the client's results.
/// Then the turn is put back as the model said it, with all results, behind the turns of the same answer before it.
/// Kept by key and id: in memory, and in the database for a gateway that was started anew, and for other replicas. One
/// instance a process; any thread.
public final class MixedTurns {
    /// Begins the ids of calls from such turns, so that a loss is noticed.
    static final String ID_PREFIX = "call_gapura_";

    private static final byte[] PREFIX = ID_PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHIFTS = shifts();
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    /// Of the name of a turn: 107 bits. Behind it an id has the number of the call, with the prefix some 31
    /// characters, which every client and provider takes.
    private static final int TURN_CHARACTERS = 18;

    /// A person may have to approve the client's call.
    private static final long KEPT_MILLIS = 24L * 3_600_000;

    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final SealedMap entries;
    private final StoredTurns stored;
    private final SecureRandom random = new SecureRandom();

    /// @param clock milliseconds
    /// @param stored turns in the database
    public MixedTurns(LongSupplier clock, StoredTurns stored) {
        entries = new SealedMap(clock, KEPT_MILLIS, MAX_BYTES);
        this.stored = stored;
    }

    /// Keeps a turn, and those of the same answer before it: the client knows all of them as one message,
    /// which they take the place of.
    ///
    /// @param owner id of the key
    /// @param said what the model said in every turn of the answer, and the results of calls that ran here
    /// @param clientCalls ids of the last turn's calls of the client's tools
    /// @return the ids that the client gets, by the model's, when the turn is on disk or cannot be brought
    ///     there; completes on any thread and never fails
    CompletableFuture<Map<String, String>> keep(String owner, List<Message> said, List<String> clientCalls) {
        String name = newName();
        Map<String, String> ids = new HashMap<>();
        clientCalls.forEach(id -> ids.put(id, ID_PREFIX + name + ids.size()));
        ObjectNode entry = JsonTree.object();
        ArrayNode messages = entry.putArray("messages");
        MessageWriter.write(said).forEach(messages::add);
        ObjectNode known = entry.putObject("ids");
        ids.forEach((original, given) -> known.put(given, original));
        byte[] content = JsonTree.wellFormed(entry);
        entries.put(entry(owner, name), content);
        return stored.keep(owner, name, content, KEPT_MILLIS).thenApply(done -> ids);
    }

    /// Whether a request may go on with turns that were kept: hardly any does, and nothing else is to be asked of the
    /// others.
    static boolean mayGoOn(ChatCompletionRequest request) {
        ChatCompletionRequest.Member member = request.member("messages");
        return member != null && contains(request.body(), member.valueStart(), member.valueEnd());
    }

    /// Names of the turns that a request belongs to and that are not in memory.
    Set<String> missing(ChatCompletionRequest request, String owner) {
        ChatCompletionRequest.Member member = request.member("messages");
        if (member == null) {
            return Set.of();
        }
        Set<String> missing = new LinkedHashSet<>();
        for (JsonNode message : JsonTree.read(request.body(), member.valueStart(), member.valueEnd())) {
            String id = keptId(message);
            String name = id == null ? null : turn(id);
            if (name != null && entries.get(entry(owner, name)) == null) {
                missing.add(name);
            }
        }
        return missing;
    }

    /// Reads turns from the database.
    ///
    /// @return those that are there, by their names; completes on any thread; fails with a
    ///     [GatewayException] (503) where the database is away
    CompletableFuture<Map<String, byte[]>> find(Set<String> turns, String owner) {
        CompletableFuture<Map<String, byte[]>> result = new CompletableFuture<>();
        stored.find(owner, turns).whenComplete((found, failed) -> {
            if (failed != null) {
                result.completeExceptionally(new GatewayException(new Failure(
                        FailureKind.UNAVAILABLE,
                        "The results of server tools that this conversation goes on with cannot be read now: the "
                                + "gateway's database does not answer. Try again.",
                        "storage_unavailable",
                        null,
                        null,
                        null,
                        true)));
            } else {
                found.forEach((name, content) -> entries.put(entry(owner, name), content));
                if (!found.isEmpty()) {
                    stored.renew(owner, found.keySet(), KEPT_MILLIS);
                }
                result.complete(found);
            }
        });
        return result;
    }

    /// The request with the turns that were kept in the place of what the client knows of them.
    ///
    /// @param found turns that were not in memory, by their names
    /// @throws GatewayException (400) where one was lost
    ChatCompletionRequest restore(ChatCompletionRequest request, String owner, Map<String, byte[]> found) {
        ChatCompletionRequest.Member member = request.member("messages");
        if (member == null) {
            return request;
        }
        JsonNode messages = JsonTree.read(request.body(), member.valueStart(), member.valueEnd());
        List<JsonNode> whole = new ArrayList<>();
        Map<String, String> originals = new HashMap<>();
        int index = 0;
        for (JsonNode message : messages) {
            JsonNode kept = kept(message, owner, found, "messages[" + index++ + "].tool_calls");
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
                .replace(member.valueStart(), member.valueEnd(), JsonTree.wellFormed(all))
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

    private @Nullable JsonNode kept(JsonNode message, String owner, Map<String, byte[]> found, String param) {
        String id = keptId(message);
        if (id == null) {
            return null;
        }
        String name = turn(id);
        byte[] content = name == null ? null : entries.get(entry(owner, name));
        if (content == null && name != null) {
            content = found.get(name);
        }
        if (content == null) {
            throw new GatewayException(new Failure(
                    FailureKind.INVALID_REQUEST,
                    "The results of the server tools that belong to the call '" + id
                            + "' are not kept any more: they are kept for a day after their last use, by the key that "
                            + "made the request. "
                            + "Send the conversation up to the user's last message again.",
                    "server_tool_results_lost",
                    param,
                    null,
                    null,
                    false));
        }
        // A conversation that goes on has its turns of both kinds for as long as it does.
        if (name != null && entries.renew(entry(owner, name), KEPT_MILLIS / 2)) {
            stored.renew(owner, List.of(name), KEPT_MILLIS);
        }
        return JsonTree.read(content, 0, content.length);
    }

    /// The first id of ours among the calls of a message, null where there is none.
    private static @Nullable String keptId(JsonNode message) {
        for (JsonNode call : message.path("tool_calls")) {
            String id = JsonTree.string(call, "id");
            if (id != null && id.startsWith(ID_PREFIX)) {
                return id;
            }
        }
        return null;
    }

    /// The name of the turn that an id belongs to, null where it is none that we gave.
    private static @Nullable String turn(String id) {
        int end = PREFIX.length + TURN_CHARACTERS;
        return id.length() > end ? id.substring(PREFIX.length, end) : null;
    }

    private static String entry(String owner, String turn) {
        return owner + '\0' + turn;
    }

    private String newName() {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < TURN_CHARACTERS; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /// Whether the prefix occurs. Looks at every twelfth byte or so (Horspool), since it looks at every
    /// request.
    private static boolean contains(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - PREFIX.length) {
            int last = PREFIX.length - 1;
            byte end = bytes[at + last];
            int same = last;
            while (same >= 0 && bytes[at + same] == PREFIX[same]) {
                same--;
            }
            if (same < 0) {
                return true;
            }
            at += SHIFTS[end & 0xFF];
        }
        return false;
    }

    /// How far the prefix may be moved on where a byte stands under its end.
    private static byte[] shifts() {
        byte[] shifts = new byte[256];
        Arrays.fill(shifts, (byte) PREFIX.length);
        for (int index = 0; index < PREFIX.length - 1; index++) {
            shifts[PREFIX[index] & 0xFF] = (byte) (PREFIX.length - 1 - index);
        }
        return shifts;
    }
}
