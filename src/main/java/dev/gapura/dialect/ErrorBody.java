package dev.gapura.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an error body says, whatever its shape: OpenAI's object, a plain string under `error`, `{code,
/// error}` (xAI), `{message}`, `{detail}` (FastAPI, a text or a list of places), `{object: "error"}` (older
/// vLLM, Mistral), `{statusCode, message}` (Azure's API management), a list of any of these, an HTML page,
/// plain text, or nothing. Texts are the provider's own and not yet fit for a caller.
///
/// @param message empty when the body says nothing
/// @param code `code` where it is a word; null when absent or only the status again
/// @param type `type`, null when absent
/// @param param path of the field at fault, null when absent
/// @param status an HTTP status that the body names, 0 when it names none
/// @param filtered a content filter says that it stopped this
/// @param google what only Google's errors say, null in others
record ErrorBody(
        String message,
        @Nullable String code,
        @Nullable String type,
        @Nullable String param,
        int status,
        boolean filtered,
        @Nullable GoogleError google) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ErrorBody SILENT = new ErrorBody("", null, null, null, 0, false, null);
    private static final Pattern TITLE = Pattern.compile("(?is)<title[^>]{0,200}>(.{0,300}?)</title>");
    private static final Pattern WORD = Pattern.compile("[\\w.:-]{1,64}");

    /// How xAI spelled its code `invalid-argument` in 2025 (nocmt/LLMSearchPlus issue 2).
    private static final String XAI_INVALID = "Client specified an invalid argument";

    /// A body longer than this is not an error object; its beginning is read as text.
    private static final int MAX_BYTES = 262_144;

    /// How deep an error may be wrapped in another.
    private static final int MAX_DEPTH = 6;

    static ErrorBody read(byte[] bytes) {
        int length = Math.min(bytes.length, MAX_BYTES);
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1).strip();
        }
        if (text.startsWith("data:")) {
            text = text.substring("data:".length()).strip();
        }
        if (text.isEmpty()) {
            return SILENT;
        }
        if (text.charAt(0) == '<') {
            return text(htmlTitle(text));
        }
        if ("{[\"".indexOf(text.charAt(0)) < 0) {
            return text(text);
        }
        try {
            ErrorBody read = of(JSON.readTree(text), 0);
            return read.message.isEmpty() && read.code == null && read.type == null ? text(text) : read;
        } catch (JsonProcessingException e) {
            return text(text);
        }
    }

    private static ErrorBody of(JsonNode node, int depth) {
        if (depth > MAX_DEPTH) {
            return SILENT;
        }
        if (node.isTextual()) {
            return embedded(node.textValue(), depth);
        }
        if (node.isArray()) {
            return list(node, depth);
        }
        if (!node.isObject()) {
            return SILENT;
        }
        ErrorBody own = members(node, depth);
        JsonNode error = node.get("error");
        // Mistral has been seen to put the validation list under `message`.
        JsonNode inner = error != null && !error.isNull()
                ? error
                : node.path("message").isObject() ? node.get("message") : node.get("errors");
        return inner == null || inner.isBoolean() ? own : of(inner, depth + 1).or(own);
    }

    private static ErrorBody members(JsonNode node, int depth) {
        String message =
                text(node, "message", "Message", "msg", "error_message", "error_description", "detail", "title");
        String param = text(node, "param");
        String type = text(node, "type");
        JsonNode detail = node.get("detail");
        if (message.isEmpty() && detail != null && detail.isContainerNode()) {
            ErrorBody said = of(detail, depth + 1);
            message = said.message;
            param = param.isEmpty() && said.param != null ? said.param : param;
            type = type.isEmpty() && said.type != null ? said.type : type;
        }
        String place = place(node.get("loc"));
        if (param.isEmpty() && !place.isEmpty()) {
            param = place;
        }
        // OpenRouter and Groq wrap what the model's host said.
        String raw = text(node.path("metadata"), "raw");
        if (!raw.isEmpty() && (message.isEmpty() || message.equals("Provider returned error"))) {
            String said = embedded(raw, depth).message;
            message = message.isEmpty() ? said : message + ": " + said;
        }
        // Bedrock passes on what the model's host said before its stream broke.
        String original = text(node, "originalMessage");
        if (!original.isEmpty() && !message.contains(original)) {
            message = message.isEmpty() ? original : message + ": " + original;
        }
        int status = status(node);
        String code = text(node, "code");
        if (code.equals(XAI_INVALID)) {
            code = "invalid-argument";
        }
        if (node.path("code").isNumber() || code.equals(Integer.toString(status)) || isStatus(code)) {
            status = status == 0 && isStatus(code) ? Integer.parseInt(code) : status;
            code = isStatus(code) ? "" : code;
        }
        JsonNode inner = node.path("innererror");
        boolean filtered = text(inner, "code").equals("ResponsibleAIPolicyViolation")
                || node.path("metadata").has("flagged_input")
                || node.path("metadata").has("reasons");
        return new ErrorBody(
                message, word(code), word(type), blankToNull(param), status, filtered, GoogleError.of(node));
    }

    /// The first element that says something, with the places of the others.
    private static ErrorBody list(JsonNode array, int depth) {
        List<String> messages = new ArrayList<>();
        ErrorBody first = SILENT;
        for (JsonNode element : array) {
            ErrorBody said = of(element, depth + 1);
            if (said.message.isEmpty()) {
                continue;
            }
            if (messages.isEmpty()) {
                first = said;
            }
            messages.add(
                    said.param == null || said.message.contains(said.param)
                            ? said.message
                            : said.param + ": " + said.message);
            if (messages.size() == 5) {
                break;
            }
        }
        return new ErrorBody(
                String.join("; ", messages),
                first.code,
                first.type,
                first.param,
                first.status,
                first.filtered,
                first.google);
    }

    /// A text that may itself be JSON.
    private static ErrorBody embedded(String text, int depth) {
        String stripped = text.strip();
        if (stripped.startsWith("{") || stripped.startsWith("[")) {
            try {
                ErrorBody inner = of(JSON.readTree(stripped), depth + 1);
                if (!inner.message.isEmpty()) {
                    return inner;
                }
            } catch (JsonProcessingException e) {
                return text(stripped);
            }
        }
        return text(stripped);
    }

    /// FastAPI's `["body", "messages", 0, "role"]` as `messages[0].role`.
    private static String place(@Nullable JsonNode loc) {
        if (loc == null || !loc.isArray()) {
            return "";
        }
        StringBuilder path = new StringBuilder();
        for (JsonNode step : loc) {
            if (step.isIntegralNumber()) {
                path.append('[').append(step.intValue()).append(']');
            } else if (!step.asText().equals("body") || !path.isEmpty()) {
                path.append(path.isEmpty() ? "" : ".").append(step.asText());
            }
        }
        return path.toString();
    }

    private static int status(JsonNode node) {
        for (String name : List.of("status_code", "statusCode", "status", "raw_status_code", "code")) {
            JsonNode value = node.path(name);
            if (value.isIntegralNumber() && value.intValue() >= 400 && value.intValue() <= 599) {
                return value.intValue();
            }
        }
        return 0;
    }

    private static boolean isStatus(String code) {
        return code.length() == 3
                && code.charAt(0) >= '1'
                && code.charAt(0) <= '5'
                && code.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private ErrorBody or(ErrorBody outer) {
        return new ErrorBody(
                message.isEmpty() ? outer.message : message,
                code == null ? outer.code : code,
                type == null ? outer.type : type,
                param == null ? outer.param : param,
                status == 0 ? outer.status : status,
                filtered || outer.filtered,
                google == null ? outer.google : google);
    }

    private static ErrorBody text(String message) {
        return new ErrorBody(message, null, null, null, 0, false, null);
    }

    private static String text(JsonNode node, String... names) {
        for (String name : names) {
            JsonNode value = node.path(name);
            if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
                return value.asText().strip();
            }
        }
        return "";
    }

    private static @Nullable String word(String text) {
        return WORD.matcher(text).matches() ? text : null;
    }

    private static @Nullable String blankToNull(String text) {
        return text.isBlank() ? null : text;
    }

    /// Of a page only the title is worth showing.
    private static String htmlTitle(String page) {
        Matcher title = TITLE.matcher(page.substring(0, Math.min(page.length(), 4_096)));
        return title.find() ? title.group(1).strip() : "";
    }

    /// All that was said, in lower case, for looking up words.
    String words() {
        return String.join(" ", message, code == null ? "" : code, type == null ? "" : type)
                .toLowerCase(Locale.ROOT);
    }
}
