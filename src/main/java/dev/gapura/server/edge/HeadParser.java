package dev.gapura.server.edge;

import dev.gapura.failure.Failure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Checks one HTTP/1.1 request head byte by byte and tells how its body is framed. Lets through what [RFC
/// 9112](https://www.rfc-editor.org/rfc/rfc9112) allows and no more, so that every parser behind it must read
/// the same request. Used by [EdgeHandler], one per connection, on its event loop; no I/O, no allocation.
///
/// The head lies at the start of an array. `parse` may be called again with the same bytes and more: it goes
/// on at the first line it has not seen whole. Deliberately stricter than the RFC: no obsolete folding, no
/// bare LF, no non-ASCII bytes outside cookies (browsers send those of other sites on the same host), no
/// repeated `Content-Length`.
///
/// Longer than other files: it is one grammar, read from top to bottom in the order of the bytes.
final class HeadParser {
    static final int NEED_MORE = -1;
    static final int REFUSED = -2;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] VERSION_1 = {'H', 'T', 'T', 'P', '/', '1', '.'};
    private static final int MAX_HIDDEN = 4;

    private final EdgeLimits limits;
    private final int[] hidden = new int[MAX_HIDDEN];

    private int resume;
    private boolean lineSeen;
    private int headers;
    private int headerBytesFrom;
    private int authorityFrom;
    private int authorityTo;
    private int hostFrom;
    private int hostTo;
    private int hiddenCount;
    private boolean http10;
    private boolean headMethod;
    private boolean chunked;
    private boolean sawTransferEncoding;
    private long contentLength;
    private @Nullable Failure failure;

    HeadParser(EdgeLimits limits) {
        this.limits = limits;
        reset();
    }

    /// Prepares for the next head.
    void reset() {
        resume = 0;
        lineSeen = false;
        headers = 0;
        headerBytesFrom = 0;
        authorityFrom = -1;
        authorityTo = -1;
        hostFrom = -1;
        hostTo = -1;
        hiddenCount = 0;
        http10 = false;
        headMethod = false;
        chunked = false;
        sawTransferEncoding = false;
        contentLength = -1;
        failure = null;
    }

    /// Parses `[0, to)`. Gives the length of the head when it is complete and good, otherwise [#NEED_MORE] or
    /// [#REFUSED] (then [#failure] says why).
    int parse(byte[] bytes, int to) {
        int at = resume;
        if (!lineSeen) {
            at = requestLine(bytes, at, to);
            if (at < 0) {
                return at == NEED_MORE && to - resume > limits.lineBytes() ? refuse(Refusals.LONG_TARGET) : at;
            }
            if (at - resume > limits.lineBytes() + 2) {
                return refuse(Refusals.LONG_TARGET);
            }
            lineSeen = true;
            headerBytesFrom = at;
            resume = at;
        }
        while (true) {
            int next = headerLine(bytes, at, to);
            int known = next == NEED_MORE ? to : next;
            if (known - headerBytesFrom > limits.headBytes()) {
                return refuse(Refusals.LARGE_HEADERS);
            }
            if (next < 0) {
                return next;
            }
            if (next == at + 2) {
                return complete(bytes, next);
            }
            resume = next;
            at = next;
        }
    }

    /// Why the head was refused.
    @Nullable
    Failure failure() {
        return failure;
    }

    boolean http10() {
        return http10;
    }

    /// Whether the method is HEAD, whose answer has no body.
    boolean headMethod() {
        return headMethod;
    }

    boolean chunked() {
        return chunked;
    }

    /// The announced length of the body in bytes; 0 without one.
    long contentLength() {
        return Math.max(0, contentLength);
    }

    /// How many headers must be hidden from the decoder.
    int hiddenCount() {
        return hiddenCount;
    }

    /// Where the name of a header starts that must be hidden.
    int hidden(int index) {
        return hidden[index];
    }

    private int refuse(Failure why) {
        failure = why;
        return REFUSED;
    }

    private int requestLine(byte[] bytes, int from, int to) {
        int i = from;
        // One empty line before a request is tolerated, as RFC 9112 2.2 asks for.
        if (i < to && bytes[i] == '\r') {
            if (i + 1 == to) {
                return NEED_MORE;
            }
            if (bytes[i + 1] != '\n') {
                return refuse(Refusals.LINE_END);
            }
            i += 2;
        }
        int methodFrom = i;
        while (i < to && HttpBytes.isToken(bytes[i])) {
            i++;
        }
        if (i == to) {
            return NEED_MORE;
        }
        if (bytes[i] != ' ' || i == methodFrom) {
            return refuse(Refusals.REQUEST_LINE);
        }
        int methodTo = i;
        int targetFrom = ++i;
        while (i < to) {
            byte b = bytes[i];
            if (HttpBytes.isTarget(b)) {
                i++;
            } else if (b == '%') {
                if (i + 2 >= to) {
                    return NEED_MORE;
                }
                int high = HttpBytes.hex(bytes[i + 1]);
                int low = HttpBytes.hex(bytes[i + 2]);
                if (high < 0 || low < 0 || high + low == 0) {
                    return refuse(Refusals.TARGET);
                }
                i += 3;
            } else {
                break;
            }
        }
        if (i == to) {
            return NEED_MORE;
        }
        if (bytes[i] != ' ') {
            return refuse(
                    bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == '\t' ? Refusals.REQUEST_LINE : Refusals.TARGET);
        }
        if (i == targetFrom) {
            return refuse(Refusals.REQUEST_LINE);
        }
        int targetTo = i;
        int end = version(bytes, i + 1, to);
        if (end < 0) {
            return end;
        }
        return method(bytes, methodFrom, methodTo) && target(bytes, methodFrom, targetFrom, targetTo) ? end : REFUSED;
    }

    private int version(byte[] bytes, int from, int to) {
        for (int k = 0; k < 10; k++) {
            if (from + k == to) {
                return NEED_MORE;
            }
            byte b = bytes[from + k];
            boolean good =
                    switch (k) {
                        case 7 -> b == '0' || b == '1';
                        case 8 -> b == '\r';
                        case 9 -> b == '\n';
                        default -> b == VERSION_1[k];
                    };
            if (!good) {
                return refuse(k < 8 ? Refusals.VERSION : Refusals.REQUEST_LINE);
            }
        }
        http10 = bytes[from + 7] == '0';
        return from + 10;
    }

    /// Names are case-sensitive. CONNECT and TRACE are refused with those nobody knows.
    private boolean method(byte[] bytes, int from, int to) {
        boolean known =
                switch (to - from) {
                    case 3 -> is(bytes, from, "GET") || is(bytes, from, "PUT");
                    case 4 -> {
                        headMethod = is(bytes, from, "HEAD");
                        yield headMethod || is(bytes, from, "POST");
                    }
                    case 5 -> is(bytes, from, "PATCH");
                    case 6 -> is(bytes, from, "DELETE");
                    case 7 -> is(bytes, from, "OPTIONS");
                    default -> false;
                };
        if (!known) {
            failure = Refusals.METHOD;
        }
        return known;
    }

    /// Origin form, `*` for OPTIONS, or absolute form. After the authority of an absolute form a slash is
    /// demanded: `http://host?a=/b` is legal but has more than one reading among parsers.
    private boolean target(byte[] bytes, int methodFrom, int from, int to) {
        if (bytes[from] == '/') {
            return true;
        }
        if (to - from == 1 && bytes[from] == '*' && bytes[methodFrom] == 'O') {
            return true;
        }
        int authority = HttpBytes.equalsIgnoreCase(bytes, from, Math.min(to, from + 7), "http://")
                ? from + 7
                : HttpBytes.equalsIgnoreCase(bytes, from, Math.min(to, from + 8), "https://") ? from + 8 : -1;
        if (authority >= 0) {
            int slash = authority;
            while (slash < to && bytes[slash] != '/') {
                slash++;
            }
            if (slash < to && isHost(bytes, authority, slash)) {
                authorityFrom = authority;
                authorityTo = slash;
                return true;
            }
        }
        failure = Refusals.TARGET_FORM;
        return false;
    }

    /// One header line, or the empty line that ends the head: gives where the next one starts.
    private int headerLine(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && HttpBytes.isToken(bytes[i])) {
            i++;
        }
        if (i == to) {
            return NEED_MORE;
        }
        if (bytes[i] != ':' || i == from) {
            return notAName(bytes, from, i, to);
        }
        int nameTo = i++;
        while (i < to && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        int valueFrom = i;
        i = valueEnd(bytes, from, nameTo, i, to);
        if (i < 0) {
            return i;
        }
        if (i + 1 >= to) {
            return NEED_MORE;
        }
        if (bytes[i + 1] != '\n') {
            return refuse(Refusals.LINE_END);
        }
        int valueTo = i;
        while (valueTo > valueFrom && (bytes[valueTo - 1] == ' ' || bytes[valueTo - 1] == '\t')) {
            valueTo--;
        }
        if (++headers > limits.headers()) {
            return refuse(Refusals.MANY_HEADERS);
        }
        return header(bytes, from, nameTo, valueFrom, valueTo) ? i + 2 : REFUSED;
    }

    private int notAName(byte[] bytes, int from, int at, int to) {
        byte b = bytes[at];
        if (at == from && b == '\r') {
            if (at + 1 == to) {
                return NEED_MORE;
            }
            return bytes[at + 1] == '\n' ? at + 2 : refuse(Refusals.LINE_END);
        }
        if (at == from && (b == ' ' || b == '\t')) {
            return refuse(Refusals.FOLDED);
        }
        return refuse(b == '\n' ? Refusals.LINE_END : Refusals.HEADER_NAME);
    }

    /// Where the CR stands that ends the value. Eight bytes at a time: header values are most of a head.
    private int valueEnd(byte[] bytes, int nameFrom, int nameTo, int from, int to) {
        int i = from;
        while (true) {
            while (i + 8 <= to && HttpBytes.allVisible((long) LONG.get(bytes, i))) {
                i += 8;
            }
            if (i >= to) {
                return NEED_MORE;
            }
            byte b = bytes[i];
            if (b >= 0x20 && b != 0x7f || b == '\t') {
                i++;
            } else if (b == '\r') {
                return i;
            } else if (b < 0 && HttpBytes.equalsIgnoreCase(bytes, nameFrom, nameTo, "cookie")) {
                i++;
            } else {
                return refuse(b == '\n' ? Refusals.LINE_END : Refusals.HEADER_VALUE);
            }
        }
    }

    private boolean header(byte[] bytes, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        return switch (nameTo - nameFrom) {
            case 4 -> !HttpBytes.equalsIgnoreCase(bytes, nameFrom, nameTo, "host") || host(bytes, valueFrom, valueTo);
            case 6 ->
                !HttpBytes.equalsIgnoreCase(bytes, nameFrom, nameTo, "expect")
                        || expect(bytes, nameFrom, valueFrom, valueTo);
            case 7 -> !HttpBytes.equalsIgnoreCase(bytes, nameFrom, nameTo, "upgrade") || hide(nameFrom);
            case 14 ->
                !HttpBytes.equalsIgnoreCase(bytes, nameFrom, nameTo, "content-length")
                        || contentLength(bytes, valueFrom, valueTo);
            case 17 ->
                !HttpBytes.equalsIgnoreCase(bytes, nameFrom, nameTo, "transfer-encoding")
                        || transferEncoding(bytes, valueFrom, valueTo);
            default -> true;
        };
    }

    private boolean host(byte[] bytes, int from, int to) {
        if (hostFrom >= 0) {
            failure = Refusals.TWO_HOSTS;
            return false;
        }
        if (!isHost(bytes, from, to)) {
            failure = Refusals.BAD_HOST;
            return false;
        }
        hostFrom = from;
        hostTo = to;
        return true;
    }

    /// HTTP/1.0 has no expectations: there the header is hidden.
    private boolean expect(byte[] bytes, int nameFrom, int from, int to) {
        if (http10) {
            return hide(nameFrom);
        }
        if (!HttpBytes.equalsIgnoreCase(bytes, from, to, "100-continue")) {
            failure = Refusals.EXPECTATION;
            return false;
        }
        return true;
    }

    /// An upgrade may be ignored (RFC 9110 7.8), and is: the decoder must not see it.
    private boolean hide(int nameFrom) {
        if (hiddenCount == MAX_HIDDEN) {
            failure = Refusals.TOO_MANY_UPGRADES;
            return false;
        }
        hidden[hiddenCount++] = nameFrom;
        return true;
    }

    private boolean contentLength(byte[] bytes, int from, int to) {
        // 18 digits always fit a long.
        boolean good = contentLength < 0 && to > from && to - from <= 18;
        long value = 0;
        for (int i = from; good && i < to; i++) {
            good = bytes[i] >= '0' && bytes[i] <= '9';
            value = value * 10 + bytes[i] - '0';
        }
        if (!good) {
            failure = Refusals.CONTENT_LENGTH;
            return false;
        }
        contentLength = value;
        return true;
    }

    private boolean transferEncoding(byte[] bytes, int from, int to) {
        if (sawTransferEncoding || !HttpBytes.equalsIgnoreCase(bytes, from, to, "chunked")) {
            failure = Refusals.TRANSFER_ENCODING;
            return false;
        }
        sawTransferEncoding = true;
        chunked = true;
        return true;
    }

    private int complete(byte[] bytes, int end) {
        if (hostFrom < 0 && !http10) {
            return refuse(Refusals.NO_HOST);
        }
        if (authorityFrom >= 0 && hostFrom >= 0 && !sameAuthority(bytes)) {
            return refuse(Refusals.AUTHORITY);
        }
        if (chunked && contentLength >= 0) {
            return refuse(Refusals.BOTH_LENGTHS);
        }
        return chunked && http10 ? refuse(Refusals.OLD_CHUNKED) : end;
    }

    private boolean sameAuthority(byte[] bytes) {
        if (authorityTo - authorityFrom != hostTo - hostFrom) {
            return false;
        }
        for (int i = 0; i < hostTo - hostFrom; i++) {
            byte one = bytes[authorityFrom + i];
            byte other = bytes[hostFrom + i];
            if (one != other && ((one ^ other) != 0x20 || !Character.isLetter(one))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHost(byte[] bytes, int from, int to) {
        int i = from;
        if (i < to && bytes[i] == '[') {
            int digits = ++i;
            while (i < to && (HttpBytes.hex(bytes[i]) >= 0 || bytes[i] == ':' || bytes[i] == '.')) {
                i++;
            }
            if (i == to || bytes[i] != ']' || i - digits < 2) {
                return false;
            }
            i++;
        } else {
            while (i < to && HttpBytes.isHost(bytes[i])) {
                i++;
            }
            if (i == from) {
                return false;
            }
        }
        if (i == to) {
            return true;
        }
        int port = 0;
        boolean good = bytes[i++] == ':' && i < to && to - i <= 5;
        for (; good && i < to; i++) {
            good = bytes[i] >= '0' && bytes[i] <= '9';
            port = port * 10 + bytes[i] - '0';
        }
        return good && port <= 65535;
    }

    private static boolean is(byte[] bytes, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
