package dev.gapura.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.Node;

/// Members of the public contract that this version reads, checks and does not act on. Each gives a warning where it
/// stands: a configuration written for a later version loads, and nobody is left to believe it works.
final class Unserved {
    /// Known providers of the contract whose own dialect this version does not speak.
    private static final Map<String, String> DIALECT_OF = Map.of("bedrock", "bedrock");

    /// Dialects that this version speaks upstream.
    private static final Set<String> SERVED = new TreeSet<>(
            Set.of("openai_chat", "openai_responses", "anthropic", "gemini", "bedrock", "mistral", "cohere", "ollama"));

    private Unserved() {}

    /// Known names that are no mistake, though nothing of that name can be called.
    static Set<String> providerNames() {
        return DIALECT_OF.keySet();
    }

    /// Whether this version can call a provider; a warning tells when not.
    static boolean isServed(Document document, Node key, Config.ProviderEntry entry) {
        String dialect = entry.dialect() == null ? DIALECT_OF.get(entry.name()) : entry.dialect();
        if (dialect == null || SERVED.contains(dialect)) {
            return true;
        }
        document.warn(
                key,
                "not served yet: providers." + entry.name() + " (dialect " + dialect + "; this version speaks "
                        + String.join(", ", SERVED) + ", and answers calls to this provider with 404)");
        return false;
    }

    static void shared(Document document, Section top) {
        if (top.has("shared")) {
            Section shared = top.section("shared");
            shared.item("url", url -> url.startsWith("redis://") || url.startsWith("rediss://"), "a redis:// address");
            shared.word("on_loss", List.of("local", "closed"));
            shared.close();
            top.unserved("shared", "replicas do not know of each other");
        }
    }

    static void retries(Document document, Section top) {
        if (top.has("retries")) {
            Section retries = top.section("retries");
            retries.integer("attempts", 3, 1, 100);
            retries.close();
            top.unserved("retries", "every request makes one upstream call");
        }
    }

    static void providerMembers(Section provider) {
        provider.word("circuit", List.of("on", "off"));
        provider.unserved("circuit", "no provider is ever set aside");
    }
}
