package dev.gapura.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLineTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theWholeLine() throws IOException {
        assertThat(line(Samples.exchange("req_1")))
                .isEqualTo("{\"time\":\"2023-11-14T22:13:20.123Z\",\"request_id\":\"req_1\",\"client\":\"127.0.0.1\","
                        + "\"key\":\"first\",\"method\":\"POST\",\"route\":\"/v1/chat/completions\",\"status\":200,"
                        + "\"stream\":true,\"model\":\"sim/echo\",\"provider\":\"sim\",\"upstream_model\":\"echo\","
                        + "\"attempts\":1,\"bytes_in\":120,\"bytes_out\":3400,\"first_byte_ms\":12.345,"
                        + "\"duration_ms\":2000.000,\"params\":\"seed=stripped\",\"user_agent\":\"curl/8.0\"}\n");
    }

    @Test
    void failureAndUsageWhereThereAreAny() throws IOException {
        JsonNode failed = JSON.readTree(line(Samples.failed("none", 404, null, FailureKind.NOT_FOUND)));
        assertThat(failed.get("failure").asText()).isEqualTo("not_found");
        assertThat(failed.has("provider")).isFalse();

        JsonNode used = JSON.readTree(line(Samples.with(new Usage(10, 5, 4, Usage.UNKNOWN, 0))));
        assertThat(used.get("prompt_tokens").asLong()).isEqualTo(10);
        assertThat(used.get("cached_tokens").asLong()).isEqualTo(4);
        assertThat(used.get("reasoning_tokens").asLong()).isZero();
        assertThat(used.has("cache_write_tokens")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\n{\"status\":200}",
                "\u001b[31mred\u001b[0m",
                "\u202egpj.exe",
                "\u2066hidden\u2069",
                "one\u2028two\u2029three",
                "\u009b31m\u007f\u0000\b\t",
                "lone \ud800 and \udc00",
                "quote \" backslash \\ slash / <script>",
                "\ufeff\u200b\u200fmarks",
                "\udb40\udc41 tag",
                "Größe 漢字 🙂"
            })
    void hostileTextStaysInsideItsMember(String hostile) throws IOException {
        String line = line(Samples.from(hostile, hostile));

        assertThat(line.chars().limit(line.length() - 1L)).allMatch(unit -> unit >= 0x20 && unit <= 0x7e);
        assertThat(line).endsWith("}\n");
        JsonNode read = JSON.readTree(line);
        assertThat(read.get("user_agent").asText()).isEqualTo(hostile);
        assertThat(read.get("model").asText()).isEqualTo(hostile);
        assertThat(read.get("status").asInt()).isEqualTo(200);
    }

    @Test
    void longTextIsCutAndMarked() throws IOException {
        String agent = JSON.readTree(line(Samples.from("x".repeat(100_000), "sim/echo")))
                .get("user_agent")
                .asText();
        assertThat(agent).isEqualTo("x".repeat(AccessLine.LONGEST_TEXT) + "\u2026");
    }

    @Test
    void noQueryStringEvenIfARouteCarriesOne() throws IOException {
        assertThat(line(Samples.failed("/v1/models?key=sk-secret", 404, null, FailureKind.NOT_FOUND)))
                .contains("\"route\":\"/v1/models\"")
                .doesNotContain("sk-secret");
    }

    @Test
    void theSecondIsWrittenAnewWhenItChanges() throws IOException {
        AccessLine lines = new AccessLine();
        lines.addDropped(999, 3);
        lines.addDropped(1_000, 4);
        lines.addDropped(-1, 5);
        assertThat(text(lines))
                .isEqualTo("{\"time\":\"1970-01-01T00:00:00.999Z\",\"event\":\"access_log_dropped\",\"dropped\":3}\n"
                        + "{\"time\":\"1970-01-01T00:00:01.000Z\",\"event\":\"access_log_dropped\",\"dropped\":4}\n"
                        + "{\"time\":\"1969-12-31T23:59:59.999Z\",\"event\":\"access_log_dropped\",\"dropped\":5}\n");
    }

    private static String line(ExchangeRecord exchange) throws IOException {
        AccessLine lines = new AccessLine();
        lines.add(exchange);
        return text(lines);
    }

    private static String text(AccessLine lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        lines.writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
