package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ErrorWriterTest {
    @Test
    void everyMemberIsPresent() {
        byte[] bytes = ErrorWriter.write(Failure.of(FailureKind.INTERNAL, "Something broke"), null);

        assertThat(new String(bytes, StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":{\"message\":\"Something broke\",\"type\":\"internal_error\",\"code\":null,"
                        + "\"param\":null,\"source\":\"gateway\",\"provider\":null,\"request_id\":null}}");
    }

    @Test
    void filledMembersAreWritten() {
        Failure failure = Failure.invalid("messages[2].content", "must be text").withProvider("groq");

        assertThat(new String(ErrorWriter.write(failure, "req_1"), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":{\"message\":\"must be text\",\"type\":\"invalid_request_error\","
                        + "\"code\":\"invalid_value\",\"param\":\"messages[2].content\",\"source\":\"client\","
                        + "\"provider\":\"groq\",\"request_id\":\"req_1\"}}");
    }

    @Test
    void anEventIsOneLineAndABlankOne() {
        String event = new String(
                ErrorWriter.sseEvent(Failure.of(FailureKind.PROVIDER_CUT, "a\nb\r\nc\u2028d"), "r"),
                StandardCharsets.UTF_8);

        assertThat(event).startsWith("data: {\"error\":{").endsWith("}}\n\n");
        assertThat(event.substring(0, event.length() - 2)).doesNotContain("\n", "\r", "\u2028");
    }

    @Test
    void anyTextSurvivesAParser() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int unit = 0; unit < 0x10000; unit++) {
            if (!Character.isSurrogate((char) unit)) {
                all.append((char) unit);
            }
        }
        all.appendCodePoint(0x1F600).append("\"\\/");
        String text = all.toString();

        assertThat(messageOf(ErrorWriter.write(Failure.of(FailureKind.INTERNAL, text), null)))
                .isEqualTo(text);
    }

    @Test
    void halfASurrogatePairBecomesTheReplacementCharacter() throws IOException {
        String text = "a\uD83Db\uDE00c\uD83D";

        assertThat(messageOf(ErrorWriter.write(Failure.of(FailureKind.INTERNAL, text), null)))
                .isEqualTo("a\uFFFDb\uFFFDc\uFFFD");
    }

    private static String messageOf(byte[] json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("message")) {
                    parser.nextToken();
                    return parser.getText();
                }
            }
        }
        throw new AssertionError("no message");
    }
}
