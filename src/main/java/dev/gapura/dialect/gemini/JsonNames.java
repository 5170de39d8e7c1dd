package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Gemini's names, which are written in camelCase and read in snake_case too. Stateless.
final class JsonNames {
    private JsonNames() {}

    /// The name in camelCase.
    static String camel(String name) {
        StringBuilder out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            if (character == '_' && i + 1 < name.length() && i > 0) {
                out.append(Character.toUpperCase(name.charAt(++i)));
            } else {
                out.append(character);
            }
        }
        return out.toString();
    }

    /// A member by its name in camelCase; null where it is absent or `null`.
    static @Nullable JsonNode get(JsonNode object, String camel) {
        JsonNode value = object.get(camel);
        if (value == null) {
            StringBuilder snake = new StringBuilder(camel.length() + 4);
            for (char character : camel.toCharArray()) {
                if (Character.isUpperCase(character)) {
                    snake.append('_').append(Character.toLowerCase(character));
                } else {
                    snake.append(character);
                }
            }
            value = object.get(snake.toString());
        }
        return value == null || value.isNull() ? null : value;
    }
}
