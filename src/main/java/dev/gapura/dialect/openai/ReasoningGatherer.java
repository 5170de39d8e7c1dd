package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.provider.Habit;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gathers from one answer of an OpenAI-compatible provider the reasoning that led to calls of tools, where that
/// provider wants it back beside them: clients that keep only OpenAI's own fields lose it. Given chunks of a relayed
/// stream, a whole answer, or events of a translated one; only the first choice, since no client can send back more
/// than one. What it gathered is given away when the choice ends, so an answer that is cut leaves nothing. One instance
/// an answer, one thread.
public final class ReasoningGatherer implements Consumer<ChatEvent> {
    /// Members in which providers tell readable thought; the first that says something is the one.
    static final List<String> TEXTS = List.of("reasoning_content", "reasoning");

    static final String DETAILS = "reasoning_details";

    /// Reasoning of a turn with more characters than this is not kept: no more than so much is held a
    /// stream.
    private static final int MAX_CHARACTERS = 1_000_000;

    /// Calls of one turn that are known by their ids: OpenAI's limit of tools.
    private static final int MAX_CALLS = 128;

    private final boolean wantsText;
    private final boolean wantsDetails;
    private final BiConsumer<List<String>, ObjectNode> kept;
    private final StringBuilder text = new StringBuilder(0);
    private final List<ObjectNode> details = new ArrayList<>(0);
    private final TreeMap<Integer, String> callIds = new TreeMap<>();
    private @Nullable String textName;
    private int characters;
    /// What was gathered when it was given away; a choice may end more than once.
    private int given = -1;

    private ReasoningGatherer(Set<Habit> habits, BiConsumer<List<String>, ObjectNode> kept) {
        this.wantsText = habits.contains(Habit.CALLS_BRING_REASONING);
        this.wantsDetails = habits.contains(Habit.CALLS_BRING_DETAILS);
        this.kept = kept;
    }

    /// A gatherer for one answer, null where the provider wants nothing back.
    ///
    /// @param habits of the model that answers
    /// @param kept takes the ids of the calls of a turn and the members that belong beside them
    public static @Nullable ReasoningGatherer of(Set<Habit> habits, BiConsumer<List<String>, ObjectNode> kept) {
        boolean any = habits.contains(Habit.CALLS_BRING_REASONING) || habits.contains(Habit.CALLS_BRING_DETAILS);
        return any ? new ReasoningGatherer(habits, kept) : null;
    }

    /// Takes a chunk of a stream as the client gets it.
    ///
    /// @return whether a piece of thought is the only text in it
    boolean chunk(byte[] data, int from, int to) {
        try {
            return chunk(JsonTree.read(data, from, to));
        } catch (JsonException odd) {
            return false;
        }
    }

    /// The same of a chunk that was read already.
    boolean chunk(JsonNode chunk) {
        boolean thought = false;
        int position = 0;
        for (JsonNode choice : chunk.path("choices")) {
            if (JsonTree.number(choice, "index", position++) == 0) {
                thought |= said(choice.path("delta"));
                said(choice.path("message"));
                finish(choice);
            }
        }
        return thought;
    }

    /// Takes the next piece of thought of a chunk that differs from the one before in its text only.
    ///
    /// @param from offset of the opening quote
    /// @param to offset after the closing one
    void text(byte[] data, int from, int to) {
        try {
            text(JsonTree.read(data, from, to).asText());
        } catch (JsonException odd) {
            characters = MAX_CHARACTERS + 1;
        }
    }

    /// Takes a whole answer as the client gets it.
    public void whole(byte[] body, int from, int to) {
        chunk(body, from, to);
    }

    @Override
    public void accept(ChatEvent event) {
        if (event instanceof ChatEvent.Reasoning thought && thought.choice() == 0 && wantsText) {
            textName = textName == null ? TEXTS.getFirst() : textName;
            text(thought.text());
        } else if (event instanceof ChatEvent.ReasoningBlock block && block.choice() == 0 && wantsDetails) {
            ReasoningDetails.write(block.block(), details.size()).forEach(this::detail);
        } else if (event instanceof ChatEvent.ToolCallOpened opened && opened.choice() == 0) {
            called(opened.index(), opened.id());
        } else if (event instanceof ChatEvent.Finished finished && finished.choice() == 0) {
            finished();
        }
    }

    private boolean said(JsonNode said) {
        boolean thought = false;
        for (String name : TEXTS) {
            boolean mine = wantsText && (textName == null || textName.equals(name));
            String piece = mine ? JsonTree.string(said, name) : null;
            if (piece != null && !piece.isEmpty()) {
                textName = name;
                text(piece);
                thought = true;
            }
        }
        if (wantsDetails) {
            for (JsonNode one : said.path(DETAILS)) {
                if (one instanceof ObjectNode detail) {
                    detail(detail.deepCopy());
                }
            }
        }
        int position = 0;
        for (JsonNode call : said.path("tool_calls")) {
            String id = JsonTree.string(call, "id");
            int index = (int) JsonTree.number(call, "index", position++);
            if (id != null && !id.isEmpty()) {
                called(index, id);
            }
        }
        return thought;
    }

    private void called(int index, String id) {
        if (callIds.size() < MAX_CALLS) {
            callIds.putIfAbsent(index, id);
        }
    }

    private void text(String piece) {
        characters += piece.length();
        if (characters <= MAX_CHARACTERS) {
            text.append(piece);
        }
    }

    /// Pieces of a text are one element; what is sealed is whole.
    private void detail(ObjectNode piece) {
        characters += JsonTree.text(piece).length();
        if (characters > MAX_CHARACTERS) {
            return;
        }
        ObjectNode before = details.isEmpty() ? null : details.getLast();
        String member = memberOf(piece);
        if (before == null
                || member == null
                || !member.equals(memberOf(before))
                || before.hasNonNull("signature")
                || !before.path("format").equals(piece.path("format"))) {
            details.add(piece);
            return;
        }
        String joined = ConversationReader.text(before, member) + ConversationReader.text(piece, member);
        piece.properties().forEach(one -> {
            if (!before.hasNonNull(one.getKey())) {
                before.set(one.getKey(), one.getValue());
            }
        });
        before.put(member, joined);
    }

    /// The member of an element that grows piece by piece, null where it does not grow.
    private static @Nullable String memberOf(JsonNode detail) {
        String type = JsonTree.string(detail, "type");
        return ReasoningDetails.TEXT.equals(type) ? "text" : ReasoningDetails.SUMMARY.equals(type) ? "summary" : null;
    }

    private void finish(JsonNode choice) {
        String reason = JsonTree.string(choice, "finish_reason");
        if (reason != null && !reason.isEmpty()) {
            finished();
        }
    }

    private void finished() {
        ObjectNode members = JsonTree.object();
        if (textName != null && !text.isEmpty()) {
            members.put(textName, text.toString());
        }
        if (!details.isEmpty()) {
            members.putArray(DETAILS).addAll(details);
        }
        boolean fresh = characters + callIds.size() != given;
        if (fresh && !callIds.isEmpty() && !members.isEmpty() && characters <= MAX_CHARACTERS) {
            given = characters + callIds.size();
            kept.accept(List.copyOf(callIds.values()), members);
        }
    }

    /// Puts what was kept beside the calls of a message that came without it. What the client sent itself
    /// wins.
    ///
    /// @param kept what was kept beside a call, by its id; null where nothing was
    /// @return names of the members that were put back
    static List<String> putBack(ObjectNode message, Set<Habit> habits, KeptReasoning kept) {
        boolean text = habits.contains(Habit.CALLS_BRING_REASONING)
                && TEXTS.stream().noneMatch(message::hasNonNull)
                && !message.hasNonNull(DETAILS);
        boolean details = habits.contains(Habit.CALLS_BRING_DETAILS) && !message.hasNonNull(DETAILS);
        List<String> back = new ArrayList<>(1);
        if (!text && !details || message.hasNonNull("thinking_blocks")) {
            return back;
        }
        JsonNode found = null;
        if (message.get("tool_calls") instanceof ArrayNode calls) {
            for (JsonNode call : calls) {
                String id = JsonTree.string(call, "id");
                found = found != null || id == null ? found : kept.besideCall(id);
            }
        }
        if (found == null) {
            return back;
        }
        for (String name : text ? TEXTS : List.<String>of()) {
            put(message, name, found, back);
        }
        if (details) {
            put(message, DETAILS, found, back);
        }
        return back;
    }

    private static void put(ObjectNode message, String name, JsonNode found, List<String> back) {
        JsonNode value = found.get(name);
        if (value != null) {
            message.set(name, value);
            back.add(name);
        }
    }
}
