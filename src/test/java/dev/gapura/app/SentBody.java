package dev.gapura.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Works out the body that a provider must have been sent: the client's, apart from the model, from `stream_options`
/// and from what the verdict header names.
final class SentBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern VERDICT = Pattern.compile("([^=,\\s]+)=([a-z]+)(?:\\(([^)]*)\\))?");

    /// End of the detail where reasoning of an earlier answer was put into a message that lost it.
    static final String PUT_BACK = " put back";

    private SentBody() {}

    /// @param asked the client's body
    /// @param verdicts value of `x-gapura-params`, null when absent
    /// @param sent what the provider received; only decides whether a null may be missing
    static ObjectNode expected(ObjectNode asked, RecordedProvider provider, @Nullable String verdicts, JsonNode sent) {
        ObjectNode body = asked.deepCopy();
        body.put("model", provider.model());
        if (body.path("stream").asBoolean()) {
            streamOptions(body, provider);
        }
        for (Verdict verdict : verdicts(verdicts)) {
            // What becomes of messages and tools in detail is not in the header, and tested by itself.
            if (String.valueOf(verdict.detail()).endsWith(PUT_BACK)) {
                putBack(verdict.detail().substring(0, verdict.detail().length() - PUT_BACK.length()), body, sent);
            } else if (Set.of("messages", "cache_control").contains(verdict.field())) {
                body.set("messages", sent.get("messages"));
            } else {
                apply(verdict, body);
            }
        }
        provider.fills(body).forEach(body::set);
        if (body.path("tools").isEmpty() && !sent.has("tools")) {
            body.remove("tools");
        }
        // A null means as much as nothing; some providers refuse it.
        List<String> nulls = new ArrayList<>();
        body.properties().forEach(member -> {
            if (member.getValue().isNull() && !sent.has(member.getKey())) {
                nulls.add(member.getKey());
            }
        });
        body.remove(nulls);
        return body;
    }

    /// Takes over from what was sent nothing but members of that name, in messages with calls that had
    /// none.
    private static void putBack(String member, ObjectNode body, JsonNode sent) {
        for (int at = 0; at < body.path("messages").size(); at++) {
            JsonNode value = sent.path("messages").path(at).get(member);
            if (value != null
                    && body.path("messages").get(at) instanceof ObjectNode message
                    && !message.path("tool_calls").isEmpty()
                    && !message.hasNonNull(member)) {
                message.set(member, value);
            }
        }
    }

    private static void streamOptions(ObjectNode body, RecordedProvider provider) {
        if (!provider.takesStreamOptions()) {
            body.remove("stream_options");
            return;
        }
        ObjectNode options =
                body.path("stream_options") instanceof ObjectNode given ? given : body.putObject("stream_options");
        options.put("include_usage", true);
        if (provider.declinesPadding() && !options.path("include_obfuscation").isBoolean()) {
            options.put("include_obfuscation", false);
        }
    }

    /// One entry of the header.
    record Verdict(String field, String outcome, @Nullable String detail) {}

    static List<Verdict> verdicts(@Nullable String header) {
        List<Verdict> verdicts = new ArrayList<>();
        // The client reads headers as ISO-8859-1; the arrow is UTF-8.
        String text =
                header == null ? "" : new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        Matcher matcher = VERDICT.matcher(text);
        while (matcher.find()) {
            verdicts.add(new Verdict(matcher.group(1), matcher.group(2), matcher.group(3)));
        }
        return verdicts;
    }

    private static void apply(Verdict verdict, ObjectNode body) {
        String detail = verdict.detail() == null ? "" : verdict.detail();
        switch (verdict.outcome()) {
            case "stripped" -> body.remove(verdict.field());
            case "renamed" -> body.set(detail, body.remove(verdict.field()));
            case "converted", "clamped" -> {
                if (detail.startsWith("header ")) {
                    body.remove(verdict.field());
                } else {
                    body.set(verdict.field(), value(detail.substring(detail.indexOf('→') + 1)));
                }
            }
            case "passed", "ignored" -> {
                // sent as it came
            }
            default -> throw new AssertionError("no such verdict on this way: " + verdict);
        }
    }

    private static JsonNode value(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }
}
