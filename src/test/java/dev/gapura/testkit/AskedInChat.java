package dev.gapura.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a request that a provider got in its own language as a client of Chat Completions would have put it, so that
/// it can be sent through a gateway. What Chat Completions has no word for is left out: tools that the provider runs,
/// their calls and results in a history, and a provider's own top-level members.
public final class AskedInChat {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AskedInChat() {}

    /// @param model as the client names it
    public static ObjectNode of(ChatRequest request, String model) {
        ObjectNode out = JSON.createObjectNode().put("model", model);
        ArrayNode messages = JSON.createArrayNode();
        request.messages().forEach(message -> message(message, messages));
        out.set("messages", PairedCalls.in(messages));
        tools(request, out);
        format(request.format(), out);
        wish(request.reasoning(), out);
        request.settings().forEach(out::set);
        // Two members of Anthropic's that Chat Completions knows as extensions.
        for (String extension : List.of("thinking", "cache_control")) {
            if (request.nativeFields().containsKey(extension)) {
                out.set(extension, request.nativeFields().get(extension));
            }
        }
        if (request.stream()) {
            out.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        return out;
    }

    private static void message(Message message, ArrayNode out) {
        switch (message.role()) {
            case SYSTEM -> said(message, out, "system");
            case DEVELOPER -> said(message, out, "developer");
            case USER -> said(message, out, "user");
            case ASSISTANT -> assistant(message, out);
            case TOOL ->
                message.parts().forEach(part -> {
                    if (part instanceof Part.ToolResult result) {
                        ObjectNode one = out.addObject().put("role", "tool").put("tool_call_id", result.callId());
                        content(result.content(), one);
                        mark(result.cache(), one);
                    }
                });
        }
    }

    private static void said(Message message, ArrayNode out, String role) {
        ObjectNode one = JSON.createObjectNode().put("role", role);
        if (message.name() != null) {
            one.put("name", message.name());
        }
        content(message.parts(), one);
        if (!one.path("content").isEmpty() || one.path("content").isTextual()) {
            out.add(one);
        }
    }

    private static void assistant(Message message, ArrayNode out) {
        ObjectNode one = JSON.createObjectNode().put("role", "assistant");
        List<Part> text = message.parts().stream()
                .filter(part -> part instanceof Part.Text)
                .toList();
        boolean calls = message.parts().stream().anyMatch(part -> part instanceof Part.ToolCall);
        if (text.isEmpty()) {
            one.put("content", calls ? null : "");
        } else {
            content(text, one);
        }
        for (Part part : message.parts()) {
            switch (part) {
                case Part.Refusal refusal -> one.put("refusal", refusal.text());
                case Part.Reasoning thought -> thought(thought, one.withArray("reasoning_details"));
                case Part.ToolCall call ->
                    call(call, one.withArray("tool_calls").addObject());
                case Part.Text words -> {
                    if (words.signature() != null) {
                        thought(
                                new Part.Reasoning("", null, words.signature(), null, "google-gemini-v1"),
                                one.withArray("reasoning_details"));
                    }
                }
                case Part.Image image -> {}
                case Part.Audio audio -> {}
                case Part.File file -> {}
                case Part.ToolResult result -> {}
                case Part.Opaque opaque -> {}
            }
        }
        out.add(one);
    }

    /// A thought as the answers of the gateway carry it.
    private static void thought(Part.Reasoning thought, ArrayNode details) {
        boolean summary = "openai-responses-v1".equals(thought.format());
        if (!thought.text().isEmpty() || thought.encrypted() == null) {
            ObjectNode text = detail(summary ? "reasoning.summary" : "reasoning.text", thought, details);
            text.put(summary ? "summary" : "text", thought.text());
            if (thought.signature() != null) {
                text.put("signature", thought.signature());
            }
        }
        if (thought.encrypted() != null) {
            detail("reasoning.encrypted", thought, details).put("data", thought.encrypted());
        }
    }

    private static ObjectNode detail(String type, Part.Reasoning thought, ArrayNode details) {
        ObjectNode detail = details.addObject().put("type", type).put("index", details.size() - 1);
        if (thought.id() != null) {
            detail.put("id", thought.id());
        }
        return thought.format() == null ? detail : detail.put("format", thought.format());
    }

    private static void call(Part.ToolCall call, ObjectNode out) {
        out.put("id", call.id()).put("type", call.custom() ? "custom" : "function");
        out.putObject(call.custom() ? "custom" : "function")
                .put("name", call.name())
                .put(call.custom() ? "input" : "arguments", call.arguments());
        if (call.signature() != null) {
            out.putObject("extra_content").putObject("google").put("thought_signature", call.signature());
        }
        mark(call.cache(), out);
    }

    /// One text without a mark as a string, anything else as parts.
    private static void content(List<Part> parts, ObjectNode out) {
        if (parts.size() == 1 && parts.getFirst() instanceof Part.Text only && only.cache() == null) {
            out.put("content", only.text());
            return;
        }
        ArrayNode list = out.putArray("content");
        for (Part part : parts) {
            ObjectNode one = JSON.createObjectNode();
            switch (part) {
                case Part.Text text -> one.put("type", "text").put("text", text.text());
                case Part.Image image
                when image.media() instanceof Media.Stored -> file(new Part.File(image.media(), null, null), one);
                case Part.Image image -> {
                    ObjectNode url = one.put("type", "image_url").putObject("image_url");
                    url.put("url", url(image.media()));
                    if (image.detail() != null) {
                        url.put("detail", image.detail());
                    }
                }
                case Part.Audio audio -> audio(audio.media(), one);
                case Part.File file -> file(file, one);
                case Part.Refusal refusal -> one.put("type", "refusal").put("refusal", refusal.text());
                case Part.ToolCall call -> {}
                case Part.ToolResult result -> {}
                case Part.Reasoning thought -> {}
                case Part.Opaque opaque -> {}
            }
            if (!one.isEmpty()) {
                mark(part.cache(), one);
                list.add(one);
            }
        }
    }

    private static void audio(Media media, ObjectNode out) {
        String type = media.type() == null ? "audio/wav" : media.type();
        if (media instanceof Media.Inline inline) {
            out.put("type", "input_audio")
                    .putObject("input_audio")
                    .put("data", inline.base64())
                    .put("format", type.contains("mp") ? "mp3" : type.substring(type.indexOf('/') + 1));
        } else {
            file(new Part.File(media, null, null), out);
        }
    }

    private static void file(Part.File part, ObjectNode out) {
        ObjectNode file = out.put("type", "file").putObject("file");
        if (part.name() != null) {
            file.put("filename", part.name());
        }
        switch (part.media()) {
            case Media.Inline inline -> file.put("file_data", url(inline));
            case Media.Url url -> file.put("file_url", url.url());
            case Media.Stored stored -> file.put("file_id", stored.fileId());
        }
    }

    private static String url(Media media) {
        return switch (media) {
            case Media.Inline inline -> "data:" + inline.type() + ";base64," + inline.base64();
            case Media.Url url -> url.url();
            case Media.Stored stored -> stored.fileId();
        };
    }

    private static void mark(@Nullable CacheMark mark, ObjectNode out) {
        if (mark != null) {
            ObjectNode control = out.putObject("cache_control").put("type", "ephemeral");
            if (mark.ttl() != null) {
                control.put("ttl", mark.ttl());
            }
        }
    }

    private static void tools(ChatRequest request, ObjectNode out) {
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    ObjectNode one = out.withArray("tools").addObject().put("type", "function");
                    ObjectNode body = one.putObject("function").put("name", function.name());
                    if (function.description() != null) {
                        body.put("description", function.description());
                    }
                    if (function.parameters() != null) {
                        body.set("parameters", function.parameters());
                    }
                    if (function.strict() != null) {
                        body.put("strict", function.strict());
                    }
                    mark(function.cache(), one);
                }
                case Tool.Custom custom -> {
                    ObjectNode body = out.withArray("tools")
                            .addObject()
                            .put("type", "custom")
                            .putObject("custom")
                            .put("name", custom.name());
                    if (custom.format() != null) {
                        body.set("format", custom.format());
                    }
                }
                case Tool.Native own -> {
                    if (own.name().startsWith("web_search") || own.name().equals("googleSearch")) {
                        out.putObject("web_search_options");
                    }
                }
            }
        }
        if (out.has("tools")) {
            choice(request.toolChoice(), out);
        }
    }

    private static void choice(@Nullable ToolChoice choice, ObjectNode out) {
        switch (choice) {
            case null -> {}
            case ToolChoice.Auto auto -> out.put("tool_choice", "auto");
            case ToolChoice.None none -> out.put("tool_choice", "none");
            case ToolChoice.Required required -> out.put("tool_choice", "required");
            case ToolChoice.Named named -> {
                String kind = named.custom() ? "custom" : "function";
                out.putObject("tool_choice").put("type", kind).putObject(kind).put("name", named.name());
            }
            case ToolChoice.Allowed allowed -> {
                ObjectNode body = out.putObject("tool_choice")
                        .put("type", "allowed_tools")
                        .putObject("allowed_tools");
                body.put("mode", allowed.required() ? "required" : "auto");
                ArrayNode tools = body.putArray("tools");
                allowed.names()
                        .forEach(name -> tools.addObject()
                                .put("type", "function")
                                .putObject("function")
                                .put("name", name));
            }
        }
    }

    private static void format(@Nullable ResponseFormat format, ObjectNode out) {
        switch (format) {
            case null -> {}
            case ResponseFormat.JsonObject object ->
                out.putObject("response_format").put("type", "json_object");
            case ResponseFormat.JsonSchema schema -> {
                ObjectNode body = out.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema");
                body.put("name", schema.name().isEmpty() ? "answer" : schema.name());
                if (schema.description() != null) {
                    body.put("description", schema.description());
                }
                if (schema.schema() != null) {
                    body.set("schema", schema.schema());
                }
                if (schema.strict() != null) {
                    body.put("strict", schema.strict());
                }
            }
        }
    }

    private static void wish(@Nullable ReasoningWish wish, ObjectNode out) {
        if (wish == null) {
            return;
        }
        if (wish.budgetTokens() != null || wish.visible() != null) {
            ObjectNode reasoning = out.putObject("reasoning");
            if (wish.budgetTokens() != null) {
                reasoning.put("max_tokens", wish.budgetTokens());
            }
            if (wish.visible() != null) {
                reasoning.put("exclude", !wish.visible());
            }
            if (wish.effort() != null) {
                reasoning.put("effort", wish.effort());
            }
        } else if (wish.effort() != null) {
            out.put("reasoning_effort", wish.effort());
        }
    }
}
