package dev.gapura.dialect.openai;

import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import java.util.Set;

/// Looks for tools of certain types in a checked request, without building anything from it. Stateless; any thread.
public final class OfferedTools {
    private OfferedTools() {}

    /// Whether the request offers a tool of one of these types.
    public static boolean anyOf(ChatCompletionRequest request, Set<String> types) {
        ChatCompletionRequest.Member tools = request.member("tools");
        if (tools == null || tools.isNull()) {
            return false;
        }
        JsonScanner json =
                new JsonScanner(request.body(), tools.valueStart(), tools.valueEnd(), RequestReader.MAX_DEPTH);
        if (json.next() != JsonToken.ARRAY) {
            return false;
        }
        while (json.next() == JsonToken.OBJECT) {
            while (json.next() == JsonToken.NAME) {
                boolean type = json.string().equals("type");
                JsonToken kind = json.next();
                if (type && kind == JsonToken.STRING && types.contains(json.string())) {
                    return true;
                }
                json.skip();
            }
        }
        return false;
    }
}
