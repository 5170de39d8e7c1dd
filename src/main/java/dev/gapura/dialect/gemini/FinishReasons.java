package dev.gapura.dialect.gemini;

import dev.gapura.chat.FinishReason;
import org.jspecify.annotations.Nullable;

/// Gemini's `finishReason` as finish reasons. Source: `googleapis/js-genai` `src/types.ts`, enum FinishReason.
/// Stateless.
final class FinishReasons {
    /// The model wrote a call that is none; the next time it may well write one.
    static final String MALFORMED_CALL = "MALFORMED_FUNCTION_CALL";

    private FinishReasons() {}

    /// The reason by name, also where an answer has it as a number; the numbers on which AI Studio and Vertex
    /// agree.
    static String name(String reason) {
        return switch (reason) {
            case "1" -> "STOP";
            case "2" -> "MAX_TOKENS";
            case "3" -> "SAFETY";
            case "4" -> "RECITATION";
            case "5" -> "OTHER";
            default -> reason;
        };
    }

    /// How the answer ended; null where it ended badly. A name that is not known counts as a good end, and is
    /// told as it came.
    static @Nullable FinishReason meaning(String name) {
        return switch (name) {
            case "STOP" -> FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "MODEL_ARMOR",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION" -> FinishReason.CONTENT_FILTER;
            case "OTHER",
                    "FINISH_REASON_UNSPECIFIED",
                    MALFORMED_CALL,
                    "UNEXPECTED_TOOL_CALL",
                    "TOO_MANY_TOOL_CALLS",
                    "MALFORMED_RESPONSE",
                    "MISSING_THOUGHT_SIGNATURE",
                    "NO_IMAGE",
                    "IMAGE_OTHER" -> null;
            default -> FinishReason.STOP;
        };
    }

    /// Gemini's own word where `finish_reason` does not say the same.
    static @Nullable String own(String name) {
        return name.equals("STOP") || name.equals("MAX_TOKENS") ? null : name;
    }
}
