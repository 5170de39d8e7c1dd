package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.dialect.ToolIds;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes the conversation as input items. Items carry no ids of their own, so that nothing points into a memory that
/// is not used; only sealed reasoning keeps its. One instance a request.
final class InputWriter {
    /// OpenAI takes call ids of up to 64 characters.
    private static final Pattern ID = Pattern.compile("(?s).{1,64}");

    private final List<Message> messages;
    private final ModelProfile model;
    private final Judge judge;
    private final UnaryOperator<String> toolName;
    private final Predicate<String> asFunction;
    private final Set<String> customCalls = new HashSet<>();
    private final ArrayNode input = JsonTree.array();

    /// @param toolName the form in which a tool's name is sent
    /// @param asFunction whether a custom tool of that name is offered as a function
    InputWriter(
            List<Message> messages,
            ModelProfile model,
            Judge judge,
            UnaryOperator<String> toolName,
            Predicate<String> asFunction) {
        this.messages = messages;
        this.model = model;
        this.judge = judge;
        this.toolName = toolName;
        this.asFunction = asFunction;
    }

    ArrayNode write() {
        for (int index = 0; index < messages.size(); index++) {
            Message message = messages.get(index);
            if (message.name() != null && message.role() != Role.TOOL) {
                judge.report(
                        "messages",
                        Outcome.STRIPPED,
                        "messages[" + index + "].name",
                        "the Responses API does not name speakers");
            }
            switch (message.role()) {
                case SYSTEM -> said("system", message, index);
                case DEVELOPER -> said("developer", message, index);
                case USER -> said("user", message, index);
                case ASSISTANT -> turn(message, index);
                case TOOL -> results(message, index);
            }
        }
        dropLooseThoughts();
        return input;
    }

    private void said(String role, Message message, int index) {
        ArrayNode content = JsonTree.array();
        message.parts().forEach(part -> add(content(part, index), content));
        if (content.isEmpty() && !message.parts().isEmpty()) {
            // All of it was left out.
            return;
        }
        ObjectNode item = JsonTree.object().put("role", role);
        item.set("content", message.parts().isEmpty() ? TextNode.valueOf("") : plain(content));
        input.add(item);
    }

    private static void add(@Nullable JsonNode part, ArrayNode into) {
        if (part != null) {
            into.add(part);
        }
    }

    /// One text stands for itself: every server knows that form.
    private static JsonNode plain(ArrayNode content) {
        boolean bare = content.size() == 1
                && content.get(0).size() == 2
                && content.get(0).has("text");
        return bare ? content.get(0).get("text") : content;
    }

    /// A turn of the model: words between other items are messages of their own, all in their order.
    private void turn(Message message, int index) {
        ArrayNode words = JsonTree.array();
        for (Part part : message.parts()) {
            if (part.cache() != null) {
                judge.report(
                        "cache_control",
                        Outcome.STRIPPED,
                        "marks in messages",
                        "turns of the model carry no marks here");
            }
            switch (part) {
                case Part.Text text -> {
                    if (!text.text().isEmpty()) {
                        words.addObject().put("type", "output_text").put("text", text.text());
                    }
                }
                case Part.Refusal refusal ->
                    words.addObject().put("type", "refusal").put("refusal", refusal.text());
                case Part.ToolCall call -> {
                    flush(words);
                    call(call);
                }
                case Part.Reasoning reasoning -> {
                    flush(words);
                    add(reasoning(reasoning), input);
                }
                case Part.Opaque opaque -> {
                    flush(words);
                    if (opaque.dialect().equals(RequestReader.DIALECT)) {
                        input.add(opaque.value());
                    } else {
                        unseen(index, "a part of this type is unknown to the Responses API");
                    }
                }
                case Part.Image image -> unseen(index, "pictures cannot stand in a turn of the model");
                case Part.Audio audio -> unseen(index, "audio cannot stand in a turn of the model");
                case Part.File file -> unseen(index, "files cannot stand in a turn of the model");
                case Part.ToolResult result -> result(result, index);
            }
        }
        flush(words);
    }

    private void flush(ArrayNode words) {
        if (!words.isEmpty()) {
            input.addObject().put("role", "assistant").set("content", plain(words.deepCopy()));
            words.removeAll();
        }
    }

    private void call(Part.ToolCall call) {
        boolean custom = call.custom() && !asFunction.test(call.name());
        ObjectNode item = input.addObject().put("type", custom ? "custom_tool_call" : "function_call");
        item.put("call_id", id(call.id()));
        item.put("name", toolName.apply(call.name()));
        if (custom) {
            customCalls.add(call.id());
            item.put("input", call.arguments());
        } else if (call.custom()) {
            item.put("arguments", JsonTree.text(JsonTree.object().put("input", call.arguments())));
        } else {
            item.put("arguments", call.arguments().isBlank() ? "{}" : call.arguments());
        }
    }

    private static String id(String id) {
        return ToolIds.fit(id, ID, "call_", 29);
    }

    /// Sealed thoughts of this API go back. Open ones only to models that give them open; others would be refused.
    private @Nullable JsonNode reasoning(Part.Reasoning reasoning) {
        boolean own = ReasoningFormat.RESPONSES.equals(reasoning.format());
        String encrypted = reasoning.encrypted();
        ObjectNode item = JsonTree.object().put("type", "reasoning");
        if (own && reasoning.id() != null) {
            item.put("id", reasoning.id());
        }
        ArrayNode summary = item.putArray("summary");
        if (own && encrypted != null) {
            if (!reasoning.text().isEmpty()) {
                summary.addObject().put("type", "summary_text").put("text", reasoning.text());
            }
            return item.put("encrypted_content", encrypted);
        }
        boolean open = (own || reasoning.format() == null) && !reasoning.sealed();
        if (!open || reasoning.text().isEmpty() || !model.can(Ability.PLAIN_THOUGHTS)) {
            return null;
        }
        item.putArray("content").addObject().put("type", "reasoning_text").put("text", reasoning.text());
        return item;
    }

    /// A thought must be followed by what it led to; otherwise OpenAI refuses it ("without its required following
    /// item", recorded). It is lost where a client kept the thought and not the words.
    private void dropLooseThoughts() {
        boolean followed = false;
        for (int i = input.size() - 1; i >= 0; i--) {
            JsonNode item = input.get(i);
            String type = Items.string(item, "type");
            if (type.equals("reasoning")) {
                if (!followed) {
                    input.remove(i);
                }
            } else {
                String role = Items.string(item, "role");
                followed = (role.isEmpty() || role.equals("assistant")) && !type.endsWith("_output");
            }
        }
    }

    private void results(Message message, int index) {
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                result(result, index);
            }
        }
    }

    private void result(Part.ToolResult result, int index) {
        ArrayNode content = JsonTree.array();
        result.content().forEach(part -> add(content(part, index), content));
        boolean custom = customCalls.contains(result.callId());
        ObjectNode item = input.addObject().put("type", custom ? "custom_tool_call_output" : "function_call_output");
        item.put("call_id", id(result.callId()));
        item.set("output", content.isEmpty() ? TextNode.valueOf("") : plain(content));
    }

    private @Nullable JsonNode content(Part part, int index) {
        return switch (part) {
            case Part.Text text -> {
                ObjectNode words = JsonTree.object().put("type", "input_text").put("text", text.text());
                yield marked(words, text.cache());
            }
            case Part.Image image -> image(image, index);
            case Part.File file -> file(file, index);
            case Part.Audio audio -> unseen(index, "the Responses API takes no audio");
            case Part.Opaque opaque ->
                opaque.dialect().equals(RequestReader.DIALECT)
                        ? opaque.value()
                        : unseen(index, "a part of this type is unknown to the Responses API");
            case Part.Refusal refusal ->
                JsonTree.object().put("type", "input_text").put("text", refusal.text());
            case Part.Reasoning reasoning -> null;
            case Part.ToolCall call -> unseen(index, "a call can stand only in a turn of the model");
            case Part.ToolResult result -> unseen(index, "a result can stand only in a message of its own");
        };
    }

    private @Nullable JsonNode image(Part.Image image, int index) {
        if (!model.sees("image") && !anyway(index, "this model sees no pictures")) {
            return null;
        }
        ObjectNode part = JsonTree.object().put("type", "input_image");
        switch (image.media()) {
            case Media.Inline inline -> {
                String type = MediaTypes.sniff(inline.base64(), inline.type());
                part.put("image_url", dataUrl(type == null ? "image/png" : type, inline.base64()));
            }
            case Media.Url url -> part.put("image_url", url.url());
            case Media.Stored stored -> part.put("file_id", stored.fileId());
        }
        if (image.detail() != null) {
            part.put("detail", image.detail());
        }
        return marked(part, image.cache());
    }

    private @Nullable JsonNode file(Part.File file, int index) {
        if (!model.sees("file") && !anyway(index, "this model reads no files")) {
            return null;
        }
        ObjectNode part = JsonTree.object().put("type", "input_file");
        switch (file.media()) {
            case Media.Inline inline -> {
                String type = MediaTypes.sniff(inline.base64(), inline.type());
                if (type != null && type.startsWith("video/")) {
                    return unseen(index, "the Responses API takes no moving pictures");
                }
                String known = type == null ? "application/octet-stream" : type;
                String name = file.name();
                // OpenAI refuses bytes without a name.
                part.put("filename", name != null ? name : known.equals("application/pdf") ? "file.pdf" : "file");
                part.put("file_data", dataUrl(known, inline.base64()));
            }
            case Media.Url url -> part.put("file_url", url.url());
            case Media.Stored stored -> part.put("file_id", stored.fileId());
        }
        return marked(part, file.cache());
    }

    private static String dataUrl(String type, String base64) {
        return "data:" + type + ";base64," + base64;
    }

    private ObjectNode marked(ObjectNode part, @Nullable CacheMark mark) {
        if (mark != null && model.can(Ability.CACHE_MARKS)) {
            part.putObject("prompt_cache_breakpoint").put("mode", "explicit");
        } else if (mark != null) {
            judge.report("cache_control", Outcome.STRIPPED, "marks in messages", "this model caches prompts by itself");
        }
        return part;
    }

    /// Whether something that the model is not known to see is sent all the same.
    private boolean anyway(int index, String reason) {
        return judge.unsupported("messages", "messages[" + index + "].content", true, reason);
    }

    private @Nullable JsonNode unseen(int index, String reason) {
        judge.unspeakable("messages", "messages[" + index + "].content", true, reason);
        return null;
    }
}
