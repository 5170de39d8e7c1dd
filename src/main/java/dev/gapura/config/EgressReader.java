package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `egress`.
final class EgressReader {
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})");
    private static final int LARGEST_PORT = 65_535;

    private EgressReader() {}

    static Config.Egress read(Document document, Section section) {
        List<Cidr> networks = new ArrayList<>();
        List<Config.HostPort> hosts = new ArrayList<>();
        List<Item> allowed = section.items("allow");
        for (Item item : allowed == null ? List.<Item>of() : allowed) {
            Cidr network = Cidr.parse(item.value());
            Config.HostPort host = hostPort(item.value());
            if (network != null) {
                networks.add(network);
            } else if (host != null) {
                hosts.add(host);
            } else {
                document.error(
                        item.node(),
                        section.path("allow") + ": " + item.shown()
                                + " is not a network such as 10.1.0.0/16 or an address with a port");
            }
        }
        String media = section.word("media", List.of("on", "off"));
        section.close();
        return new Config.Egress(networks, hosts, media == null ? Defaults.EGRESS.media() : media.equals("on"));
    }

    private static Config.@Nullable HostPort hostPort(String text) {
        Matcher parts = HOST_PORT.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        int port = Integer.parseInt(parts.group(2));
        if (port < 1 || port > LARGEST_PORT) {
            return null;
        }
        String host = parts.group(1).toLowerCase(Locale.ROOT);
        InetAddress literal = Cidr.address(host);
        if (literal == null && (host.startsWith("[") || host.matches("[\\d.]+"))) {
            return null;
        }
        return new Config.HostPort(literal == null ? host : literal.getHostAddress(), port);
    }
}
