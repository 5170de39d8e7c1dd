package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads `auth`: keys of the configuration.
final class AuthReader {
    /// Shorter ones can be guessed by somebody who may ask often.
    private static final int SHORTEST_KEY = 16;

    private AuthReader() {}

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
