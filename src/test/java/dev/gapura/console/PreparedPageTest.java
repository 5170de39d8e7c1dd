package dev.gapura.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Head and rest are one gzip member, whatever their lengths: the JDK reads it, and checks its sum and its length.
class PreparedPageTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "0, 1", "300, 200000", "8000, 200000", "40000, 3", "8179, 8192", "8187, 8187"})
    void whatIsCompressedIsThePage(int head, int rest) throws IOException {
        for (boolean dense : new boolean[] {false, true}) {
            String first = text(head, dense);
            String second = text(rest, dense);
            PreparedPage page = PreparedPage.of(second);
            assertThat(page.plain(first)).isEqualTo((first + second).getBytes(StandardCharsets.UTF_8));
            // Twice, since one page answers many.
            assertThat(read(page.gzip(first))).isEqualTo(first + second);
            assertThat(read(page.gzip(second))).isEqualTo(second + second);
        }
    }

    private static String read(byte[] gzip) throws IOException {
        ByteArrayInputStream all = new ByteArrayInputStream(gzip);
        try (GZIPInputStream in = new GZIPInputStream(all)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all.available()).isZero();
            return text;
        }
    }

    /// @param dense whether it is of a kind that does not get smaller
    private static String text(int length, boolean dense) {
        Random random = new Random(length);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) (dense ? 0x4e00 + random.nextInt(0x4000) : 'a' + random.nextInt(3)));
        }
        return text.toString();
    }
}
