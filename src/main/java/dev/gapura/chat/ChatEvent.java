package dev.gapura.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.failure.Failure;
import org.jspecify.annotations.Nullable;

/// What a model's answer consists of, in the order in which it comes. A plain JSON answer is the fold of its
/// events, so that streamed and not streamed mean the same. Made by the readers of the dialects, taken by the
/// writers.
///
/// Grammar of a good answer: `Started`, then for each choice any of text, reasoning, tool calls, refusal,
/// annotation, media and log probabilities, then its `Finished`; `Reported` anywhere, the last one counting;
/// `Ended` last. A `Failed` ends the answer at any point and nothing follows it. Immutable; any thread.
public sealed interface ChatEvent {
    /// The answer began.
    ///
    /// @param id the provider's id of the answer, null where it has none
    /// @param model the model as the provider reports it, null where it does not
    /// @param fingerprint `system_fingerprint` of OpenAI's language, null where there is none
    record Started(
            @Nullable String id,
            @Nullable String model,
            @Nullable String fingerprint) implements ChatEvent {
        /// Of a provider that tells no fingerprint.
        public Started(@Nullable String id, @Nullable String model) {
            this(id, model, null);
        }
    }

    /// More of the answer's text.
    ///
    /// @param signature what the provider signed this piece with (Gemini), null where it did not
    record Text(int choice, String text, @Nullable String signature) implements ChatEvent {}

    /// More readable thought.
    record Reasoning(int choice, String text) implements ChatEvent {}

    /// A block of thought is complete: all of it, with signature or sealed payload. Its readable text came
    /// before in [Reasoning] events, unless `block` says it is new.
    record ReasoningBlock(int choice, Part.Reasoning block) implements ChatEvent {}

    /// The model calls a tool; its arguments follow.
    ///
    /// @param index position among the calls of the choice, from 0, without gaps
    /// @param custom whether arguments are free text
    /// @param signature what the provider signed the call with (Gemini), null where it did not
    record ToolCallOpened(
            int choice,
            int index,
            String id,
            String name,
            boolean custom,
            @Nullable String signature) implements ChatEvent {}

    /// More of the arguments of an opened call.
    record ToolCallArguments(int choice, int index, String fragment) implements ChatEvent {}

    /// The arguments of a call are complete.
    record ToolCallClosed(int choice, int index) implements ChatEvent {}

    /// More of the words with which the model refuses.
    record Refusal(int choice, String text) implements ChatEvent {}

    /// A source of the text: an element of `message.annotations`.
    record Annotation(int choice, JsonNode annotation) implements ChatEvent {}

    /// A picture that the model made: an element of `message.images`.
    record Image(int choice, JsonNode image) implements ChatEvent {}

    /// Spoken output: more of `message.audio`; the members of several are joined by the writer.
    record Audio(int choice, JsonNode audio) implements ChatEvent {}

    /// Log probabilities of the text that came: elements of `logprobs.content`.
    record Logprobs(int choice, JsonNode content) implements ChatEvent {}

    /// What the provider tells of its own checks: the `trace` member of the answer; the last one counts.
    record Traced(JsonNode trace) implements ChatEvent {}

    /// Tokens so far; the last one counts, counters are never added.
    ///
    /// @param details members of `usage` beside those of [Usage] that the provider reported under names of
    ///     Chat Completions (`prompt_tokens_details.audio_tokens`, `cost`), null where there are none
    record Reported(Usage usage, @Nullable JsonNode details) implements ChatEvent {}

    /// A choice ended well.
    ///
    /// @param nativeReason the provider's own word, for `native_finish_reason`; null where it is the same
    /// @param stopSequence the text that stopped it, where the provider tells it
    record Finished(
            int choice,
            FinishReason reason,
            @Nullable String nativeReason,
            @Nullable String stopSequence) implements ChatEvent {
        /// An end at no text that was asked for, or at none that the provider tells.
        public Finished(int choice, FinishReason reason, @Nullable String nativeReason) {
            this(choice, reason, nativeReason, null);
        }
    }

    /// The model wants to go on and the provider asks for the same conversation with this turn appended
    /// (Anthropic's `pause_turn`): no end of the answer for the client.
    ///
    /// @param turn the turn so far, as the provider wants it back
    record Paused(Message turn) implements ChatEvent {}

    /// The answer is complete: the provider's own terminal mark came.
    record Ended() implements ChatEvent {}

    /// The answer ended badly.
    ///
    /// @param again whether the model went wrong by chance, so that the same request is worth a second call
    record Failed(Failure failure, boolean again) implements ChatEvent {
        /// A failure that a second call would not mend.
        public Failed(Failure failure) {
            this(failure, false);
        }
    }
}
