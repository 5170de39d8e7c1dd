package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `storage`. Addresses have the shape that PostgreSQL's own clients take, several hosts included:
/// `postgresql://user:password@host:port,host:port/database?sslmode=require`, percent-encoded where needed.
final class StorageReader {
    private static final String SQLITE = "sqlite:";
    private static final Pattern POSTGRESQL = Pattern.compile(
            "postgres(?:ql)?://(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^/?@]+)/(?<database>[^/?]+)"
                    + "(?:\\?(?<options>.*))?");
    private static final Pattern HOSTS = Pattern.compile(
            "(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::\\d{1,5})?(?:,(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::\\d{1,5})?)*");
    /// What may follow the `?`: how the connection is secured, as PostgreSQL's clients call it.
    private static final List<String> OPTIONS =
            List.of("sslmode", "sslrootcert", "sslcert", "sslkey", "channelBinding");
    private static final int MASTER_KEY_BYTES = 32;

    private StorageReader() {}

    static Config.Storage read(Document document, Section section) {
        Config.Place place = place(document, section);
        Secret masterKey = masterKey(document, section);
        Section history = section.section("history");
        Config.History kept = new Config.History(
                history.duration("keep", Defaults.HISTORY.keep(), Duration.ofHours(1)),
                history.whole("max_bytes", Defaults.HISTORY.maxBytes(), 1L << 20, Long.MAX_VALUE),
                Objects.requireNonNullElse(bodies(history), Defaults.HISTORY.bodies()),
                history.integer("body_max_bytes", Defaults.HISTORY.bodyMaxBytes(), 256, 16 * 1024 * 1024),
                history.duration("keep_bodies", Defaults.HISTORY.keepBodies(), Duration.ofHours(1)));
        history.close();
        section.close();
        return new Config.Storage(place, masterKey, kept);
    }

    /// Null where the section does not say.
    static Config.@Nullable Bodies bodies(Section section) {
        String word = section.word("bodies", List.of("off", "errors", "all"));
        return word == null ? null : Config.Bodies.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static @Nullable Secret masterKey(Document document, Section section) {
        Item item = section.text("master_key") == null ? null : section.item("master_key");
        if (item == null) {
            return null;
        }
        try {
            if (Base64.getDecoder().decode(item.value()).length == MASTER_KEY_BYTES) {
                return new Secret(item.value());
            }
        } catch (IllegalArgumentException notBase64) {
            // Told below.
        }
        document.error(
                item.node(),
                section.path("master_key") + " must be 32 bytes in base64; make one with: openssl rand -base64 32");
        return null;
    }

    /// Never repeats the address, which may hold a password.
    private static Config.Place place(Document document, Section section) {
        Item item = section.text("url") == null ? null : section.item("url");
        if (item == null) {
            return Defaults.STORAGE.place();
        }
        if (item.value().startsWith(SQLITE)) {
            return sqlite(document, section, item);
        }
        Matcher parts = POSTGRESQL.matcher(item.value());
        if (parts.matches() && HOSTS.matcher(parts.group("hosts")).matches()) {
            try {
                return postgresql(document, section, item, parts);
            } catch (IllegalArgumentException malformed) {
                // A percent sign that begins nothing; told below.
            }
        }
        document.error(
                item.node(),
                section.path("url") + " must be sqlite:FILE or postgresql://user:password@host:5432/database, with "
                        + "special characters of the password percent-encoded");
        return Defaults.STORAGE.place();
    }

    private static Config.Place sqlite(Document document, Section section, Item item) {
        String file = item.value().substring(SQLITE.length());
        try {
            if (!file.isBlank() && !file.startsWith("//") && !file.contains("?") && !file.startsWith(":")) {
                return new Config.Sqlite(Path.of(file));
            }
        } catch (InvalidPathException malformed) {
            // Told below.
        }
        document.error(item.node(), section.path("url") + " must name a file: sqlite:data/gapura.db");
        return Defaults.STORAGE.place();
    }

    private static Config.Place postgresql(Document document, Section section, Item item, Matcher parts) {
        Map<String, String> options = new LinkedHashMap<>();
        String query = parts.group("options");
        for (String option : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!OPTIONS.contains(name) || equals < 0) {
                document.error(
                        item.node(),
                        section.path("url") + " has an option that is not served; after '?' stand "
                                + String.join(", ", OPTIONS) + ", each with '=' and a value");
            } else {
                options.put(name, decoded(option.substring(equals + 1)));
            }
        }
        String user = parts.group("user");
        String password = parts.group("password");
        return new Config.Postgresql(
                List.copyOf(hosts(parts.group("hosts"))),
                decoded(parts.group("database")),
                user == null || user.isEmpty() ? null : decoded(user),
                password == null ? null : new Secret(decoded(password)),
                options);
    }

    private static List<String> hosts(String text) {
        List<String> hosts = new ArrayList<>();
        for (String host : text.split(",")) {
            hosts.add(host.matches(".*[^\\]]:\\d+|\\[.*]:\\d+") ? host : host + ":5432");
        }
        return hosts;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
