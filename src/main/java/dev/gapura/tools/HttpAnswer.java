package dev.gapura.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.egress.Outbound;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a model gets of the answer of a service. Stateless; runs on virtual threads.
final class HttpAnswer {
    /// What is read of an answer at most, before the tool's own limit cuts it: JSON of which only a part
    /// is given to the model may be larger than that part.
    private static final int MOST_BYTES = 8 << 20;
    /// What the model reads of the words of a service that refuses.
    private static final int MOST_REFUSAL = 1000;

    private HttpAnswer() {}

    private static String beginning(String words) {
        boolean halved = Character.isHighSurrogate(words.charAt(MOST_REFUSAL - 1));
        return words.substring(0, halved ? MOST_REFUSAL - 1 : MOST_REFUSAL);
    }

    /// @param pointer JSON Pointer to the part that the model gets; null: all of it
    static ToolOutput output(Outbound.Answer answer, @Nullable String pointer, Mask mask)
            throws InterruptedException, Outbound.OutboundException {
        byte[] bytes = answer.readUpTo(MOST_BYTES);
        String type = answer.headers().get("content-type");
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean readable = media.isEmpty()
                || media.startsWith("text/")
                || media.endsWith("json")
                || media.endsWith("xml")
                || media.endsWith("yaml")
                || media.endsWith("javascript");
        if (answer.status() < 200 || answer.status() > 299) {
            // Masked before it is cut: the beginning of a secret would not be known for one.
            String words = readable
                    ? mask.of(new String(bytes, StandardCharsets.UTF_8)).strip()
                    : "";
            String cut = words.length() > MOST_REFUSAL ? beginning(words) + "…" : words;
            return ToolOutput.failed(
                    "The service answered with status " + answer.status() + (cut.isEmpty() ? "." : ": " + cut));
        }
        if (!readable) {
            return ToolOutput.failed("The service answered with " + bytes.length + " bytes of " + media
                    + ", which cannot be read as text.");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (pointer == null) {
            return ToolOutput.of(mask.of(text));
        }
        JsonNode whole = JsonTree.readOrNull(text);
        if (whole == null) {
            return ToolOutput.failed("The service answered with something that is not JSON.");
        }
        JsonNode part = whole.at(pointer);
        return part.isMissingNode()
                ? ToolOutput.failed("The answer of the service has nothing at " + pointer + ".")
                : ToolOutput.of(mask.of(part.isTextual() ? part.textValue() : JsonTree.text(part)));
    }
}
