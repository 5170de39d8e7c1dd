package dev.gapura.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One piece of a message. The order of parts in a message is theirs and is kept: providers that sign
/// reasoning check it. Immutable; any thread.
public sealed interface Part {
    /// A mark behind which the provider may cut its cached prefix; null where there is none.
    default @Nullable CacheMark cache() {
        return null;
    }

    /// Words.
    ///
    /// @param signature what the provider signed this text with (Gemini signs text parts too), to be sent
    ///     back as it came; null where it did not
    record Text(
            String text,
            @Nullable CacheMark cache,
            @Nullable String signature) implements Part {
        public static Text of(String text) {
            return new Text(text, null, null);
        }
    }

    /// A picture.
    ///
    /// @param detail `low`, `high`, `auto`; null where nothing was asked
    record Image(
            Media media, @Nullable String detail, @Nullable CacheMark cache) implements Part {}

    /// Recorded sound.
    record Audio(Media media, @Nullable CacheMark cache) implements Part {}

    /// A document, or moving pictures, by its media type.
    ///
    /// @param name file name, null where none was given
    record File(
            Media media, @Nullable String name, @Nullable CacheMark cache) implements Part {}

    /// A tool that the model called.
    ///
    /// @param arguments as the model wrote them: JSON text for a function, free text for a custom tool; may
    ///     be empty or broken
    /// @param custom whether the tool takes free text
    /// @param signature what the provider signed the call with (Gemini), null where it did not
    record ToolCall(
            String id,
            String name,
            String arguments,
            boolean custom,
            @Nullable String signature,
            @Nullable CacheMark cache)
            implements Part {}

    /// What a tool answered.
    ///
    /// @param callId the call it answers
    /// @param content text, pictures, documents
    /// @param error whether the tool failed
    record ToolResult(
            String callId,
            List<Part> content,
            boolean error,
            @Nullable CacheMark cache) implements Part {
        public ToolResult {
            content = List.copyOf(content);
        }
    }

    /// Thought of the model, with what its provider needs to take it back.
    ///
    /// @param text readable thought, empty where there is none
    /// @param signature signature over the text, null where it has none
    /// @param encrypted sealed payload in place of text, null where there is none
    /// @param id the provider's own id of the item, null where it has none
    /// @param format who can read signature and payload, one of the constants of [ReasoningFormat]; null for
    ///     plain text of unknown origin
    /// @param model upstream model whose thought it is, as it was asked for; null where that is not known
    record Reasoning(
            String text,
            @Nullable String signature,
            @Nullable String encrypted,
            @Nullable String id,
            @Nullable String format,
            @Nullable String model)
            implements Part {

        /// Thought of some model.
        public Reasoning(
                String text,
                @Nullable String signature,
                @Nullable String encrypted,
                @Nullable String id,
                @Nullable String format) {
            this(text, signature, encrypted, id, format, null);
        }

        /// Readable thought and nothing else.
        public static Reasoning plain(String text) {
            return new Reasoning(text, null, null, null, null);
        }

        /// Whether a provider would take it back: it is signed or sealed.
        public boolean sealed() {
            return signature != null || encrypted != null;
        }
    }

    /// Words with which the model refused.
    record Refusal(String text) implements Part {}

    /// Something that only its own dialect knows, kept as it came.
    ///
    /// @param dialect name of that dialect, as in the configuration (`anthropic`)
    /// @param value the provider's own JSON
    record Opaque(String dialect, JsonNode value) implements Part {}
}
