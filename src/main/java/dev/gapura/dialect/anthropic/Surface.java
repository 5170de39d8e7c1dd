package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Provider.PathStyle;
import java.util.Map;
import java.util.Set;

/// The two places where Claude is asked in Messages: Anthropic's own API, and Vertex AI, where the model stands in the
/// path and the version of the API in the body (recorded), and where a few things are not to be had (documented:
/// `providers/anthropic.md` of the wire reference).
enum Surface {
    ANTHROPIC,
    VERTEX;

    /// The version that all requests to Anthropic name.
    private static final String VERSION = "2023-06-01";

    private static final String VERTEX_VERSION = "vertex-2023-10-16";

    /// Vertex AI enforces no schema, neither a tool's nor an answer's, and refuses beta headers, one of which
    /// instructions in the middle of a conversation would need.
    private static final Set<Ability> NOT_ON_VERTEX =
            Set.of(Ability.STRICT_TOOLS, Ability.JSON_SCHEMA, Ability.JSON_SCHEMA_WITH_TOOLS, Ability.MIDWAY_SYSTEM);

    static Surface of(Provider provider) {
        return provider.path() == PathStyle.VERTEX ? VERTEX : ANTHROPIC;
    }

    /// What a model can do here.
    ModelProfile here(ModelProfile model) {
        return this == VERTEX ? model.without(NOT_ON_VERTEX) : model;
    }

    /// Whether files that were stored at Anthropic can be referred to.
    boolean hasFiles() {
        return this == ANTHROPIC;
    }

    /// What follows the base URL, on Vertex AI that of the project's location.
    String path(String model, boolean stream) {
        // The `@` before a model's date is sent as it is (recorded).
        return this == ANTHROPIC
                ? "/v1/messages"
                : "/publishers/anthropic/models/"
                        + Provider.percentEncode(model).replace("%40", "@")
                        + (stream ? ":streamRawPredict" : ":rawPredict");
    }

    /// Begins a body with what stands in front here.
    void begin(ObjectNode body, String model) {
        if (this == ANTHROPIC) {
            body.put("model", model);
        } else {
            body.put("anthropic_version", VERTEX_VERSION);
        }
    }

    /// Headers that every request has here.
    Map<String, String> headers() {
        return this == ANTHROPIC ? Map.of("anthropic-version", VERSION) : Map.of();
    }
}
