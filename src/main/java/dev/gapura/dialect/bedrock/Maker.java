package dev.gapura.dialect.bedrock;

import dev.gapura.provider.ModelProfile;
import java.util.regex.Pattern;

/// Whose model it is: what Converse has no word for goes to the model in its maker's own words, as
/// `additionalModelRequestFields`. Named in `model-profiles.json`.
enum Maker {
    ANTHROPIC,
    /// Nova; Titan takes nothing of it.
    AMAZON,
    /// gpt-oss.
    OPENAI,
    QWEN,
    MISTRAL,
    OTHER;

    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.:-]{1,64}");
    private static final Pattern MISTRAL_ID = Pattern.compile("[a-zA-Z0-9]{9}");

    static Maker of(ModelProfile model) {
        return switch (model.maker()) {
            case "anthropic" -> ANTHROPIC;
            case "amazon" -> AMAZON;
            case "openai" -> OPENAI;
            case "qwen" -> QWEN;
            case "mistral" -> MISTRAL;
            default -> OTHER;
        };
    }

    /// Ids of tool calls that it takes.
    Pattern ids() {
        return this == MISTRAL ? MISTRAL_ID : ID;
    }

    /// Characters of an id that is made for it.
    int idLength() {
        return this == MISTRAL ? 9 : 32;
    }

    /// Beginning of an id that is made for it.
    String idPrefix() {
        return this == MISTRAL ? "" : "tooluse_";
    }

    /// Whether the result of a tool may say that the tool failed.
    boolean takesStatus() {
        return this == ANTHROPIC || this == AMAZON;
    }

    /// Whether a choice may name the tool; Mistral's models know only "any".
    boolean namesTools() {
        return this != MISTRAL;
    }

    /// Whether tools may carry marks of the cache; Nova caches instructions and messages only.
    boolean cachesTools() {
        return this != AMAZON;
    }
}
