package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gapura.failure.FailureKind;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one choice of an answer says, whoever says it: made by an [dev.gapura.testkit.oracle.Oracle] out of a
/// provider's bytes, and by [#all] out of the answer that a client gets.
///
/// @param text all text
/// @param reasoning all readable thought
/// @param seals signatures and sealed payloads of thought, in order
/// @param calls tool calls in order
/// @param finishReason as Chat Completions calls it, null where none came
/// @param refusal words of a refusal
/// @param urls addresses of the sources, in order
/// @param tokens null where none were reported
/// @param failure how the answer ended badly, null where it did not
public record AnswerSaid(
        String text,
        String reasoning,
        List<String> seals,
        List<Call> calls,
        @Nullable String finishReason,
        String refusal,
        List<String> urls,
        @Nullable Tokens tokens,
        @Nullable FailureKind failure) {

    /// Stands for the words of a refusal that came without any: the gateway says it in its own.
    public static final String SOME_WORDS = "(some words)";

    /// A tool call.
    ///
    /// @param id null where the provider gave none
    /// @param arguments their JSON value, or a text node where they are no JSON; `{}` for none
    public record Call(@Nullable String id, String name, JsonNode arguments) {
        /// A call with arguments as text.
        public static Call of(@Nullable String id, String name, String arguments) {
            JsonNode read = JsonTree.readOrNull(arguments.isBlank() ? "{}" : arguments);
            // Written once more, since 1.4E3 and 1400 are one number.
            JsonNode value = read == null ? null : JsonTree.readOrNull(JsonTree.text(read));
            return new Call(id, name, value == null ? TextNode.valueOf(arguments) : value);
        }
    }

    /// Tokens, inclusive as in Chat Completions; null where not reported.
    public record Tokens(
            long prompt,
            long completion,
            @Nullable Long cached,
            @Nullable Long written,
            @Nullable Long reasoning) {}

    /// An answer that ended badly; what came before does not count.
    public static AnswerSaid failed(FailureKind kind) {
        return new AnswerSaid("", "", List.of(), List.of(), null, "", List.of(), null, kind);
    }

    /// What a chat completion says, choice by choice.
    public static List<AnswerSaid> all(JsonNode completion) {
        List<AnswerSaid> all = new ArrayList<>();
        completion.path("choices").forEach(choice -> all.add(ofChoice(choice, completion.path("usage"))));
        return all;
    }

    private static AnswerSaid ofChoice(JsonNode choice, JsonNode usage) {
        JsonNode message = choice.path("message");
        List<String> seals = new ArrayList<>();
        message.path("reasoning_details").forEach(detail -> {
            addText(seals, detail.get("signature"));
            addText(seals, detail.get("data"));
        });
        List<Call> calls = new ArrayList<>();
        message.path("tool_calls")
                .forEach(call -> calls.add(Call.of(
                        call.path("id").asText(),
                        call.at("/function/name").asText(),
                        call.at("/function/arguments").asText())));
        List<String> urls = new ArrayList<>();
        message.path("annotations").forEach(one -> addText(urls, one.at("/url_citation/url")));
        return new AnswerSaid(
                message.path("content").asText(""),
                message.path("reasoning_content").asText(""),
                seals,
                calls,
                choice.path("finish_reason").isTextual()
                        ? choice.path("finish_reason").asText()
                        : null,
                message.path("refusal").asText(""),
                urls,
                tokens(usage),
                null);
    }

    private static void addText(List<String> list, @Nullable JsonNode node) {
        if (node != null && node.isTextual()) {
            list.add(node.textValue());
        }
    }

    private static @Nullable Tokens tokens(JsonNode usage) {
        return usage.isObject()
                ? new Tokens(
                        usage.path("prompt_tokens").asLong(),
                        usage.path("completion_tokens").asLong(),
                        number(usage.at("/prompt_tokens_details/cached_tokens")),
                        number(usage.at("/prompt_tokens_details/cache_write_tokens")),
                        number(usage.at("/completion_tokens_details/reasoning_tokens")))
                : null;
    }

    private static @Nullable Long number(JsonNode node) {
        return node.isNumber() ? Long.valueOf(node.longValue()) : null;
    }

    /// The same without what seals its thoughts.
    public AnswerSaid unsealed() {
        return new AnswerSaid(text, reasoning, List.of(), calls, finishReason, refusal, urls, tokens, failure);
    }

    /// The same without tokens.
    public AnswerSaid uncounted() {
        return new AnswerSaid(text, reasoning, seals, calls, finishReason, refusal, urls, null, failure);
    }

    /// The first thing in which the choices of two answers differ, null where they say the same.
    public static @Nullable String difference(List<AnswerSaid> said, List<AnswerSaid> read) {
        if (said.size() != read.size()) {
            return said.size() + " choices / " + read;
        }
        for (int choice = 0; choice < said.size(); choice++) {
            String difference = said.get(choice).differenceTo(read.get(choice));
            if (difference != null) {
                return "choice " + choice + ": " + difference;
            }
        }
        return null;
    }

    /// The first thing in which another answer differs, null where it says the same. A call without an id may
    /// have got any; an answer without reported tokens may report none.
    public @Nullable String differenceTo(AnswerSaid other) {
        if (failure != other.failure) {
            return "failure " + failure + " / " + other.failure;
        }
        if (failure != null) {
            return null;
        }
        boolean refused = refusal.equals(SOME_WORDS) && !other.refusal.isBlank();
        String words = refused ? other.refusal : refusal;
        String texts = first(
                "text", text, other.text, "reasoning", reasoning, other.reasoning, "refusal", words, other.refusal);
        if (texts != null) {
            return texts;
        }
        String lists = first("seals", seals, other.seals, "urls", urls, other.urls, "tokens", tokens, other.tokens);
        if (lists != null) {
            return lists;
        }
        if (calls.size() != other.calls.size()) {
            return "calls " + calls + " / " + other.calls;
        }
        for (int i = 0; i < calls.size(); i++) {
            Call mine = calls.get(i);
            Call its = other.calls.get(i);
            boolean idKept = mine.id == null || mine.id.isBlank() || mine.id.equals(its.id);
            if (!idKept || !mine.name.equals(its.name) || !mine.arguments.equals(its.arguments)) {
                return "call " + mine + " / " + its;
            }
        }
        return first("finish reason", finishReason, other.finishReason);
    }

    private static @Nullable String first(@Nullable Object... triples) {
        for (int i = 0; i < triples.length; i += 3) {
            if (!Objects.equals(triples[i + 1], triples[i + 2])) {
                return triples[i] + " " + triples[i + 1] + " / " + triples[i + 2];
            }
        }
        return null;
    }
}
