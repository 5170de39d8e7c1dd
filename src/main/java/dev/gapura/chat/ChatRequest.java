package dev.gapura.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A chat request in the neutral language: what is translated has a type, everything else keeps its Chat
/// Completions name and value in `settings`. Read by the readers of the dialects, written by their writers.
/// Immutable; any thread.
///
/// @param model as the dialect carries it
/// @param messages in order, instructions where they stood
/// @param tools empty where none were offered
/// @param toolChoice null where nothing was said
/// @param format form of the answer, null for plain text
/// @param reasoning null where nothing was said
/// @param stream whether the answer shall be a stream
/// @param settings every other field by its Chat Completions name, in the client's order; no `null` values.
///     `stop` is always an array, the limit is always `max_completion_tokens`
/// @param nativeFields members that are written at the top level as they are, whatever the dialect: what only
///     the provider's own language knows, and what the caller wants sent although the gateway thinks
///     otherwise
public record ChatRequest(
        String model,
        List<Message> messages,
        List<Tool> tools,
        @Nullable ToolChoice toolChoice,
        @Nullable ResponseFormat format,
        @Nullable ReasoningWish reasoning,
        boolean stream,
        Map<String, JsonNode> settings,
        Map<String, JsonNode> nativeFields) {

    public ChatRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        nativeFields = Collections.unmodifiableMap(new LinkedHashMap<>(nativeFields));
    }

    /// A setting, or null where it was not sent.
    public @Nullable JsonNode setting(String name) {
        return settings.get(name);
    }

    /// A text setting, or null.
    public @Nullable String text(String name) {
        JsonNode value = settings.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    /// A whole number setting, or `fallback`.
    public long number(String name, long fallback) {
        JsonNode value = settings.get(name);
        return value != null && value.isNumber() ? value.longValue() : fallback;
    }

    /// A flag setting, or null.
    public @Nullable Boolean flag(String name) {
        JsonNode value = settings.get(name);
        return value != null && value.isBoolean() ? value.booleanValue() : null;
    }

    /// Most tokens of the answer that the caller asked for, 0 where it did not.
    public long maxTokens() {
        return number("max_completion_tokens", 0);
    }

    /// How many answers were asked for.
    public int choices() {
        return (int) number("n", 1);
    }

    public ChatRequest withMessages(List<Message> other) {
        return new ChatRequest(model, other, tools, toolChoice, format, reasoning, stream, settings, nativeFields);
    }

    public ChatRequest withTools(List<Tool> other, @Nullable ToolChoice choice) {
        return new ChatRequest(model, messages, other, choice, format, reasoning, stream, settings, nativeFields);
    }

    public ChatRequest withSettings(Map<String, JsonNode> other) {
        return new ChatRequest(model, messages, tools, toolChoice, format, reasoning, stream, other, nativeFields);
    }

    public ChatRequest withNativeFields(Map<String, JsonNode> other) {
        return new ChatRequest(model, messages, tools, toolChoice, format, reasoning, stream, settings, other);
    }

    /// The same request for another model and another way of answering.
    public ChatRequest asking(String otherModel, boolean streamed) {
        return new ChatRequest(
                otherModel, messages, tools, toolChoice, format, reasoning, streamed, settings, nativeFields);
    }
}
