package dev.gapura.chat;

/// Who signed or sealed a piece of reasoning, and so the only one who takes it back: the values of `format`
/// in `reasoning_details`, named as OpenRouter names them
/// (<https://openrouter.ai/docs/use-cases/reasoning-tokens>); Bedrock's is our own, and so is the one of parts in which
/// Gemini tells of tools that it ran itself.
public final class ReasoningFormat {
    public static final String ANTHROPIC = "anthropic-claude-v1";
    public static final String GEMINI = "google-gemini-v1";
    public static final String GEMINI_TOOL = "google-gemini-tool-v1";
    public static final String RESPONSES = "openai-responses-v1";
    public static final String BEDROCK = "bedrock-converse-v1";
    public static final String MISTRAL = "mistral-chat-v1";
    public static final String COHERE = "cohere-chat-v2";
    public static final String OLLAMA = "ollama-chat-v1";

    private ReasoningFormat() {}
}
