package dev.gapura.app;

import dev.gapura.testkit.oracle.ChatOracle;
import java.util.LinkedHashMap;
import java.util.Map;

/// The chat protocols of the recordings that this gateway speaks, each with the way in which its recordings are proven.
/// A new dialect is a row here. What it does not speak stands with the reason in `recordings/exceptions.txt`.
final class Protocols {
    private Protocols() {}

    /// By name of the folder, in the order in which they are reported.
    static Map<String, Proof> all(Exceptions exceptions) {
        Map<String, Proof> all = new LinkedHashMap<>();
        Proof relayed = new RelayedProof(new ChatOracle(false), exceptions);
        all.put("openai-chat", relayed);
        all.put("azure-chat", relayed);
        all.put("xai-chat", relayed);
        all.put("groq-chat", relayed);
        all.put("deepseek-chat", new RelayedProof(new ChatOracle(true), exceptions));
        all.put("openrouter-chat", relayed);
        all.put("compat-chat", relayed);
        all.put("mistral-chat", new TranslatedProof(Language.MISTRAL, null, exceptions));
        all.put("cohere-chat", new TranslatedProof(Language.COHERE, null, exceptions));
        all.put("ollama-chat", new TranslatedProof(Language.OLLAMA, null, exceptions));
        all.put("anthropic-messages", new TranslatedProof(Language.ANTHROPIC, null, exceptions));
        all.put("vertex-anthropic", new TranslatedProof(Language.ANTHROPIC_ON_VERTEX, null, exceptions));
        all.put("gemini-generate", new TranslatedProof(Language.GEMINI, null, exceptions));
        all.put("vertex-gemini", new TranslatedProof(Language.GEMINI_ON_VERTEX, null, exceptions));
        all.put("bedrock-converse", new TranslatedProof(Language.BEDROCK, "aws", exceptions));
        Proof responses = new TranslatedProof(Language.RESPONSES, null, exceptions);
        all.put("openai-responses", responses);
        all.put("azure-responses", new TranslatedProof(Language.AZURE_RESPONSES, "azure", exceptions));
        all.put("xai-responses", responses);
        all.put("compat-responses", responses);
        return all;
    }
}
