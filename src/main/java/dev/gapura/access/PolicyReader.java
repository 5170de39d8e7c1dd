package dev.gapura.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Cidr;
import dev.gapura.config.Config;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a [Policy] that somebody sends, and says what is wrong with it. Stateless.
public final class PolicyReader {
    private static final Set<String> MEMBERS =
            Set.of("models", "tools", "offer", "routes", "addresses", "defaults", "tags", "bodies");
    /// A key's policy is in memory on every replica.
    private static final int MOST_ENTRIES = 200;

    private static final int MOST_CHARACTERS = 200;
    private static final int MOST_DEFAULTS = 32;
    private static final int MOST_DEFAULT_CHARACTERS = 16 * 1024;
    /// Limits of OpenAI's `metadata`, beside which tags stand in the history.
    private static final int MOST_TAGS = 16;

    private static final int MOST_TAG_NAME = 64;
    private static final int MOST_TAG_VALUE = 512;
    /// What a request says itself, or what would make another request of it.
    private static final Set<String> NEVER_DEFAULT = Set.of("model", "messages", "stream", "stream_options");

    private final String path;

    private PolicyReader(String path) {
        this.path = path;
    }

    /// Reads a policy.
    ///
    /// @param path where it stands in the body, for messages: `policy`
    /// @throws GatewayException 400 that names the member
    public static Policy read(@Nullable JsonNode node, String path) {
        return node == null || node.isNull() ? Policy.ANYTHING : new PolicyReader(path).read(node);
    }

    private Policy read(JsonNode node) {
        if (!node.isObject()) {
            throw new GatewayException(Failure.invalid(path, path + " must be an object."));
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw wrong(
                        name,
                        "is not a member of it; it takes "
                                + String.join(", ", MEMBERS.stream().sorted().toList()) + ".");
            }
        });
        return new Policy(
                texts(node, "models"),
                texts(node, "tools"),
                Objects.requireNonNullElse(texts(node, "offer"), List.of()),
                texts(node, "routes"),
                addresses(node),
                defaults(node),
                tags(node),
                bodies(node));
    }

    private GatewayException wrong(String name, String what) {
        return new GatewayException(Failure.invalid(path + "." + name, path + "." + name + " " + what));
    }

    private @Nullable List<String> texts(JsonNode node, String name) {
        JsonNode values = node.get(name);
        if (values == null || values.isNull()) {
            return null;
        }
        if (!values.isArray() || values.size() > MOST_ENTRIES) {
            throw wrong(name, "must be a list of at most " + MOST_ENTRIES + " texts.");
        }
        if (values.isEmpty() && !name.equals("offer")) {
            throw wrong(name, "is an empty list: nothing would be allowed; leave it out to allow everything.");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode value : values) {
            if (!value.isTextual()
                    || value.textValue().isBlank()
                    || value.textValue().length() > MOST_CHARACTERS) {
                throw wrong(name, "must hold texts of 1 to " + MOST_CHARACTERS + " characters.");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    private @Nullable List<String> addresses(JsonNode node) {
        List<String> addresses = texts(node, "addresses");
        if (addresses != null) {
            for (String address : addresses) {
                if (Cidr.parse(address) == null) {
                    throw wrong(
                            "addresses",
                            "has '" + address + "', which is not an address or a network such as 10.0.0.0/8.");
                }
            }
        }
        return addresses;
    }

    private Map<String, String> defaults(JsonNode node) {
        JsonNode members = object(node, "defaults", MOST_DEFAULTS);
        Map<String, String> defaults = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            String text = JsonTree.text(member.getValue());
            if (NEVER_DEFAULT.contains(member.getKey())) {
                throw wrong("defaults", "cannot hold " + member.getKey() + ": every request says that itself.");
            }
            if (text.length() > MOST_DEFAULT_CHARACTERS || member.getKey().length() > MOST_CHARACTERS) {
                throw wrong(
                        "defaults",
                        "has a member of more than " + MOST_DEFAULT_CHARACTERS + " characters; shorten it.");
            }
            defaults.put(member.getKey(), text);
        }
        return defaults;
    }

    private Map<String, String> tags(JsonNode node) {
        JsonNode members = object(node, "tags", MOST_TAGS);
        Map<String, String> tags = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> tag : members.properties()) {
            if (tag.getKey().length() > MOST_TAG_NAME
                    || !tag.getValue().isTextual()
                    || tag.getValue().textValue().length() > MOST_TAG_VALUE) {
                throw wrong(
                        "tags",
                        "must hold texts of at most " + MOST_TAG_VALUE + " characters under names of at most "
                                + MOST_TAG_NAME + ".");
            }
            tags.put(tag.getKey(), tag.getValue().textValue());
        }
        return tags;
    }

    private JsonNode object(JsonNode node, String name, int most) {
        JsonNode members = node.get(name);
        if (members == null || members.isNull()) {
            return JsonTree.object();
        }
        if (!members.isObject() || members.size() > most) {
            throw wrong(name, "must be an object of at most " + most + " members.");
        }
        return members;
    }

    private Config.@Nullable Bodies bodies(JsonNode node) {
        JsonNode word = node.get("bodies");
        if (word == null || word.isNull()) {
            return null;
        }
        for (Config.Bodies bodies : Config.Bodies.values()) {
            if (bodies.name().toLowerCase(Locale.ROOT).equals(word.textValue())) {
                return bodies;
            }
        }
        throw wrong("bodies", "must be off, errors or all.");
    }
}
