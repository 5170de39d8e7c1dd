package dev.gapura.server.edge;

/// Which bytes HTTP/1.1 allows where, as tables of 256 entries indexed by the unsigned byte. Stateless; any
/// thread.
///
/// Sources: `tchar` [RFC 9110 5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2), request target
/// [RFC 3986 3.3](https://www.rfc-editor.org/rfc/rfc3986#section-3.3), host
/// [RFC 3986 3.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2).
final class HttpBytes {
    /// Letters of header names, method names.
    private static final boolean[] TOKEN = table("!#$%&'*+-.^_`|~");

    /// Path and query of a request target; `%` is checked apart. Brackets and braces are let through because
    /// browsers and HTTP libraries send them raw in queries; nothing here gives them a meaning.
    private static final boolean[] TARGET = table("-._~!$&'()*+,;=:@/?[]{}|^`");

    /// A registered name or IPv4 address; RFC 3986 also allows sub-delimiters and escapes, which no real host
    /// has.
    private static final boolean[] HOST = table("-._~");

    private static final long HIGH_BITS = 0x8080808080808080L;

    private HttpBytes() {}

    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    static boolean isTarget(byte b) {
        return TARGET[b & 0xff];
    }

    static boolean isHost(byte b) {
        return HOST[b & 0xff];
    }

    /// The value of a hexadecimal digit, or -1.
    static int hex(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int lower = b | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /// True when each of the eight bytes is 0x20..0x7E. Exact when true; may be false for a good word that
    /// follows a bad byte, which is why callers look at single bytes then.
    static boolean allVisible(long word) {
        long control = word - 0x2020202020202020L;
        long delete = (word ^ 0x7F7F7F7F7F7F7F7FL) - 0x0101010101010101L;
        return ((word | control | delete) & HIGH_BITS) == 0;
    }

    /// Compares `[from, to)` with `lowerCase`, ASCII case ignored.
    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String lowerCase) {
        int length = lowerCase.length();
        if (to - from != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (lower != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean[] table(String others) {
        boolean[] table = new boolean[256];
        for (int i = 0; i < others.length(); i++) {
            table[others.charAt(i)] = true;
        }
        for (char c = 0; c < 128; c++) {
            table[c] |= Character.isLetterOrDigit(c);
        }
        return table;
    }
}
