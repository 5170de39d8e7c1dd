package dev.gapura.telemetry;

import dev.gapura.chat.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes exchange records as JSON lines into one growing buffer that is kept between batches.
///
/// Every line is printable ASCII and ends with the only line feed in it: whatever is outside `0x20..0x7e`
/// leaves as a JSON escape of four hex digits. That one rule shuts out line breaks, terminal sequences,
/// direction marks, U+2028 and broken surrogates alike, and a JSON reader gets the original text back. One
/// thread.
final class AccessLine {
    /// Longest text of one member, in UTF-16 units; what is longer is cut and ends with an ellipsis.
    static final int LONGEST_TEXT = 256;

    /// Longest text of `params`, which lists one verdict a field.
    static final int LONGEST_VERDICTS = 2048;

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private byte[] buffer = new byte[16 * 1024];
    private int size;
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    int size() {
        return size;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(buffer, 0, size);
    }

    void clear() {
        size = 0;
    }

    void add(ExchangeRecord exchange) {
        raw("{\"time\":\"");
        time(exchange.startMillis());
        put('"');
        text("request_id", exchange.requestId(), LONGEST_TEXT);
        text("client", exchange.clientAddress(), LONGEST_TEXT);
        text("key", exchange.keyName(), LONGEST_TEXT);
        text("method", exchange.method(), LONGEST_TEXT);
        text("route", withoutQuery(exchange.route()), LONGEST_TEXT);
        number("status", exchange.status());
        raw(exchange.streamed() ? ",\"stream\":true" : ",\"stream\":false");
        text("failure", exchange.failure() == null ? null : exchange.failure().label(), LONGEST_TEXT);
        text("model", exchange.modelAsked(), LONGEST_TEXT);
        text("provider", exchange.provider(), LONGEST_TEXT);
        text("upstream_model", exchange.upstreamModel(), LONGEST_TEXT);
        number("attempts", exchange.attempts());
        Usage usage = exchange.usage();
        if (usage != null) {
            tokens("prompt_tokens", usage.promptTokens());
            tokens("completion_tokens", usage.completionTokens());
            tokens("cached_tokens", usage.cachedTokens());
            tokens("cache_write_tokens", usage.cacheWriteTokens());
            tokens("reasoning_tokens", usage.reasoningTokens());
            if (exchange.particulars().charge().counted() == Charge.Counted.ESTIMATED) {
                raw(",\"estimated\":true");
            }
        }
        number("bytes_in", exchange.bytesIn());
        number("bytes_out", exchange.bytesOut());
        if (exchange.firstByteNanos() != ExchangeRecord.NEVER) {
            millis("first_byte_ms", exchange.firstByteNanos());
        }
        millis("duration_ms", exchange.durationNanos());
        text("params", exchange.verdicts(), LONGEST_VERDICTS);
        text("user_agent", exchange.userAgent(), LONGEST_TEXT);
        raw("}\n");
    }

    /// The line that says how many others are missing before it.
    void addDropped(long millis, long lines) {
        raw("{\"time\":\"");
        time(millis);
        raw("\",\"event\":\"access_log_dropped\"");
        number("dropped", lines);
        raw("}\n");
    }

    private static String withoutQuery(String route) {
        int end = route.indexOf('?');
        return end < 0 ? route : route.substring(0, end);
    }

    private void text(String name, @Nullable String value, int longest) {
        if (value == null) {
            return;
        }
        name(name);
        put('"');
        int end = Math.min(value.length(), longest);
        reserve(end * 6);
        for (int index = 0; index < end; index++) {
            char unit = value.charAt(index);
            if (unit == '"' || unit == '\\') {
                put('\\');
                put(unit);
            } else if (unit >= 0x20 && unit <= 0x7e) {
                put(unit);
            } else {
                escape(unit);
            }
        }
        if (end < value.length()) {
            escape('\u2026');
        }
        put('"');
    }

    private void escape(char unit) {
        raw("\\u");
        put(HEX[unit >> 12]);
        put(HEX[unit >> 8 & 15]);
        put(HEX[unit >> 4 & 15]);
        put(HEX[unit & 15]);
    }

    private void tokens(String name, long count) {
        if (count != Usage.UNKNOWN) {
            number(name, count);
        }
    }

    private void number(String name, long value) {
        name(name);
        decimal(value);
    }

    /// Milliseconds with three decimals, without going through a floating-point formatter.
    private void millis(String name, long nanos) {
        name(name);
        long micros = Math.max(0, nanos) / 1000;
        decimal(micros / 1000);
        put('.');
        threeDigits((int) (micros % 1000));
    }

    /// `2026-01-31T12:00:00.123Z`; the text of a second is kept, because most lines of a batch share it.
    private void time(long millis) {
        long wanted = Math.floorDiv(millis, 1000L);
        if (wanted != second) {
            second = wanted;
            String text = Instant.ofEpochSecond(wanted).toString();
            secondText = text.substring(0, text.length() - 1);
        }
        raw(secondText);
        put('.');
        threeDigits((int) Math.floorMod(millis, 1000L));
        put('Z');
    }

    private void threeDigits(int value) {
        put((char) ('0' + value / 100));
        put((char) ('0' + value / 10 % 10));
        put((char) ('0' + value % 10));
    }

    private void decimal(long value) {
        if (value < 0) {
            raw(Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        reserve(digits);
        long rest = value;
        for (int index = size + digits - 1; index >= size; index--) {
            buffer[index] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    private void name(String name) {
        raw(",\"");
        raw(name);
        raw("\":");
    }

    /// Text that this class wrote itself: ASCII, nothing to escape.
    private void raw(String ascii) {
        reserve(ascii.length());
        for (int index = 0; index < ascii.length(); index++) {
            buffer[size++] = (byte) ascii.charAt(index);
        }
    }

    private void put(char ascii) {
        reserve(1);
        buffer[size++] = (byte) ascii;
    }

    private void reserve(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}
