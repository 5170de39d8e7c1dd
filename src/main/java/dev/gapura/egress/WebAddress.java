package dev.gapura.egress;

import dev.gapura.config.Cidr;
import java.net.IDN;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An http or https address, taken apart once: what is checked is what is connected to and what is asked for.
/// Whatever another reader might take for another host is none: user names, backslashes, percent signs in the
/// host, numbers that only some take for an IPv4 address. Immutable; any thread.
///
/// @param secure whether it is https
/// @param host name in lower case without a dot at its end, or a literal address without brackets
/// @param literal the address where the host is one, null where it has to be resolved
/// @param port 1 to 65535
/// @param target path and query in ASCII, beginning with `/`
record WebAddress(boolean secure, String host, @Nullable InetAddress literal, int port, String target) {
    /// Longer addresses are nobody's; those that carry signatures have about 2,000.
    private static final int MAX_LENGTH = 8192;
    private static final int MAX_NAME = 253;

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(?::(\\d{0,5}))?");
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    /// What some resolvers take for a number: decimal, octal or hexadecimal.
    private static final Pattern NUMBER = Pattern.compile("\\d+|0x[0-9a-f]*");
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    /// Written as percent codes beside everything that is not visible ASCII, as browsers do.
    private static final String ENCODED = "\"<>^`{}";

    /// Null when the text is no address that could be fetched.
    static @Nullable WebAddress parse(String text) {
        boolean secure = text.regionMatches(true, 0, "https://", 0, 8);
        if (!secure && !text.regionMatches(true, 0, "http://", 0, 7)) {
            return null;
        }
        if (text.length() > MAX_LENGTH || text.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')) {
            return null;
        }
        int start = secure ? 8 : 7;
        int end = start;
        while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        Matcher authority = AUTHORITY.matcher(text.substring(start, end));
        if (!authority.matches()) {
            return null;
        }
        String digits = authority.group(2);
        int port = digits == null || digits.isEmpty() ? (secure ? 443 : 80) : Integer.parseInt(digits);
        String host = host(authority.group(1));
        if (host == null || port < 1 || port > 65_535) {
            return null;
        }
        int fragment = text.indexOf('#', end);
        return new WebAddress(
                secure,
                host,
                Cidr.address(host),
                port,
                target(text.substring(end, fragment < 0 ? text.length() : fragment)));
    }

    /// Where a redirect leads; null when it is nowhere that could be fetched.
    @Nullable
    WebAddress follow(String location) {
        if (SCHEME.matcher(location).matches()) {
            return parse(location);
        }
        if (location.startsWith("//")) {
            return parse((secure ? "https:" : "http:") + location);
        }
        String path = target.substring(0, pathEnd(target));
        if (location.isEmpty() || location.startsWith("#")) {
            return this;
        }
        String next = location.startsWith("/")
                ? location
                : location.startsWith("?") ? path + location : path.substring(0, path.lastIndexOf('/') + 1) + location;
        int end = pathEnd(next);
        return parse((secure ? "https://" : "http://")
                + authority()
                + withoutDots(next.substring(0, end))
                + next.substring(end));
    }

    /// Whether scheme, host and port are the same.
    boolean sameOrigin(WebAddress other) {
        return secure == other.secure && host.equals(other.host) && port == other.port;
    }

    /// Host and port as they stand in an address.
    String authority() {
        String shown = literal != null && host.contains(":") ? "[" + host + "]" : host;
        return port == (secure ? 443 : 80) ? shown : shown + ":" + port;
    }

    private static @Nullable String host(String text) {
        if (text.startsWith("[")) {
            InetAddress address = Cidr.address(text);
            return address == null ? null : address.getHostAddress();
        }
        String name;
        try {
            // Maps other scripts' digits and dots to those of ASCII, as browsers do; what comes out is checked.
            name = IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
        name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            return null;
        }
        String last = name.substring(name.lastIndexOf('.') + 1);
        return NUMBER.matcher(last).matches() && !IPV4.matcher(name).matches() ? null : name;
    }

    private static String target(String text) {
        int end = pathEnd(text);
        String whole = withoutDots(text.substring(0, end)) + text.substring(end);
        StringBuilder target = new StringBuilder();
        for (byte octet : whole.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (c <= ' ' || c > '~' || ENCODED.indexOf(c) >= 0) {
                target.append('%').append(HEX.toHexDigits(octet));
            } else {
                target.append(c);
            }
        }
        return target.toString();
    }

    private static int pathEnd(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target.length() : query;
    }

    /// A path without `.` and `..` (RFC 3986, 5.2.4).
    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.split("/", -1);
        for (int index = 1; index < segments.length; index++) {
            boolean last = index == segments.length - 1;
            switch (segments[index]) {
                case "." -> keepSlash(kept, last);
                case ".." -> {
                    kept.pollLast();
                    keepSlash(kept, last);
                }
                default -> kept.addLast(segments[index]);
            }
        }
        return "/" + String.join("/", kept);
    }

    private static void keepSlash(Deque<String> kept, boolean last) {
        if (last) {
            kept.addLast("");
        }
    }
}
