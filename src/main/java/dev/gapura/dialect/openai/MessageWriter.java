package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;

/// Writes what a model said, and what its tools answered, as messages of a chat request: what a client would send back.
/// [ConversationReader] reads it again. Stateless; any thread.
public final class MessageWriter {
    private MessageWriter() {}

    /// The messages as the elements of `messages`. Results of tools are a message each.
    ///
    /// @param messages of roles assistant and tool
    public static List<ObjectNode> write(List<Message> messages) {
        List<ObjectNode> out = new ArrayList<>();
        for (Message message : messages) {
            if (message.role() == Message.Role.TOOL) {
                for (Part part : message.parts()) {
                    if (part instanceof Part.ToolResult result) {
                        out.add(result(result));
                    }
                }
            } else {
                out.add(assistant(message));
            }
        }
        return out;
    }

    private static ObjectNode result(Part.ToolResult result) {
        StringBuilder text = new StringBuilder();
        for (Part part : result.content()) {
            if (part instanceof Part.Text words) {
                text.append(words.text());
            }
        }
        return JsonTree.object()
                .put("role", "tool")
                .put("tool_call_id", result.callId())
                .put("content", text.toString());
    }

    private static ObjectNode assistant(Message message) {
        ObjectNode out = JsonTree.object().put("role", "assistant");
        StringBuilder thought = new StringBuilder();
        List<ObjectNode> details = new ArrayList<>();
        ArrayNode calls = JsonTree.array();
        int blocks = 0;
        for (Part part : message.parts()) {
            switch (part) {
                case Part.Reasoning reasoning -> {
                    thought.append(reasoning.text());
                    if (reasoning.sealed() || reasoning.format() != null) {
                        details.addAll(ReasoningDetails.write(reasoning, blocks++));
                    }
                }
                case Part.ToolCall call -> {
                    calls.add(call(call));
                    if (call.signature() != null) {
                        details.add(ReasoningDetails.ofCall(call.id(), call.signature(), blocks++));
                    }
                }
                case Part.Text text -> {}
                case Part.Image image -> {}
                case Part.Audio audio -> {}
                case Part.File file -> {}
                case Part.ToolResult result -> {}
                case Part.Refusal refusal -> out.put("refusal", refusal.text());
                case Part.Opaque opaque -> {}
            }
        }
        String text = message.text();
        if (text.isEmpty() && !calls.isEmpty()) {
            out.putNull("content");
        } else {
            out.put("content", text);
        }
        if (!thought.isEmpty()) {
            out.put("reasoning_content", thought.toString());
        }
        if (!details.isEmpty()) {
            out.putArray("reasoning_details").addAll(details);
        }
        if (!calls.isEmpty()) {
            out.set("tool_calls", calls);
        }
        return out;
    }

    private static ObjectNode call(Part.ToolCall call) {
        String kind = call.custom() ? "custom" : "function";
        ObjectNode out = JsonTree.object().put("id", call.id()).put("type", kind);
        out.putObject(kind).put("name", call.name()).put(call.custom() ? "input" : "arguments", call.arguments());
        if (call.signature() != null) {
            out.putObject("extra_content").putObject("google").put("thought_signature", call.signature());
        }
        return out;
    }
}
