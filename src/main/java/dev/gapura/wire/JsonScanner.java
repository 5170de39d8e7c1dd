package dev.gapura.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// Reads JSON in place, token by token: the one entrance for every request body and every provider answer.
///
/// It checks everything that RFC 8259 demands and what the gateway adds to it, builds nothing, and allocates
/// nothing after construction but the strings it is asked for. The caller pulls with [#next()], looks at the
/// range of the token ([#start()], [#end()]) or at its value, and may [#skip()] a value it does not care for:
/// skipped parts are checked just as thoroughly.
///
/// ```
/// JsonScanner json = new JsonScanner(body, 0, length, 64);
/// json.next();                                  // OBJECT
/// while (json.next() == JsonToken.NAME) {
///     boolean wanted = json.valueIs(MODEL);
///     json.next();
/// if (wanted) { model = json.string(); } else { json.skip(); } } json.next();
/// // END: nothing follows
/// ```
///
/// A strict scanner refuses bytes that are not well-formed UTF-8 (a byte order mark and UTF-16 too), control
/// characters and lone surrogate escapes in strings, a name that comes twice in one object at any depth,
/// nesting deeper than told, numbers longer than 64 characters or outside the range of a double, an empty
/// document, and anything but white space after the document: two parsers that read such a document
/// differently are how checks are walked around. [#lenient] lets duplicate names and lone surrogates pass,
/// for answers that are not ours to refuse.
///
/// Work is linear in the length. A fault is a [JsonException], and the scanner of no use after it. Not
/// thread-safe.
///
/// Longer than 400 lines because the grammar is one state machine; strings, numbers and names have files of
/// their own.
public final class JsonScanner {
    /// What may come next. Numbers instead of an enum: the switch over them is the hottest line here.
    private static final int VALUE = 0;
    private static final int NAME_OR_END = 1;
    private static final int VALUE_OR_END = 2;
    private static final int COMMA_OR_END = 3;
    private static final int NOTHING = 4;

    private static final String EARLY = "the document ends too early";

    private final int maxDepth;
    private final boolean lenient;
    private final NameSet names;
    /// Whether the container at a depth is an object.
    private final boolean[] objects;

    private byte[] bytes;
    private int from;
    private int to;

    private int position;
    private int depth;
    private int expect;
    private JsonToken token;
    private int start;
    private int end;
    private boolean escaped;
    private boolean decimal;

    /// A strict scanner.
    ///
    /// @param bytes where the document lies; never written to
    /// @param from offset of its first byte
    /// @param to offset after its last byte
    /// @param maxDepth how many objects and arrays may be open at once
    public JsonScanner(byte[] bytes, int from, int to, int maxDepth) {
        this(bytes, from, to, maxDepth, false);
    }

    /// A scanner that lets duplicate names and lone surrogate escapes pass (read as U+FFFD), for what
    /// providers answer.
    public static JsonScanner lenient(byte[] bytes, int from, int to, int maxDepth) {
        return new JsonScanner(bytes, from, to, maxDepth, true);
    }

    private JsonScanner(byte[] bytes, int from, int to, int maxDepth, boolean lenient) {
        this.maxDepth = maxDepth;
        this.lenient = lenient;
        this.names = new NameSet(lenient ? 0 : maxDepth);
        this.objects = new boolean[maxDepth + 1];
        this.expect = VALUE;
        this.token = JsonToken.END;
        this.bytes = bytes;
        restart(bytes, from, to);
    }

    /// Checks a whole document with a strict scanner.
    ///
    /// @throws JsonException where it is not one valid document
    public static void validate(byte[] bytes, int from, int to, int maxDepth) {
        JsonScanner scanner = new JsonScanner(bytes, from, to, maxDepth);
        scanner.next();
        scanner.skip();
        scanner.next();
    }

    /// Offset after the closing quote of the string that begins at `start`, which is checked on the way as a
    /// lenient scanner does.
    ///
    /// @throws JsonException where it is not a string
    public static int textEnd(byte[] bytes, int start, int to) {
        return (int) JsonText.scan(bytes, start, start, to, true);
    }

    /// Takes up another document, so that one scanner serves many small ones (the events of a stream).
    public void restart(byte[] newBytes, int newFrom, int newTo) {
        Objects.checkFromToIndex(newFrom, newTo, newBytes.length);
        bytes = newBytes;
        from = newFrom;
        to = newTo;
        position = newFrom;
        start = newFrom;
        end = newFrom;
        depth = 0;
        expect = VALUE;
        token = JsonToken.END;
        escaped = false;
        names.clear();
    }

    /// Moves to the next token. At the end of the document it returns [JsonToken#END], as often as asked.
    public JsonToken next() {
        int at = JsonText.white(bytes, position, to);
        return token = switch (expect) {
            case VALUE -> value(at);
            case COMMA_OR_END -> afterValue(at);
            case NAME_OR_END -> at < to && bytes[at] == '}' ? close(at) : name(at);
            case VALUE_OR_END -> at < to && bytes[at] == ']' ? close(at) : value(at);
            default -> JsonToken.END;
        };
    }

    private JsonToken afterValue(int at) {
        if (depth == 0) {
            if (at < to) {
                throw fault(at, "only white space may follow the document");
            }
            start = to;
            end = to;
            expect = NOTHING;
            return JsonToken.END;
        }
        if (at == to) {
            throw fault(at, EARLY);
        }
        byte found = bytes[at];
        if (objects[depth]) {
            if (found == ',') {
                return name(JsonText.white(bytes, at + 1, to));
            }
            if (found == '}') {
                return close(at);
            }
            throw fault(at, "expected a comma or } after a member, found " + JsonException.describe(bytes, from, at));
        }
        if (found == ',') {
            return value(JsonText.white(bytes, at + 1, to));
        }
        if (found == ']') {
            return close(at);
        }
        throw fault(
                at, "expected a comma or ] after an array element, found " + JsonException.describe(bytes, from, at));
    }

    private JsonToken value(int at) {
        if (at == to) {
            throw depth == 0 ? fault(at, "the document is empty") : fault(at, EARLY);
        }
        start = at;
        switch (bytes[at]) {
            case '"' -> {
                text(at);
                return scalar(end, JsonToken.STRING);
            }
            case '{' -> {
                open(at, true);
                return JsonToken.OBJECT;
            }
            case '[' -> {
                open(at, false);
                return JsonToken.ARRAY;
            }
            case 't' -> {
                return literal(at, JsonText.TRUE, JsonToken.TRUE);
            }
            case 'f' -> {
                return literal(at, JsonText.FALSE, JsonToken.FALSE);
            }
            case 'n' -> {
                return literal(at, JsonText.NULL, JsonToken.NULL);
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                long scanned = JsonNumber.scan(bytes, from, at, to);
                decimal = (scanned & JsonNumber.DECIMAL) != 0;
                return scalar((int) scanned, JsonToken.NUMBER);
            }
            default -> throw fault(at, "expected a value, found " + JsonException.describe(bytes, from, at));
        }
    }

    private JsonToken literal(int at, byte[] literal, JsonToken kind) {
        int after = at + literal.length;
        if (after > to || !Arrays.equals(bytes, at, after, literal, 0, literal.length)) {
            throw fault(at, "expected a value; of words only true, false and null are known");
        }
        return scalar(after, kind);
    }

    private JsonToken scalar(int after, JsonToken kind) {
        end = after;
        position = after;
        expect = COMMA_OR_END;
        return kind;
    }

    private JsonToken name(int at) {
        if (at == to) {
            throw fault(at, EARLY);
        }
        if (bytes[at] != '"') {
            throw fault(
                    at, "expected a member name in double quotes, found " + JsonException.describe(bytes, from, at));
        }
        start = at;
        text(at);
        if (!lenient && !names.add(bytes, at + 1, end - 1, escaped, depth)) {
            throw new JsonException(
                    JsonException.Kind.DUPLICATE_NAME, bytes, from, at, "this member name comes twice in one object");
        }
        int colon = JsonText.white(bytes, end, to);
        if (colon == to) {
            throw fault(colon, EARLY);
        }
        if (bytes[colon] != ':') {
            throw fault(
                    colon, "expected a colon after a member name, found " + JsonException.describe(bytes, from, colon));
        }
        position = colon + 1;
        expect = VALUE;
        return JsonToken.NAME;
    }

    private void text(int at) {
        long scanned = JsonText.scan(bytes, from, at, to, lenient);
        end = (int) scanned;
        escaped = (scanned & JsonText.ESCAPED) != 0;
    }

    private void open(int at, boolean object) {
        if (depth == maxDepth) {
            throw new JsonException(
                    JsonException.Kind.DEPTH, bytes, from, at, "nested deeper than " + maxDepth + " levels");
        }
        depth++;
        objects[depth] = object;
        if (object && !lenient) {
            names.open(depth);
        }
        end = at + 1;
        position = end;
        expect = object ? NAME_OR_END : VALUE_OR_END;
    }

    private JsonToken close(int at) {
        boolean object = objects[depth];
        if (object && !lenient) {
            names.close(depth);
        }
        depth--;
        start = at;
        return scalar(at + 1, object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY);
    }

    /// Goes past the current value: on a name, past the value that belongs to it. [#start()] and [#end()] are
    /// then the range of that value. Everything in it is checked.
    public void skip() {
        if (token == JsonToken.NAME) {
            next();
        }
        if (token == JsonToken.OBJECT || token == JsonToken.ARRAY) {
            int opened = start;
            int outside = depth - 1;
            do {
                next();
            } while (depth != outside);
            start = opened;
        }
    }

    /// The token that [#next()] returned last.
    public JsonToken token() {
        return token;
    }

    /// Offset of the first byte of the current token, in the array given; of a string, that of its opening
    /// quote.
    public int start() {
        return start;
    }

    /// Offset after the last byte of the current token.
    public int end() {
        return end;
    }

    /// How many objects and arrays are open; on [JsonToken#OBJECT] that one is counted already.
    public int depth() {
        return depth;
    }

    /// Text of the current string or name, without escapes.
    public String string() {
        if (!escaped) {
            return new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
        }
        return new String(unescaped(), StandardCharsets.UTF_8);
    }

    /// First byte and length of the text of the current name, to look it up: length in the upper bits.
    int signature() {
        return end - start - 2 << 8 | bytes[start + 1] & 0xFF;
    }

    /// Whether the current string or name reads exactly so, escapes undone. Allocates only for text with
    /// escapes.
    ///
    /// @param text UTF-8 bytes, without quotes and escapes
    public boolean valueIs(byte[] text) {
        return escaped
                ? Arrays.equals(unescaped(), text)
                : Arrays.equals(bytes, start + 1, end - 1, text, 0, text.length);
    }

    /// Whether the current string or name was written with escapes.
    public boolean hasEscapes() {
        return escaped;
    }

    /// Length of the current string or name in characters (code points), escapes undone.
    public int characters() {
        byte[] text = escaped ? unescaped() : bytes;
        return escaped ? JsonText.characters(text, 0, text.length) : JsonText.characters(text, start + 1, end - 1);
    }

    private byte[] unescaped() {
        byte[] text = new byte[end - start - 2];
        return Arrays.copyOf(text, JsonText.unescape(bytes, start + 1, end - 1, text, 0));
    }

    /// Whether the current number is written without fraction and exponent.
    public boolean isInteger() {
        return token == JsonToken.NUMBER && !decimal;
    }

    /// Whether the current integer fits a `long`.
    public boolean fitsLong() {
        return JsonNumber.fitsLong(bytes, start, end);
    }

    /// Value of the current number, which must be an integer; outside 64 bits the nearest `long`.
    public long longValue() {
        return JsonNumber.integer(bytes, start, end);
    }

    /// The current token as it stands in the document.
    public String written() {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /// Value of the current number, correctly rounded.
    public double doubleValue() {
        return JsonNumber.decimal(bytes, start, end);
    }

    /// Remembers the current token, for [#reset].
    public JsonMark mark() {
        return new JsonMark(token, start, end, position, depth, names.count(), escaped, decimal);
    }

    /// Stands on the marked token again, as if nothing after it had been read.
    public void reset(JsonMark mark) {
        token = mark.token();
        start = mark.start();
        end = mark.end();
        position = mark.position();
        depth = mark.depth();
        escaped = mark.escaped();
        decimal = mark.decimal();
        names.rewind(mark.names());
        expect = switch (mark.token()) {
            case NAME -> VALUE;
            case OBJECT -> NAME_OR_END;
            case ARRAY -> VALUE_OR_END;
            case STRING, NUMBER, TRUE, FALSE, NULL, END_OBJECT, END_ARRAY -> COMMA_OR_END;
            case END -> mark.position() == from ? VALUE : NOTHING;
        };
        if (mark.token() == JsonToken.OBJECT || mark.token() == JsonToken.ARRAY) {
            objects[depth] = mark.token() == JsonToken.OBJECT;
            if (!lenient) {
                names.open(depth);
            }
        }
    }

    private JsonException fault(int at, String reason) {
        return JsonException.syntax(bytes, from, at, reason);
    }
}
