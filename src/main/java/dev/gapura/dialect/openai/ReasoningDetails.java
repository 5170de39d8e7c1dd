package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reasoning with signatures and sealed payloads as clients carry it to and fro: elements of `reasoning_details`, in
/// the shape that OpenRouter made common (<https://openrouter.ai/docs/use-cases/reasoning-tokens>), and the older
/// `thinking_blocks` of LiteLLM. Stateless; any thread.
final class ReasoningDetails {
    static final String TEXT = "reasoning.text";
    static final String SUMMARY = "reasoning.summary";
    static final String ENCRYPTED = "reasoning.encrypted";

    private ReasoningDetails() {}

    /// One block as an element. Summaries of sealed reasoning (Responses) are an element of their own.
    ///
    /// @param index position among the blocks of the message
    static List<ObjectNode> write(Part.Reasoning block, int index) {
        List<ObjectNode> out = new ArrayList<>(2);
        boolean summary = ReasoningFormat.RESPONSES.equals(block.format());
        if (!block.text().isEmpty() || (block.signature() != null && block.encrypted() == null)) {
            ObjectNode text = element(summary ? SUMMARY : TEXT, block, index);
            text.put(summary ? "summary" : "text", block.text());
            if (block.signature() != null) {
                text.put("signature", block.signature());
            }
            out.add(text);
        }
        if (block.encrypted() != null) {
            out.add(element(ENCRYPTED, block, index).put("data", block.encrypted()));
        }
        return out;
    }

    /// Says whose thought an element is, where its signature is bound to the model.
    ///
    /// @param model upstream model as it was asked for
    static ObjectNode of(String model, ObjectNode element) {
        boolean bound = ReasoningFormat.ANTHROPIC.equals(JsonTree.string(element, "format"));
        return bound ? element.put("model", model) : element;
    }

    /// A signature that belongs to a tool call.
    static ObjectNode ofCall(String callId, String signature, int index) {
        return element(ENCRYPTED, new Part.Reasoning("", null, signature, callId, ReasoningFormat.GEMINI), index)
                .put("data", signature);
    }

    private static ObjectNode element(String type, Part.Reasoning block, int index) {
        ObjectNode out = JsonTree.object();
        out.put("type", type);
        if (block.id() != null) {
            out.put("id", block.id());
        }
        if (block.format() != null) {
            out.put("format", block.format());
        }
        out.put("index", index);
        return out;
    }

    /// The blocks of a message. Elements of one id and format that follow each other are one block again.
    static List<Part.Reasoning> read(JsonNode details) {
        List<Part.Reasoning> blocks = new ArrayList<>();
        for (JsonNode detail : details) {
            Part.Reasoning block = one(detail);
            Part.Reasoning before = blocks.isEmpty() ? null : blocks.getLast();
            if (block == null) {
                continue;
            }
            if (before != null
                    && block.encrypted() != null
                    && before.encrypted() == null
                    && before.signature() == null
                    && block.id() != null
                    && block.id().equals(before.id())) {
                blocks.set(
                        blocks.size() - 1,
                        new Part.Reasoning(
                                before.text(), null, block.encrypted(), block.id(), block.format(), block.model()));
            } else {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private static Part.@Nullable Reasoning one(JsonNode detail) {
        String type = JsonTree.string(detail, "type");
        String id = JsonTree.string(detail, "id");
        String format = JsonTree.string(detail, "format");
        String model = JsonTree.string(detail, "model");
        return switch (type == null ? "" : type) {
            case TEXT ->
                new Part.Reasoning(
                        orEmpty(JsonTree.string(detail, "text")),
                        JsonTree.string(detail, "signature"),
                        null,
                        id,
                        format,
                        model);
            case SUMMARY ->
                new Part.Reasoning(orEmpty(JsonTree.string(detail, "summary")), null, null, id, format, model);
            case ENCRYPTED -> new Part.Reasoning("", null, JsonTree.string(detail, "data"), id, format, model);
            default -> null;
        };
    }

    /// LiteLLM's `thinking_blocks`, which are Anthropic's own blocks.
    static List<Part.Reasoning> readThinkingBlocks(JsonNode blocks) {
        List<Part.Reasoning> read = new ArrayList<>();
        for (JsonNode block : blocks) {
            String type = JsonTree.string(block, "type");
            if ("thinking".equals(type)) {
                read.add(new Part.Reasoning(
                        orEmpty(JsonTree.string(block, "thinking")),
                        JsonTree.string(block, "signature"),
                        null,
                        null,
                        ReasoningFormat.ANTHROPIC));
            } else if ("redacted_thinking".equals(type)) {
                read.add(new Part.Reasoning("", null, JsonTree.string(block, "data"), null, ReasoningFormat.ANTHROPIC));
            }
        }
        return read;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
