package dev.gapura.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What of a body can be searched: the strings in its JSON, without their escapes. The pieces of a stream are put
/// together, since a word may be cut between two events. A body that was cut off counts as far as it goes. Pure.
final class BodyText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String DATA = "data:";

    private BodyText() {}

    static String of(byte[] body) {
        Map<String, StringBuilder> strings = new LinkedHashMap<>();
        if (startsStream(body)) {
            for (String line : new String(body, StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith(DATA)) {
                    collect(line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8), strings);
                }
            }
        } else {
            collect(body, strings);
        }
        return String.join("\n", strings.values());
    }

    private static boolean startsStream(byte[] body) {
        return body.length > 0 && (body[0] == 'd' || body[0] == 'e' || body[0] == ':');
    }

    private static void collect(byte[] json, Map<String, StringBuilder> strings) {
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    String place = parser.getParsingContext().pathAsPointer().toString();
                    String text = parser.getText();
                    strings.computeIfAbsent(place, made -> new StringBuilder()).append(text);
                }
            }
        } catch (IOException cutOff) {
            // What came before counts.
        }
    }
}
