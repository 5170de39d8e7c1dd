package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gapura.testkit.Recordings.Recording;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who answered a recording, as the gateway is configured for it: known providers under their own name with the fake
/// provider's address, all others as `dialect: openai_chat`.
///
/// @param name the prefix of the model
/// @param model what stands behind it; on Azure's dated surface the deployment of the recorded path
/// @param path the path that the gateway has to call
/// @param apiVersion of Azure's dated surface, else null
record RecordedProvider(
        String name, String model, String path, @Nullable String apiVersion) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern DEPLOYMENT =
            Pattern.compile("/+openai/deployments/([^/]+)/chat/completions(?:\\?api-version=(.*))?");

    /// Known names with recordings, and what stands before `/chat/completions` at their usual address.
    private static final Map<String, String> KNOWN = new TreeMap<>(Map.of(
            "openai", "/v1",
            "xai", "/v1",
            "groq", "/openai/v1",
            "deepseek", "",
            "openrouter", "/api/v1",
            "together", "/v1",
            "perplexity", "",
            "cerebras", "/v1",
            "huggingface", "/v1",
            "zai", "/api/paas/v4"));

    private static final List<String> OTHERS = List.of(
            "ai21",
            "avian",
            "azure-foundry",
            "bedrock-mantle",
            "cloudflare",
            "crusoe",
            "databricks",
            "doubleword",
            "gemini",
            "gpustack",
            "heroku",
            "llamacpp",
            "mistralrs",
            "ollama-cloud",
            "snowflake",
            "venice",
            "vercel-gateway",
            "vllm-or-llamacpp",
            "writer");

    /// Where recordings name no version or none at all, this one is configured.
    static final String USUAL_VERSION = "2024-12-01-preview";

    /// Known, but its recordings are few: under its own name too, at the address of its compatible side.
    private static final String OLLAMA = "ollama";

    static RecordedProvider of(Recording recording) {
        String provider = recording.provider();
        JsonNode body = recording.request() == null ? null : recording.request().body();
        String model = body == null
                ? recording.response().body() == null
                        ? "recorded-model"
                        : recording.response().body().path("model").asText()
                : body.path("model").asText();
        if (!provider.equals("azure")) {
            return new RecordedProvider(provider, model, "/" + provider + prefix(provider) + "/chat/completions", null);
        }
        String path = recording.request().path();
        Matcher deployment = DEPLOYMENT.matcher(path);
        if (deployment.matches()) {
            String version = deployment.group(2) == null ? USUAL_VERSION : deployment.group(2);
            return new RecordedProvider(
                    "azure",
                    deployment.group(1),
                    "/azure/openai/deployments/" + deployment.group(1) + "/chat/completions?api-version=" + version,
                    version);
        }
        return path.startsWith("/openai/v1/")
                ? new RecordedProvider("azure", model, "/azure/openai/v1/chat/completions", null)
                : new RecordedProvider("azure-foundry", model, "/azure-foundry/models/chat/completions", null);
    }

    private static String prefix(String provider) {
        return switch (provider) {
            case "azure-foundry" -> "/models";
            default -> KNOWN.getOrDefault(provider, "/v1");
        };
    }

    /// The `providers` section before a [Replay], Azure with this version or, where it is null, its v1 surface.
    static String configuration(@Nullable String azureVersion) {
        StringBuilder yaml = new StringBuilder();
        for (Map.Entry<String, String> known : KNOWN.entrySet()) {
            entry(yaml, known.getKey(), known.getValue(), "");
        }
        entry(yaml, OLLAMA, prefix(OLLAMA), "");
        for (String other : OTHERS) {
            entry(yaml, other, prefix(other), ", dialect: openai_chat");
        }
        entry(yaml, "azure", "", azureVersion == null ? "" : ", api_version: \"" + azureVersion + "\"");
        return yaml.toString();
    }

    private static void entry(StringBuilder yaml, String name, String prefix, String more) {
        yaml.append("  ")
                .append(name)
                .append(": { base_url: \"")
                .append(Replay.ORIGIN)
                .append('/')
                .append(name)
                .append(prefix)
                .append("\", api_key: \"")
                .append(key(name))
                .append('"')
                .append(more);
        yaml.append(" }\n");
    }

    private static String key(String name) {
        return "unused-key-of-" + name;
    }

    /// Header and value that must carry the provider's key.
    Map.Entry<String, String> credential() {
        return name.equals("azure")
                ? Map.entry("api-key", key(name))
                : Map.entry("authorization", "Bearer " + key(name));
    }

    /// Whether the gateway may ask this provider for usage in a stream. Perplexity documents no `stream_options`,
    /// Azure takes them since 2024-09-01-preview.
    boolean takesStreamOptions() {
        return !name.equals("perplexity") && (apiVersion == null || apiVersion.compareTo("2024-09") > 0);
    }

    /// Whether its streams are padded with `obfuscation`.
    boolean pads() {
        return name.equals("openai") || name.equals("azure");
    }

    /// Whether the padding is declined in the request; Azure's dated versions do not know the member.
    boolean declinesPadding() {
        return pads() && apiVersion == null;
    }

    /// What the gateway adds to a request for this provider where the client did not say it.
    Map<String, JsonNode> fills(ObjectNode asked) {
        boolean stream = asked.path("stream").asBoolean();
        if (name.equals("perplexity") && stream && !asked.has("stream_mode")) {
            return Map.of("stream_mode", TextNode.valueOf("full"));
        }
        return name.equals("groq") && model.contains("qwen3") && !asked.has("reasoning_format")
                ? Map.of("reasoning_format", TextNode.valueOf("parsed"))
                : Map.of();
    }

    /// Whether its answers are relayed to the letter.
    boolean isExact() {
        return name.equals("openai") || name.equals("azure");
    }

    /// Whether this model thinks between tags inside its text.
    boolean thinksInTags() {
        String models =
                switch (name) {
                    case "perplexity" -> "reasoning|r1";
                    case "together" -> "deepseek-r1|qwq|qwen3|thinking";
                    case "huggingface" -> "deepseek-r1|qwq";
                    default -> "(?!)";
                };
        return Pattern.compile(models).matcher(model.toLowerCase(Locale.ROOT)).find();
    }

    /// Whether it names sources beside the choices.
    boolean citesBeside() {
        return name.equals("perplexity") || name.equals("xai");
    }

    boolean usageExcludesReasoning() {
        return name.equals("xai");
    }

    /// The recorded request for this gateway; a minimal one where none was recorded.
    ObjectNode request(Recording recording) {
        ObjectNode request;
        if (recording.request() != null && recording.request().body() instanceof ObjectNode body) {
            request = body.deepCopy();
        } else {
            request = JSON.createObjectNode();
            request.put("model", "");
            request.putArray("messages").addObject().put("role", "user").put("content", "Hello");
            if (recording.isStream()) {
                request.put("stream", true);
            }
        }
        return request.put("model", name + "/" + model);
    }
}
