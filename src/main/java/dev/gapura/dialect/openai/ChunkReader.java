package dev.gapura.dialect.openai;

import dev.gapura.chat.Usage;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks into one chunk of a stream, or into one whole JSON answer, and tells what the relay has to know:
/// choices seen and finished, whether there is content, the usage, an error, and where bytes must change.
/// Nothing is copied. One pass; reusable; not thread-safe.
///
/// Tolerates what `reference/providers/openai-compatible.md` lists: `choices` absent, null or empty, `delta`
/// null, a missing `index`, an empty `finish_reason`, usage on every chunk or under `x_groq`, errors in five
/// shapes.
final class ChunkReader {
    /// Levels a provider's answer may nest; tool arguments are strings, so real ones stay below ten.
    static final int MAX_DEPTH = 256;
    /// More choices than this is nothing a client can have asked for (`n` is at most 128).
    private static final int MAX_CHOICES = 1024;

    /// Finish reasons that say the answer failed (`reference/providers/common.md` section 2).
    static final Set<String> FAILED =
            Set.of("error", "insufficient_system_resource", "network_error", "abort", "malformed_function_call");

    private static final byte[] CHOICES = ascii("choices");
    private static final byte[] USAGE = ascii("usage");
    private static final byte[] ERROR = ascii("error");
    private static final byte[] X_GROQ = ascii("x_groq");
    private static final byte[] SERVICE_TIER = ascii("service_tier");
    private static final byte[] OBFUSCATION = ascii("obfuscation");
    private static final byte[] OBJECT = ascii("object");
    private static final byte[] DETAIL = ascii("detail");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] INDEX = ascii("index");
    private static final byte[] FINISH_REASON = ascii("finish_reason");
    private static final byte[] DELTA = ascii("delta");
    private static final byte[] ROLE = ascii("role");
    private static final byte[] TOOL_CALLS = ascii("tool_calls");
    private static final byte[] ID = ascii("id");
    private static final byte[] MODEL = ascii("model");

    /// Finish reasons that clients with closed types know.
    static final Set<String> LEGAL = Set.of("stop", "length", "tool_calls", "content_filter", "function_call");

    private final UsageReader usageReader = new UsageReader();

    private boolean hasChoices;
    private int choices;
    private boolean content;
    private boolean failed;
    private boolean usageSeen;
    private boolean namedError;
    private boolean bareMessage;
    private @Nullable String failedReason;
    private @Nullable String serviceTier;
    private boolean finishing;
    private boolean odd;
    private boolean said;
    private final JsonRange id = new JsonRange();
    private final JsonRange model = new JsonRange();
    private int contents;
    private int textStart;
    private int textEnd;
    private int paddingNameStart;
    private int paddingEnd;
    private int valueEndBefore;
    private boolean paddingFirst;

    /// Reads one document. What it finds of choices is added to the sets.
    ///
    /// @param json a lenient scanner that stands before the document
    /// @param seen indexes of choices that appeared
    /// @param finished indexes of choices that have their finish reason
    /// @throws JsonException where it is not JSON
    /// @return false where it is JSON but no object
    boolean read(JsonScanner json, BitSet seen, BitSet finished) {
        hasChoices = false;
        choices = 0;
        content = false;
        failed = false;
        usageSeen = false;
        namedError = false;
        bareMessage = false;
        failedReason = null;
        serviceTier = null;
        finishing = false;
        odd = false;
        said = false;
        id.clear();
        model.clear();
        contents = 0;
        textStart = -1;
        paddingNameStart = -1;
        if (json.next() != JsonToken.OBJECT) {
            json.skip();
            json.next();
            return false;
        }
        valueEndBefore = json.end();
        boolean first = true;
        while (json.next() == JsonToken.NAME) {
            member(json, first, seen, finished);
            valueEndBefore = json.end();
            first = false;
        }
        json.next();
        return true;
    }

    private void member(JsonScanner json, boolean first, BitSet seen, BitSet finished) {
        if (json.valueIs(CHOICES)) {
            choices(json, seen, finished);
        } else if (json.valueIs(USAGE)) {
            usage(json);
        } else if (json.valueIs(ERROR)) {
            error(json);
        } else if (json.valueIs(X_GROQ)) {
            groq(json);
        } else if (json.valueIs(OBFUSCATION)) {
            int nameStart = json.start();
            paddingFirst = first;
            paddingNameStart = first ? nameStart : valueEndBefore;
            json.skip();
            paddingEnd = json.end();
        } else if (json.valueIs(SERVICE_TIER)) {
            serviceTier = json.next() == JsonToken.STRING ? json.string() : null;
            json.skip();
        } else if (json.valueIs(OBJECT)) {
            json.next();
            namedError = json.token() == JsonToken.STRING && json.valueIs(ERROR);
            json.skip();
        } else if (json.valueIs(MESSAGE) || json.valueIs(DETAIL)) {
            bareMessage = true;
            json.skip();
        } else if (json.valueIs(ID)) {
            id.set(json);
        } else if (json.valueIs(MODEL)) {
            model.set(json);
        } else {
            json.skip();
        }
    }

    private void choices(JsonScanner json, BitSet seen, BitSet finished) {
        if (json.next() != JsonToken.ARRAY) {
            json.skip();
            return;
        }
        hasChoices = true;
        while (json.next() != JsonToken.END_ARRAY) {
            if (json.token() == JsonToken.OBJECT) {
                choice(json, seen, finished);
            } else {
                json.skip();
            }
            choices++;
        }
    }

    private void choice(JsonScanner json, BitSet seen, BitSet finished) {
        int index = Math.min(choices, MAX_CHOICES);
        boolean done = false;
        boolean delta = false;
        boolean message = false;
        while (json.next() == JsonToken.NAME) {
            if (json.valueIs(INDEX)) {
                if (json.next() == JsonToken.NUMBER && json.isInteger()) {
                    index = (int) Math.clamp(json.longValue(), 0, MAX_CHOICES);
                } else {
                    json.skip();
                }
            } else if (json.valueIs(FINISH_REASON)) {
                json.next();
                if (json.token() == JsonToken.STRING && json.end() - json.start() > 2) {
                    done = true;
                    finishing = true;
                    // Failure words are rare and the longest legal reason is short: only then is a string made.
                    String reason = json.string();
                    if (FAILED.contains(reason)) {
                        failed = true;
                        failedReason = reason;
                    }
                    odd |= !LEGAL.contains(reason);
                } else {
                    odd |= json.token() == JsonToken.STRING;
                    json.skip();
                }
            } else if (json.valueIs(DELTA)) {
                delta = true;
                delta(json);
            } else if (json.valueIs(MESSAGE)) {
                message = true;
                message(json);
            } else {
                json.skip();
            }
        }
        odd |= delta == message || message && !done;
        said |= delta || message;
        seen.set(index);
        if (done) {
            finished.set(index);
        }
    }

    /// Content is any member of the delta but `role` that is neither null nor empty.
    private void delta(JsonScanner json) {
        if (json.next() != JsonToken.OBJECT) {
            json.skip();
            odd = true;
            return;
        }
        while (json.next() == JsonToken.NAME) {
            boolean role = json.valueIs(ROLE);
            odd |= json.valueIs(TOOL_CALLS);
            json.skip();
            if (!role && json.token() != JsonToken.NULL && json.end() - json.start() > 2) {
                content = true;
                contents++;
                textStart = json.token() == JsonToken.STRING ? json.start() : -1;
                textEnd = json.end();
            }
        }
    }

    /// Of a whole message only its calls are looked for.
    private void message(JsonScanner json) {
        if (json.next() != JsonToken.OBJECT) {
            json.skip();
            return;
        }
        while (json.next() == JsonToken.NAME) {
            odd |= json.valueIs(TOOL_CALLS);
            json.skip();
        }
    }

    private void usage(JsonScanner json) {
        if (json.next() == JsonToken.OBJECT) {
            usageReader.read(json);
            usageSeen = true;
        } else {
            json.skip();
        }
    }

    /// `error` counts when it says something: an object, or text that is not empty. Some servers send `null`
    /// or `{}`.
    private void error(JsonScanner json) {
        json.skip();
        switch (json.token()) {
            case END_OBJECT, STRING, END_ARRAY -> failed |= json.end() - json.start() > 2;
            case NUMBER, TRUE -> failed = true;
            case FALSE, NULL, NAME, OBJECT, ARRAY, END -> {}
        }
    }

    /// Groq's own member: usage of early streams, and the error that stopped a stream.
    private void groq(JsonScanner json) {
        if (json.next() != JsonToken.OBJECT) {
            json.skip();
            return;
        }
        while (json.next() == JsonToken.NAME) {
            if (json.valueIs(ERROR)) {
                error(json);
            } else if (json.valueIs(USAGE) && !usageSeen) {
                usage(json);
            } else {
                json.skip();
            }
        }
    }

    /// Whether the document says that the answer failed.
    boolean failed() {
        return failed || !hasChoices && (namedError || bareMessage && !usageSeen);
    }

    /// The finish reason that says so, where the document says no more than that.
    @Nullable
    String failedReason() {
        return failedReason;
    }

    /// Whether there is a `choices` array, and how many it holds.
    boolean hasChoices() {
        return hasChoices;
    }

    int choices() {
        return choices;
    }

    /// Whether the document departs from the dialect, or holds tool calls, which may do so in many ways.
    ///
    /// @param chunk whether it is one of a stream
    boolean odd(boolean chunk) {
        return odd
                || chunk && !hasChoices
                || usageSeen && usageReader.odd()
                || chunk && usageSeen && choices > 0 && !finishing;
    }

    /// Whether a choice ends here.
    boolean finishing() {
        return finishing;
    }

    /// Whether any choice says something, if only with an empty delta.
    boolean said() {
        return said;
    }

    /// Where the value of `id` stands.
    JsonRange id() {
        return id;
    }

    /// Where the value of `model` stands.
    JsonRange model() {
        return model;
    }

    /// Whether a delta held anything but a role.
    boolean content() {
        return content;
    }

    /// Whether the document says no more than one choice's next piece of text: another one that differs only
    /// in that text means the same.
    boolean onlyText() {
        return textStart >= 0 && contents == 1 && choices == 1 && !finishing && !usageSeen && !failed() && !padded();
    }

    /// Range of that text, quotes included.
    int textStart() {
        return textStart;
    }

    int textEnd() {
        return textEnd;
    }

    /// Whether the document carries a usage object.
    boolean usageSeen() {
        return usageSeen;
    }

    UsageReader usageReader() {
        return usageReader;
    }

    @Nullable
    Usage usage(boolean excludesReasoning) {
        Usage usage = usageSeen ? usageReader.usage(excludesReasoning) : null;
        return usage == null || serviceTier == null ? usage : usage.in(serviceTier);
    }

    /// Whether there is padding, and which bytes go with it: the member with one comma.
    boolean padded() {
        return paddingNameStart >= 0;
    }

    int paddingStart() {
        return paddingNameStart;
    }

    /// @param bytes the array that was scanned, to find the comma after a first member
    int paddingEnd(byte[] bytes) {
        int end = paddingEnd;
        if (paddingFirst) {
            int at = end;
            while (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\t' || bytes[at] == '\r') {
                at++;
            }
            if (bytes[at] == ',') {
                end = at + 1;
            }
        }
        return end;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
