package dev.gapura.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest {
    private final Gzip compression = new Gzip();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2000, 100_000})
    void whatWasCompressedReadsBack(int repeats) throws Exception {
        for (int round = 0; round < 2; round++) {
            byte[] body = "{\"a\": 1}".repeat(repeats).getBytes(StandardCharsets.UTF_8);
            byte[] small = compression.gzip(body, 0, body.length);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(small)).readAllBytes())
                    .isEqualTo(body);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gzip                     | true
            gzip, deflate, br        | true
            br;q=1.0, GZIP;q=0.5     | true
            *                        | true
            gzip;q=0                 | false
            gzip;q=0.000, *          | false
            br, deflate              | false
            identity                 | false
            ''                       | false
                                     | false
            """)
    void gzipIsUsedWhereItIsWanted(String header, boolean wanted) {
        assertThat(Gzip.wanted(header)).isEqualTo(wanted);
    }
}
