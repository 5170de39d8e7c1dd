package dev.gapura.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a request header may be that a configuration adds to calls. Stateless.
final class RequestHeader {
    /// RFC 9110, 5.6.2.
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /// Headers that frame a message or a connection: the gateway writes them.
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private RequestHeader() {}

    /// What is wrong with a name, to be said behind its path; null where nothing is.
    static @Nullable String nameFault(String name) {
        if (!TOKEN.matcher(name).matches()) {
            return " is not a header name";
        }
        return FRAMING.contains(name.toLowerCase(Locale.ROOT)) ? " is set by the gateway itself; remove it" : null;
    }

    /// The same for a value.
    static @Nullable String valueFault(String value) {
        return value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~') ? " must be printable ASCII" : null;
    }
}
