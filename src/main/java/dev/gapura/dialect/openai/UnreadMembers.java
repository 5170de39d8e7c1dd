package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the members inside messages, `response_format` and `stream_options` that [ConversationReader] does not read,
/// and has the [Judge] tell of them: no other language has a place for them, so they are left out, unless the caller's
/// policy refuses the request. Told once for each name, with its first place. What is null or empty says nothing and is
/// not told. One instance a request, one thread.
public final class UnreadMembers {
    /// Names that are told; whoever sends more of them gets their number.
    private static final int MOST_NAMES = 16;

    private static final String REASON = "this provider's language has no such member";

    /// Read as it is, whatever is in it.
    private static final Known WHOLE = new Known(Set.of(), Map.of());

    private static final Known MARK = new Known(Set.of("type", "ttl"), Map.of());
    private static final Map<String, Known> MARKS =
            Map.of("cache_control", MARK, "prompt_cache_breakpoint", new Known(Set.of("mode"), Map.of()));

    private static final Known FUNCTION = new Known(Set.of("name", "arguments"), Map.of());

    /// `index` is left over from a stream, and says what the order says.
    private static final Known CALL = new Known(Set.of("id", "type", "index"), MARKS)
            .with("function", FUNCTION)
            .with("custom", new Known(Set.of("name", "input"), Map.of()))
            .with("extra_content", WHOLE);

    private static final Known MESSAGE = new Known(Set.of("role", "name"), MARKS);
    private static final Known ANSWER = MESSAGE.plain("tool_call_id");
    private static final Known ASSISTANT = MESSAGE.plain("refusal", "reasoning_content")
            .with("reasoning", WHOLE)
            .with("reasoning_details", WHOLE)
            .with("thinking_blocks", WHOLE)
            .with("audio", WHOLE)
            .with("function_call", FUNCTION);

    private static final Known PART = new Known(Set.of("type"), MARKS);

    /// Parts by type; those of other types are judged as a whole.
    private static final Map<String, Known> PARTS = Map.of(
            "text", PART.plain("text"),
            "image_url", PART.with("image_url", new Known(Set.of("url", "detail"), Map.of())),
            "input_audio", PART.with("input_audio", new Known(Set.of("data", "format"), Map.of())),
            "video_url", PART.with("video_url", new Known(Set.of("url"), Map.of())),
            "file", PART.with("file", new Known(Set.of("filename", "file_id", "file_data", "file_url"), Map.of())),
            "refusal", new Known(Set.of("type", "refusal"), Map.of()),
            "thinking", new Known(Set.of("type", "signature"), Map.of()).with("thinking", WHOLE));

    private static final Known STREAM_OPTIONS = new Known(Set.of("include_usage", "include_obfuscation"), Map.of());
    private static final Known FORMAT = new Known(Set.of("type"), Map.of())
            .with("json_schema", new Known(Set.of("name", "description", "strict"), Map.of()).with("schema", WHOLE));

    /// Members of one kind of object.
    ///
    /// @param plain whose values are no objects, or are not looked into
    /// @param inside whose values are objects with members of their own
    private record Known(Set<String> plain, Map<String, Known> inside) {
        Known plain(String... names) {
            Set<String> all = new HashSet<>(plain);
            all.addAll(List.of(names));
            return new Known(all, inside);
        }

        Known with(String name, Known members) {
            Map<String, Known> all = new HashMap<>(inside);
            all.put(name, members);
            return new Known(plain, all);
        }
    }

    /// @param first the path of the first of that name
    /// @param times how many there are
    private record Found(String first, int times) {}

    private final Map<String, Found> found = new LinkedHashMap<>();
    private int beyond;
    private String field = "";

    private UnreadMembers() {}

    /// Tells of all that will not be read.
    ///
    /// @param fields top-level fields that are left of the request, with its messages as they came
    /// @throws GatewayException (400, the path as `param`) where the policy refuses one
    public static void tell(Map<String, JsonNode> fields, Judge judge) {
        UnreadMembers unread = new UnreadMembers();
        unread.look("stream_options", fields.get("stream_options"), STREAM_OPTIONS, judge);
        unread.look("response_format", fields.get("response_format"), FORMAT, judge);
        unread.messages(fields.get("messages"), judge);
    }

    private void look(String name, @Nullable JsonNode value, Known known, Judge judge) {
        if (value != null) {
            field = name;
            members(value, known, name);
            report(judge);
        }
    }

    private void messages(@Nullable JsonNode messages, Judge judge) {
        field = "messages";
        for (int index = 0; messages != null && index < messages.size(); index++) {
            message(messages.get(index), "messages[" + index + "]");
        }
        report(judge);
    }

    private void message(JsonNode message, String path) {
        String role = ConversationReader.text(message, "role");
        boolean assistant = role.equals("assistant");
        boolean answer = role.equals("tool") || role.equals("function");
        Known known = assistant ? ASSISTANT : answer ? ANSWER : MESSAGE;
        message.properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (member.getKey().equals("content")) {
                for (int at = 0; value.isArray() && at < value.size(); at++) {
                    JsonNode part = value.get(at);
                    Known ofType = PARTS.get(ConversationReader.text(part, "type"));
                    if (ofType != null) {
                        members(part, ofType, path + ".content[" + at + "]");
                    }
                }
            } else if (assistant && member.getKey().equals("tool_calls")) {
                for (int at = 0; at < value.size(); at++) {
                    members(value.get(at), CALL, path + ".tool_calls[" + at + "]");
                }
            } else {
                member(member.getKey(), value, known, path);
            }
        });
    }

    private void members(JsonNode holder, Known known, String path) {
        holder.properties().forEach(member -> member(member.getKey(), member.getValue(), known, path));
    }

    private void member(String name, JsonNode value, Known known, String path) {
        Known inside = known.inside().get(name);
        if (inside != null) {
            if (inside != WHOLE) {
                members(value, inside, path + "." + name);
            }
        } else if (!known.plain().contains(name) && saysSomething(value)) {
            take(path + "." + name);
        }
    }

    private static boolean saysSomething(JsonNode value) {
        return !(value.isNull()
                || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.textValue().isEmpty());
    }

    private void take(String path) {
        String name = path.replaceAll("\\[\\d+]", "[]");
        Found before = found.get(name);
        if (before != null) {
            found.put(name, new Found(before.first(), before.times() + 1));
        } else if (found.size() < MOST_NAMES) {
            found.put(name, new Found(path, 1));
        } else {
            beyond++;
        }
    }

    private void report(Judge judge) {
        found.values()
                .forEach(one -> judge.unspeakable(
                        field,
                        one.first(),
                        false,
                        one.times() == 1 ? REASON : REASON + ", here and at " + (one.times() - 1) + " more"));
        if (beyond > 0) {
            judge.report(field, Outcome.STRIPPED, beyond + " more members", REASON);
        }
        found.clear();
        beyond = 0;
    }
}
