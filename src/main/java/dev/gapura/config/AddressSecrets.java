package dev.gapura.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is secret in the address of a tool: what variables put behind its host, who is named before the host, and
/// values in its query whose names say so. Stateless.
final class AddressSecrets {
    private static final Pattern ADDRESS =
            Pattern.compile("https?://(?:(?<user>[^/?#@]*)@)?(?<host>[^/?#]*)(?<path>[^?]*)\\??(?<query>.*)");

    private static final Pattern TELLING = Pattern.compile(
            "(.*[-_.])?(\\w*key|\\w*token|secret|passw(or)?d|pwd|sig|signature|app_?id|auth|credential)",
            Pattern.CASE_INSENSITIVE);

    private AddressSecrets() {}

    /// @param address of a tool, its variables replaced
    /// @param variables what they were replaced by
    static List<Secret> of(String address, Collection<String> variables) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            return List.of();
        }
        Set<String> secrets = new LinkedHashSet<>();
        String host = parts.group("host");
        variables.stream().filter(value -> !host.contains(value)).forEach(secrets::add);
        String user = parts.group("user");
        if (user != null) {
            secrets.add(user.substring(user.indexOf(':') + 1));
        }
        for (String pair : parts.group("query").split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && TELLING.matcher(pair.substring(0, equals)).matches()) {
                secrets.add(pair.substring(equals + 1));
            }
        }
        // An argument is the model's.
        secrets.removeIf(text -> text.isEmpty() || text.contains("{"));
        Set<String> all = new LinkedHashSet<>(secrets);
        secrets.forEach(text -> all.add(decoded(text)));
        return all.stream().map(Secret::new).toList();
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException asItIs) {
            return text;
        }
    }
}
