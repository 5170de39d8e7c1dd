package dev.gapura.provider;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes verdicts as the value of the response header `x-gapura-params`. Stateless; any thread.
public final class Verdicts {
    /// Name of the response header.
    public static final String HEADER = "x-gapura-params";

    /// Longest value in characters: clients and proxies take 8 KB for all headers together.
    private static final int MAX_CHARACTERS = 2_048;

    private Verdicts() {}

    /// All verdicts but the plain passes: `temperature=clamped(1.4→1), logit_bias=stripped`. Empty when there
    /// is none; then no header is sent. Cut with `…` when very long. See [#wire] for how it is sent.
    public static String header(List<Verdict> verdicts) {
        StringBuilder out = new StringBuilder();
        for (Verdict verdict : verdicts) {
            if (verdict.outcome() == Verdict.Outcome.PASSED && verdict.detail() == null) {
                continue;
            }
            if (out.length() > MAX_CHARACTERS) {
                return out.append(", …").toString();
            }
            out.append(out.isEmpty() ? "" : ", ");
            append(out, verdict.field());
            out.append('=').append(verdict.outcome().text());
            if (verdict.detail() != null) {
                out.append('(');
                append(out, verdict.detail());
                out.append(')');
            }
        }
        return out.toString();
    }

    /// The value as it must be handed to the HTTP server. The arrow of the public contract's example goes out
    /// as its UTF-8 bytes, which RFC 9110 (section 5.5, `obs-text`) allows; a plain string would be written
    /// as ASCII, with `?` in its place.
    public static CharSequence wire(String value) {
        return new AsciiString(value.getBytes(StandardCharsets.UTF_8), false);
    }

    /// Names and values come from the client: what could end the header or be taken for its punctuation
    /// becomes `_`.
    private static void append(StringBuilder out, String text) {
        int length = Math.min(text.length(), 64);
        for (int i = 0; i < length; i++) {
            char character = text.charAt(i);
            boolean plain = character > 0x20 && character < 0x7f && ",=()\"\\".indexOf(character) < 0;
            out.append(plain || character == ' ' || character == '→' ? character : '_');
        }
        out.append(text.length() > length ? "…" : "");
    }
}
