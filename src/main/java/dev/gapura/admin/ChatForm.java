package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;

/// What a form needs to know of a chat completions request: the schemas of its body and of its headers, the body's
/// being the one in `/openapi.json`. Pure.
public final class ChatForm {
    private ChatForm() {}

    /// An object with `body`, a JSON Schema, and `headers`, schemas by name.
    public static String json() {
        ObjectNode form = JsonTree.object();
        JsonSchemas.members(form.putObject("body"), ParameterTable.chat());
        ObjectNode headers = form.putObject("headers");
        PublicHeaders.CHAT.forEach(header -> headers.set(header.name(), JsonSchemas.of(header)));
        return new String(JsonTree.bytes(form), StandardCharsets.UTF_8);
    }
}
