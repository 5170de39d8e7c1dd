package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.Turn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client that plays a recorded conversation step by step through a gateway. It asks what was asked, but its history
/// holds the answers that it read. What the provider gets back of its own turns is compared with what it said.
final class SessionPlay {
    private final Replay replay;
    private final Proof proof;
    private final boolean fields;
    private final List<String> faults = new ArrayList<>();
    /// The conversation as the client knows it.
    private List<JsonNode> history = new ArrayList<>();
    /// Answers in the conversation, by the number of the turn that each is.
    private final Map<Integer, Recording> own = new LinkedHashMap<>();

    private @Nullable JsonNode answer;
    private int due;

    /// @param fields whether the client keeps every field of an answer; otherwise only OpenAI's own: role,
    ///     content and tool calls with id, type, name and arguments
    SessionPlay(Replay replay, Proof proof, boolean fields) {
        this.replay = replay;
        this.proof = proof;
        this.fields = fields;
    }

    /// How many thoughts had to come back to the provider.
    int due() {
        return due;
    }

    /// Plays all steps and tells what was lost; nothing is best.
    List<String> faults(List<Recording> steps) {
        int turnsBefore = 0;
        for (Recording step : steps) {
            ObjectNode asked = proof.asked(step);
            List<JsonNode> recorded = asked.path("messages").valueStream().toList();
            continueWith(asked, recorded, turnsBefore);
            turnsBefore = turns(recorded);
            asked.putArray("messages").addAll(history);
            Reply reply = Proof.reply(step, Reply.Framing.CHUNKED);
            byte[] body = asked.toString().getBytes(StandardCharsets.UTF_8);
            Replay.Seen seen = replay.one(new Replay.Play(step.file(), body, reply));
            read(step, seen);
        }
        return faults;
    }

    /// What the client says next: all that the recorded conversation has behind the answer just read. A recorded
    /// conversation without that answer is a new one.
    private void continueWith(ObjectNode asked, List<JsonNode> recorded, int turnsBefore) {
        int start = startOf(recorded, turnsBefore);
        if (answer == null || start < 0 && !isTool(recorded.getFirst())) {
            history = new ArrayList<>(recorded);
            own.clear();
            return;
        }
        int end = Math.max(start, 0);
        List<String> recordedIds = new ArrayList<>();
        while (start >= 0 && end < recorded.size() && isAssistant(recorded.get(end))) {
            recordedIds.addAll(ids(recorded.get(end++)));
        }
        List<String> readIds = ids(answer);
        history.add(answer);
        List<String> unanswered = new ArrayList<>(readIds);
        int place = history.size();
        int result = 0;
        for (JsonNode message : recorded.subList(end, recorded.size())) {
            if (message instanceof ObjectNode tool && isTool(tool)) {
                int call = recordedIds.indexOf(tool.path("tool_call_id").asText());
                call = call < 0 ? result : call;
                result++;
                if (call < readIds.size()) {
                    unanswered.remove(readIds.get(call));
                    history.add(tool.deepCopy().put("tool_call_id", readIds.get(call)));
                    continue;
                }
            }
            history.add(message);
        }
        // Some recorded clients left calls unanswered, which those of OpenAI do not.
        for (String id : unanswered) {
            ObjectNode done = asked.objectNode().put("role", "tool").put("tool_call_id", id);
            history.add(place, done.put("content", "done"));
        }
    }

    private void read(Recording step, Replay.Seen seen) {
        answer = null;
        if (seen.calls().size() != 1) {
            faults.add(step + ": " + seen.calls().size() + " upstream calls, read "
                    + seen.answer().text());
            return;
        }
        JsonNode sent = Provided.parsed(seen.calls().getFirst().text());
        List<Turn> turns = proof.oracle().turns(sent);
        own.forEach((number, said) -> {
            Turn there = number < turns.size() ? turns.get(number) : new Turn("", List.of(), List.of());
            Turn turn = proof.oracle().turn(said);
            due += turn.due(fields).size();
            String loss = there.lossFrom(turn, fields);
            if (loss != null) {
                faults.add(said + " in " + step.file() + ": " + loss);
            }
        });
        if (step.response().status() != 200) {
            return;
        }
        JsonNode message = step.isStream() || seen.answer().text().startsWith("data:")
                ? ClientFold.of(seen.answer().body()).answer().at("/choices/0/message")
                : Provided.parsed(seen.answer().text()).at("/choices/0/message");
        if (message instanceof ObjectNode whole) {
            own.put(turns(history), step);
            if (whole.path("content").isObject()) {
                // Cloudflare answers with the object itself where JSON was asked for.
                whole.put("content", whole.get("content").toString());
            }
            answer = fields ? whole : official(whole);
        } else {
            faults.add(step + ": no message in " + seen.answer().text());
        }
    }

    /// What clients keep that know OpenAI's fields and no others.
    private static ObjectNode official(ObjectNode message) {
        ObjectNode kept = message.objectNode().put("role", "assistant");
        kept.set("content", message.path("content"));
        for (JsonNode call : message.path("tool_calls")) {
            ObjectNode one = kept.withArray("tool_calls").addObject();
            one.set("id", call.get("id"));
            one.put("type", "function");
            one.putObject("function")
                    .put("name", call.at("/function/name").asText())
                    .put("arguments", call.at("/function/arguments").asText(""));
        }
        return kept;
    }

    private static List<String> ids(JsonNode message) {
        return message.path("tool_calls")
                .valueStream()
                .map(call -> call.path("id").asText())
                .toList();
    }

    private static boolean isAssistant(JsonNode message) {
        return message.path("role").asText().equals("assistant");
    }

    private static boolean isTool(JsonNode message) {
        return message.path("role").asText().equals("tool");
    }

    /// How many turns of the model there are: messages of the assistant in a row are one.
    private static int turns(List<JsonNode> messages) {
        int count = 0;
        while (startOf(messages, count) >= 0) {
            count++;
        }
        return count;
    }

    /// Where the turn of this number begins, -1 where there is none.
    private static int startOf(List<JsonNode> messages, int number) {
        int seen = 0;
        for (int at = 0; at < messages.size(); at++) {
            boolean begins = isAssistant(messages.get(at)) && (at == 0 || !isAssistant(messages.get(at - 1)));
            if (begins && seen++ == number) {
                return at;
            }
        }
        return -1;
    }
}
