package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static String words(String text) {
        return new Words().add(text).text();
    }

    @Test
    void lettersAndDigitsInLowerCaseEachOnce() {
        assertThat(words("openai-python/2.1 (Linux; Linux x86_64)")).isEqualTo("openai python 2 1 linux x86 64");
    }

    @Test
    void accentsAndWidthsMakeNoDifference() {
        assertThat(words("Crème BRÛLÉE ﬁn")).isEqualTo("creme brulee fin");
    }

    @Test
    void everyIdeographIsAWord() {
        assertThat(words("你好 gpt世")).isEqualTo("你 好 gpt 世");
    }

    @Test
    void endlessRunsAreNoWords() {
        assertThat(words("a " + "Q".repeat(65) + " b")).isEqualTo("a b");
    }

    @Test
    void ofABodyItIsTheStringsThatCountWithoutTheirEscapes() {
        String json = "{\"messages\":[{\"role\":\"user\",\"content\":\"one\\ntwo \\u00e9\"}],\"n\":1}";
        assertThat(BodyText.of(json.getBytes(StandardCharsets.UTF_8))).isEqualTo("user\none\ntwo é");
    }

    @Test
    void aBodyThatWasCutOffCountsAsFarAsItGoes() {
        assertThat(BodyText.of("{\"a\":\"one\",\"b\":\"tw".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("one");
    }

    @Test
    void thePiecesOfAStreamArePutTogether() {
        String stream = """
                data: {"choices":[{"delta":{"content":"wa"}}]}

                : ping

                data: {"choices":[{"delta":{"content":"yang"}}]}

                data: [DONE]

                """;
        assertThat(BodyText.of(stream.getBytes(StandardCharsets.UTF_8))).isEqualTo("wayang");
    }
}
