package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads `auth`: keys of the configuration, and the identity provider.
final class AuthReader {
    /// Shorter ones can be guessed by somebody who may ask often.
    private static final int SHORTEST_KEY = 16;

    private AuthReader() {}

    static Config.@Nullable Oidc oidc(Document document, Section auth) {
        if (!auth.has("oidc")) {
            return null;
        }
        Section section = auth.section("oidc");
        String issuer = section.text("issuer");
        String clientId = section.text("client_id");
        Secret clientSecret = section.secret("client_secret");
        List<String> scopes = section.texts("scopes");
        URI redirectUrl = address(document, section, "redirect_url");
        List<String> domains = section.texts("allowed_domains");
        String role = section.word("default_role", List.of("admin", "member", "viewer"));
        section.close();
        for (String member : List.of("issuer", "client_id", "client_secret")) {
            if (!section.has(member)) {
                document.error(
                        section.node(), section.path(member) + " is missing; the identity provider's page says it");
            }
        }
        if (scopes != null && !scopes.contains("openid")) {
            document.error(section.node(), section.path("scopes") + " must contain openid");
        }
        if (issuer == null
                || address(document, section, "issuer") == null
                || clientId == null
                || clientSecret == null) {
            return null;
        }
        return new Config.Oidc(
                issuer,
                clientId,
                clientSecret,
                scopes == null ? List.of("openid", "email", "profile") : scopes,
                redirectUrl,
                domains == null
                        ? List.of()
                        : domains.stream()
                                .map(domain -> domain.toLowerCase(Locale.ROOT))
                                .toList(),
                role == null ? "member" : role);
    }

    /// An https address, or one of this machine.
    private static @Nullable URI address(Document document, Section section, String member) {
        String text = section.text(member);
        if (text == null) {
            return null;
        }
        try {
            URI address = new URI(text);
            boolean here = "127.0.0.1".equals(address.getHost()) || "localhost".equals(address.getHost());
            if (address.getHost() != null
                    && ("https".equals(address.getScheme()) || (here && "http".equals(address.getScheme())))) {
                return address;
            }
        } catch (URISyntaxException malformed) {
            // Told below.
        }
        document.error(section.node(), section.path(member) + " must be an https address");
        return null;
    }

    static List<Config.Key> keys(Document document, Section auth) {
        List<Config.Key> keys = new ArrayList<>();
        Map<String, String> positions = new LinkedHashMap<>();
        for (Section section : auth.sections("keys")) {
            String name = section.text("name");
            Secret key = section.secret("key");
            List<Item> models = section.items("models");
            List<String> tools = section.texts("tools");
            List<String> offer = section.texts("offer");
            Config.Bodies bodies = StorageReader.bodies(section);
            Quota limits = Quota.read(section.section("limits"));
            section.close();
            if (name == null && !section.has("name")) {
                document.error(section.node(), section.path("name") + " is missing; give the key a name for logs");
            }
            if (key == null && !section.has("key")) {
                document.error(section.node(), section.path("key") + " is missing; write key: \"${SOME_VARIABLE}\"");
            }
            if (key != null && key.reveal().chars().anyMatch(c -> c <= ' ' || c > '~')) {
                document.error(section.node(), section.path("key") + " must be visible ASCII without blanks");
            }
            Node value = section.value("key");
            if (key != null && value != null && key.reveal().length() < SHORTEST_KEY) {
                document.warn(
                        value,
                        section.path("key") + " is shorter than " + SHORTEST_KEY
                                + " characters and can be guessed; take a longer one");
            }
            if (name != null && positions.putIfAbsent(name, section.position()) != null) {
                document.error(section.node(), "a second key is named '" + name + "', first at " + positions.get(name));
            }
            if (models != null && models.isEmpty()) {
                document.error(
                        section.node(),
                        section.path("models") + " is an empty list: the key could call nothing; "
                                + "remove the line to allow all models");
            }
            if (name != null && key != null) {
                keys.add(new Config.Key(
                        name,
                        key,
                        models == null ? null : models.stream().map(Item::value).toList(),
                        tools,
                        offer == null ? List.of() : offer,
                        bodies,
                        limits));
            }
        }
        auth.close();
        return keys;
    }
}
