package dev.gapura.dialect.openai;

import dev.gapura.dialect.Providers;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdicts;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A request as a known provider gets it: body and verdicts as text.
record Rewritten(String body, String verdicts) {
    /// @param body the client's, whole
    static Rewritten of(String provider, String model, String body, @Nullable String policy) {
        ChatCompletionRequest request = Requests.of(body);
        RequestWriter.Written written = RequestWriter.write(
                request, Providers.of(provider), model, request.stream(), UnsupportedPolicy.parse(policy));
        return new Rewritten(
                new String(written.body().toBytes(), StandardCharsets.UTF_8), Verdicts.header(written.verdicts()));
    }

    /// @param fields members beside model and messages, without braces
    static Rewritten fields(String provider, String model, @Nullable String fields, @Nullable String policy) {
        return of(provider, model, "{\"model\":\"m\"" + tail(fields) + "}", policy);
    }

    /// The members that went on beside the model.
    String fields() {
        String rest = body.replaceFirst("\"model\":\"[^\"]*\",?", "");
        return rest.substring(1, rest.length() - 1).replaceFirst(",$", "");
    }

    /// @param messages members of the list
    static Rewritten messages(String provider, String model, String messages, String fields, @Nullable String policy) {
        return of(provider, model, "{\"messages\":[" + messages + "]" + tail(fields) + ",\"model\":\"m\"}", policy);
    }

    /// The list of messages that went on, without its brackets.
    String messages() {
        int from = body.indexOf("\"messages\":[") + 12;
        return body.substring(from, body.lastIndexOf(']', body.lastIndexOf("\"model\"")));
    }

    private static String tail(@Nullable String fields) {
        return fields == null || fields.isBlank() ? "" : "," + fields;
    }
}
