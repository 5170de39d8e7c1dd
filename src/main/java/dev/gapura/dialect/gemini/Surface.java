package dev.gapura.dialect.gemini;

import dev.gapura.provider.Provider;
import dev.gapura.provider.Provider.PathStyle;

/// The two places where Gemini is served: AI Studio and Vertex AI. They differ in paths and in a few fields. Source:
/// `googleapis/js-genai` `src/converters/_models_converters.ts`.
enum Surface {
    STUDIO,
    VERTEX;

    static Surface of(Provider provider) {
        return provider.path() == PathStyle.VERTEX ? VERTEX : STUDIO;
    }

    /// What follows the base URL, on Vertex AI that of the project's location. A model may be named with its
    /// collection (`tunedModels/mine`, `endpoints/123`, `publishers/google/models/gemini-2.5-pro`).
    String path(String model, boolean stream) {
        int slash = model.lastIndexOf('/');
        String usual = this == STUDIO ? "models" : "publishers/google/models";
        String collection = slash < 0 ? usual : model.substring(0, slash);
        StringBuilder path = new StringBuilder(this == STUDIO ? "/v1beta" : "");
        for (String step : collection.split("/")) {
            path.append('/').append(Provider.percentEncode(step));
        }
        return path.append('/')
                .append(Provider.percentEncode(model.substring(slash + 1)))
                .append(stream ? ":streamGenerateContent?alt=sse" : ":generateContent")
                .toString();
    }
}
