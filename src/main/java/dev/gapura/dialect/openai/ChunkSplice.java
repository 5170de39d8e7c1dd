package dev.gapura.dialect.openai;

import dev.gapura.dialect.AnswerStream.Output;
import java.nio.charset.StandardCharsets;

/// Writes a chunk anew with its one or two changes, in the order they stand in, and all else byte for byte. Stateless.
final class ChunkSplice {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLANK_LINE = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private ChunkSplice() {}

    /// @param chunk what was read of the data
    /// @param data array that holds it; line ends in it become white space
    /// @param raised whether `completion_tokens` gets reasoning added
    /// @param unpadded whether the padding goes
    static void write(
            ChunkReader chunk, byte[] data, int from, int to, boolean raised, boolean unpadded, Output output) {
        // Data of several lines is one line from here on; between the members of JSON a line end is white space.
        for (int at = from; at < to; at++) {
            if (data[at] == '\n') {
                data[at] = ' ';
            }
        }
        UsageReader counts = chunk.usageReader();
        boolean paddingFirst = unpadded && (!raised || chunk.paddingStart() < counts.completionStart());
        output.write(DATA, 0, DATA.length);
        int at = from;
        if (paddingFirst) {
            at = cutPadding(chunk, data, at, output);
        }
        if (raised) {
            output.write(data, at, counts.completionStart());
            byte[] sum = Long.toString(counts.raisedCompletion()).getBytes(StandardCharsets.US_ASCII);
            output.write(sum, 0, sum.length);
            at = counts.completionEnd();
        }
        if (unpadded && !paddingFirst) {
            at = cutPadding(chunk, data, at, output);
        }
        output.write(data, at, to);
        output.write(BLANK_LINE, 0, BLANK_LINE.length);
    }

    private static int cutPadding(ChunkReader chunk, byte[] data, int at, Output output) {
        output.write(data, at, chunk.paddingStart());
        return chunk.paddingEnd(data);
    }
}
