package dev.gapura.app;

import dev.gapura.access.FirstStart;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gateway prints when it is ready. Pure.
final class Banner {
    /// What the banner tells.
    ///
    /// @param host address that was bound
    /// @param port port that was bound
    /// @param adminPort port of console and admin API, which may be the same
    /// @param tls whether the gateway speaks TLS there
    /// @param providers names of the providers that can be called
    /// @param made what was just made, in clear; null when somebody could log in already
    /// @param config file that was read; null for none
    record Facts(
            String version,
            String host,
            int port,
            int adminPort,
            boolean tls,
            List<String> providers,
            FirstStart.@Nullable Made made,
            @Nullable Path config) {}

    private Banner() {}

    /// The text, with a line feed at the end. The `curl` line works as printed; without a new key it takes
    /// the caller's from `GAPURA_KEY`.
    static String text(Facts facts) {
        String scheme = facts.tls() ? "https://" : "http://";
        String address = scheme + bracketed(facts.host()) + ":" + facts.port();
        String local = scheme + bracketed(reachable(facts.host())) + ":" + facts.port();
        String console = console(facts);
        FirstStart.Made made = facts.made();
        String key = made == null ? null : made.key().orElse(null);
        String credential =
                key == null ? "\"authorization: Bearer $GAPURA_KEY\"" : "'authorization: Bearer " + key + "'";
        return """

                  Gapura %s is ready at %s

                    providers      %s
                    configuration  %s
                    API key        %s
                    login          %s

                  Try it%s:

                    curl%s %s/v1/chat/completions -H 'content-type: application/json' \\
                      -H %s \\
                      -d '{"model": "sim/echo", "messages": [{"role": "user", "content": "Hello"}]}'

                """.formatted(
                        facts.version(),
                        address,
                        String.join(", ", facts.providers()),
                        facts.config() == null
                                ? "defaults (no gapura.yaml here)"
                                : facts.config().toString(),
                        key == null
                                ? "shown at the first start; owners and administrators make others"
                                : key + "  (shown this once)",
                        made == null ? console : login(facts, made),
                        key == null ? ", with your key in GAPURA_KEY" : "",
                        facts.tls() ? " -k" : "",
                        local,
                        credential);
    }

    /// What is printed when the database comes after the gateway, and is empty.
    static String late(Facts facts, FirstStart.Made made) {
        return """

                  The database answers, and is empty:

                    API key        %s
                    login          %s

                """.formatted(
                        made.key().map(key -> key + "  (shown this once)").orElse("none; make one in the console"),
                        login(facts, made));
    }

    private static String console(Facts facts) {
        return (facts.tls() ? "https://" : "http://") + bracketed(reachable(facts.host())) + ":" + facts.adminPort()
                + "/console";
    }

    private static String login(Facts facts, FirstStart.Made made) {
        return console(facts) + "#code=" + made.code() + "\n" + "                   (works once, as " + made.owner()
                + ")";
    }

    /// An address that a client on this machine can call where "every address" was bound.
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0", "" -> "127.0.0.1";
            case "::", "[::]", "0:0:0:0:0:0:0:0" -> "::1";
            default -> host;
        };
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
