package dev.gapura.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is secret in the entry of a registered tool, shown as `***`: values of headers, users and values of queries in
/// addresses, the body. What is shown may be sent back, and stands for what it hides. Stateless; any thread.
final class EntrySecrets {
    private static final String MASK = "***";
    private static final List<String> ADDRESSES = List.of("url", "base_url");
    private static final Pattern USER = Pattern.compile("(?<=://)[^/?#]*@");
    private static final Pattern SERVER = Pattern.compile("[^:/?#]+://[^/?#]*");
    private static final Pattern ARGUMENT = Pattern.compile("\\{[A-Za-z0-9_.-]+}");

    private EntrySecrets() {}

    /// A copy that can be shown.
    static ObjectNode masked(ObjectNode entry) {
        ObjectNode masked = entry.deepCopy();
        if (masked.get("headers") instanceof ObjectNode headers) {
            headers.fieldNames().forEachRemaining(name -> headers.put(name, MASK));
        }
        if (masked.hasNonNull("body")) {
            masked.put("body", MASK);
        }
        for (String name : ADDRESSES) {
            if (masked.path(name).isTextual()) {
                masked.put(name, address(masked.get(name).textValue()));
            }
        }
        return masked;
    }

    private static String address(String text) {
        String address = USER.matcher(text).replaceFirst(MASK + "@");
        int query = address.indexOf('?');
        return query < 0
                ? address
                : address.substring(0, query + 1)
                        + Arrays.stream(address.substring(query + 1).split("&", -1))
                                .map(EntrySecrets::pair)
                                .collect(Collectors.joining("&"));
    }

    /// The model fills arguments in; they are no secrets.
    private static String pair(String text) {
        int value = text.indexOf('=') + 1;
        String secret = text.substring(value);
        return secret.isEmpty() || ARGUMENT.matcher(secret).matches() ? text : text.substring(0, value) + MASK;
    }

    /// The entry with a patch (RFC 7396), of which what is as it was shown changes nothing.
    static ObjectNode merged(ObjectNode entry, ObjectNode patch) {
        return merged(entry, masked(entry), patch);
    }

    private static ObjectNode merged(ObjectNode before, JsonNode shown, ObjectNode patch) {
        ObjectNode after = before.deepCopy();
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (value.isNull()) {
                after.remove(name);
            } else if (value instanceof ObjectNode inner && after.get(name) instanceof ObjectNode outer) {
                after.set(name, merged(outer, shown.path(name), inner));
            } else if (!value.equals(shown.get(name))) {
                after.set(name, value);
            }
        }
        return after;
    }

    /// The first secret that would go where it was not meant for: one that a patch did not bring along although the
    /// entry now calls a server that it did not call before. Whoever may change an entry may not read it.
    ///
    /// @param after the entry with the patch
    /// @return the path of its member, null where there is none
    static @Nullable String misdirected(ObjectNode before, ObjectNode patch, ObjectNode after) {
        if (servers(before).containsAll(servers(after))) {
            return null;
        }
        for (Map.Entry<String, JsonNode> header : after.path("headers").properties()) {
            if (!brought(patch.path("headers"), header.getKey())) {
                return "headers." + header.getKey();
            }
        }
        if (after.hasNonNull("body") && !brought(patch, "body")) {
            return "body";
        }
        return null;
    }

    private static boolean brought(JsonNode patch, String member) {
        return patch.hasNonNull(member) && !patch.get(member).asText().equals(MASK);
    }

    /// Scheme, host and port of every address, as they are written.
    private static Set<String> servers(ObjectNode entry) {
        return ADDRESSES.stream()
                .map(name ->
                        SERVER.matcher(USER.matcher(entry.path(name).asText()).replaceFirst("")))
                .filter(Matcher::lookingAt)
                .map(server -> server.group().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /// The first member that says `***` where a secret belongs, null where there is none.
    static @Nullable String missing(ObjectNode entry) {
        for (String name : ADDRESSES) {
            if (entry.path(name).asText().contains(MASK)) {
                return name;
            }
        }
        if (entry.path("body").asText().equals(MASK)) {
            return "body";
        }
        for (Map.Entry<String, JsonNode> header : entry.path("headers").properties()) {
            if (header.getValue().asText().equals(MASK)) {
                return "headers." + header.getKey();
            }
        }
        return null;
    }
}
