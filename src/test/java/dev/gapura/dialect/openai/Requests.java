package dev.gapura.dialect.openai;

import dev.gapura.dialect.openai.ChatCompletionRequest.Member;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests for the tests of the writer, found in a body without the reader's checks, so that short bodies will do.
final class Requests {
    private Requests() {}

    static ChatCompletionRequest of(String body) {
        return of(body.getBytes(StandardCharsets.UTF_8));
    }

    static ChatCompletionRequest of(byte[] body) {
        List<Member> members = new ArrayList<>();
        String model = "";
        boolean stream = false;
        Boolean usage = null;
        Boolean padding = null;
        JsonScanner json = new JsonScanner(body, 0, body.length, 64);
        json.next();
        while (json.next() == JsonToken.NAME) {
            String name = json.string();
            int nameStart = json.start();
            json.next();
            JsonToken token = json.token();
            if (name.equals("model")) {
                model = json.string();
            }
            stream |= name.equals("stream") && token == JsonToken.TRUE;
            json.skip();
            String value = new String(body, json.start(), json.end() - json.start(), StandardCharsets.UTF_8);
            if (name.equals("stream_options")) {
                usage = flag(value, "include_usage");
                padding = flag(value, "include_obfuscation");
            }
            members.add(new Member(name, row(name), nameStart, json.start(), json.end(), token == JsonToken.NULL));
        }
        return new ChatCompletionRequest(body, body.length, members, model, stream, usage, padding, 1);
    }

    private static @Nullable Parameter row(String name) {
        for (Parameter parameter : ParameterTable.chat()) {
            if (parameter.name().equals(name)) {
                return parameter;
            }
        }
        return null;
    }

    private static @Nullable Boolean flag(String json, String name) {
        String compact = json.replace(" ", "");
        return compact.contains("\"" + name + "\":true")
                ? Boolean.TRUE
                : compact.contains("\"" + name + "\":false") ? Boolean.FALSE : null;
    }
}
