package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads `server`.
final class ServerReader {
    private static final Duration INSTANT = Duration.ofMillis(1);
    /// A body is one array in memory, and nothing a chat API takes is larger.
    private static final int LARGEST_BODY_BYTES = 1 << 30;

    private ServerReader() {}

    static Config.Server read(Document document, Section section) {
        Config.Server fallback = Defaults.SERVER;
        String host = section.text("host");
        int port = section.integer("port", fallback.port(), 0, 65_535);
        int maxBodyBytes = section.integer("max_body_bytes", fallback.maxBodyBytes(), 1, LARGEST_BODY_BYTES);
        Duration drain = section.duration("drain", fallback.drain(), Duration.ZERO);
        Duration head = section.duration("head_timeout", fallback.headTimeout(), INSTANT);
        Duration body = section.duration("body_timeout", fallback.bodyTimeout(), INSTANT);
        Duration idle = section.duration("idle_timeout", fallback.idleTimeout(), INSTANT);
        Duration heartbeat = section.duration("heartbeat", fallback.heartbeat(), INSTANT);
        Duration write = section.duration("write_timeout", fallback.writeTimeout(), INSTANT);
        int connections = section.integer("max_connections", fallback.maxConnections(), 1, Integer.MAX_VALUE);
        Config.Tls tls = tls(document, section);
        Config.Cors cors = cors(document, section);
        List<String> proxies = trustedProxies(document, section);
        Config.AccessLog accessLog = accessLog(document, section);
        Integer adminPort = section.has("admin_port") ? section.integer("admin_port", 0, 0, 65_535) : null;
        section.close();
        return new Config.Server(
                host == null ? fallback.host() : host,
                port,
                maxBodyBytes,
                drain,
                head,
                body,
                idle,
                heartbeat,
                write,
                connections,
                tls,
                cors,
                proxies,
                accessLog,
                adminPort);
    }

    private static Config.@Nullable Tls tls(Document document, Section server) {
        if (!server.has("tls")) {
            return null;
        }
        Section section = server.section("tls");
        Path certificate = file(document, section, "certificate");
        Path key = file(document, section, "key");
        for (String member : List.of("certificate", "key")) {
            if (!section.has(member)) {
                document.error(section.node(), section.path(member) + " is missing; name a PEM file");
            }
        }
        section.close();
        return certificate == null || key == null ? null : new Config.Tls(certificate, key);
    }

    /// A file that is there and may be read; relative names are taken from the working directory.
    static @Nullable Path file(Document document, Section section, String key) {
        if (section.text(key) == null) {
            return null;
        }
        Item item = section.item(key);
        Path path = item == null ? null : path(document, section.path(key), item);
        if (item != null && path != null && !(Files.isRegularFile(path) && Files.isReadable(path))) {
            document.error(
                    item.node(),
                    section.path(key) + ": " + item.shown() + " is not a file that can be read from "
                            + "the working directory; check path and rights");
            return null;
        }
        return path;
    }

    private static @Nullable Path path(Document document, String path, Item item) {
        try {
            return Path.of(item.value());
        } catch (InvalidPathException malformed) {
            document.error(item.node(), path + ": " + item.shown() + " is not a file name");
            return null;
        }
    }

    /// `cors: {origins: […]}`, or the list itself.
    private static Config.Cors cors(Document document, Section server) {
        Node value = server.value("cors");
        List<Item> origins;
        String path;
        if (value instanceof SequenceNode) {
            origins = server.items("cors");
            path = server.path("cors");
        } else {
            Section section = server.section("cors");
            origins = section.items("origins");
            path = section.path("origins");
            section.close();
        }
        if (origins == null) {
            return Defaults.SERVER.cors();
        }
        for (Item origin : origins) {
            String fault = Urls.originFault(origin.value());
            if (origin.value().equals("*")) {
                fault = origins.size() == 1 ? null : "allows every origin with '*' already; remove the others";
            }
            if (fault != null) {
                document.error(origin.node(), path + ": " + origin.shown() + " " + fault);
            }
        }
        return new Config.Cors(origins.stream().map(Item::value).toList());
    }

    private static List<String> trustedProxies(Document document, Section server) {
        List<Item> networks = server.items("trusted_proxies");
        if (networks == null) {
            return List.of();
        }
        for (Item network : networks) {
            if (Cidr.parse(network.value()) == null) {
                document.error(
                        network.node(),
                        server.path("trusted_proxies") + ": " + network.shown()
                                + " is not an address or a network such as 10.0.0.0/8");
            }
        }
        return networks.stream().map(Item::value).toList();
    }

    private static Config.AccessLog accessLog(Document document, Section server) {
        if (server.text("access_log") == null) {
            return Defaults.SERVER.accessLog();
        }
        Item item = server.item("access_log");
        if (item == null || item.value().equals("stdout")) {
            return Defaults.SERVER.accessLog();
        }
        if (item.value().equals("off")) {
            return new Config.AccessLog(Config.AccessLog.Kind.OFF, null);
        }
        Path file = path(document, server.path("access_log"), item);
        if (file != null && Files.isDirectory(file)) {
            document.error(
                    item.node(),
                    server.path("access_log") + ": " + item.shown()
                            + " is a folder; write stdout, off or the name of a file");
        }
        return new Config.AccessLog(Config.AccessLog.Kind.FILE, file);
    }
}
