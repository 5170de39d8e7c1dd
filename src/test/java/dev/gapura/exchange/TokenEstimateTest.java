package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.provider.Provider;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a request is taken to use where nobody has told.
class TokenEstimateTest {
    private static JsonNode json(String text) {
        byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return JsonTree.read(bytes, 0, bytes.length);
    }

    private static String base64(int bytes) {
        byte[] random = new byte[bytes];
        new Random(7).nextBytes(random);
        return Base64.getEncoder().encodeToString(random);
    }

    private static long prompt(String content) {
        return TokenEstimate.prompt(JsonTree.object().put("content", content));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'model':'m','messages':[],'max_tokens':5}|5",
                "{'model':'m','messages':[],'max_tokens':5,'max_completion_tokens':9}|9",
                "{'model':'m','messages':[],'max_completion_tokens':5,'max_tokens':9}|9",
                "{'model':'m','messages':[],'max_completion_tokens':null,'max_tokens':9}|9",
                "{'model':'m','input':[],'max_output_tokens':7}|7",
                "{'contents':[],'generationConfig':{'maxOutputTokens':7}}|7",
                "{'messages':[],'inferenceConfig':{'maxTokens':7}}|7",
                "{'anthropic_version':'v','messages':[],'max_tokens':7}|7",
                "{'model':'m','messages':[],'options':{'num_predict':7},'stream':false}|7",
                "{'model':'m','messages':[],'options':{'num_predict':-1}}|0",
                "{'model':'m','messages':[],'max_tokens':99999999999999999999}|2147483647",
                // Not the limit of the answer.
                "{'model':'m','tools':[{'function':{'parameters':{'max_tokens':1}}}],'messages':[]}|0",
                "{'model':'m','response_format':{'json_schema':{'schema':{'maxTokens':1}}},'messages':[]}|0",
                "{'model':'m','messages':[{'max_tokens':1}],'metadata':{'num_predict':1}}|0",
                "{'tools':[{'max_tokens':1}],'contents':[],'generationConfig':{'responseSchema':{'maxTokens':1}}}|0",
                // Of languages that the provider does not speak.
                "{'model':'m','messages':[],'max_output_tokens':1}|0",
                "{'model':'m','messages':[],'contents':[],'generationConfig':{'maxOutputTokens':1}}|0",
                "{'model':'m','messages':[],'inferenceConfig':{'maxTokens':1}}|0",
                "{'contents':[],'max_tokens':1}|0"
            })
    void theLimitIsReadWhereTheLanguageHasIt(String body, long limit) {
        Provider.Dialect dialect = body.contains("num_predict")
                ? Provider.Dialect.OLLAMA
                : body.contains("inferenceConfig") && !body.contains("'model'")
                        ? Provider.Dialect.BEDROCK
                        : Provider.Dialect.OPENAI_CHAT;
        assertThat(TokenEstimate.limit(json(body), dialect)).isEqualTo(limit);
    }

    @Test
    void otherLanguagesLimitsAreNotBelieved() {
        JsonNode body = json("{'model':'m','messages':[],'options':{'num_predict':1}}");
        assertThat(TokenEstimate.limit(body, Provider.Dialect.OPENAI_CHAT)).isZero();
    }

    @Test
    void wordsWithoutSpacesAreWords() {
        String chinese = "今天天气很好我们去公园".repeat(2_000);
        assertThat(prompt(chinese)).isGreaterThanOrEqualTo(3L * chinese.length() / 4);
        String thai = "สวัสดีครับ".repeat(2_000);
        assertThat(prompt(thai)).isGreaterThanOrEqualTo(3L * thai.length() / 4);
        String minified = "{\"name\":\"value\",\"list\":[1,2,3]},".repeat(1_000);
        assertThat(prompt(minified)).isGreaterThanOrEqualTo(minified.length() / 4);
        assertThat(prompt("helloworld".repeat(1_000))).isGreaterThanOrEqualTo(2_500);
        assertThat(prompt("data:" + chinese)).isGreaterThan(chinese.length() / 2);
        assertThat(prompt("data:text/plain;base64," + chinese)).isGreaterThan(chinese.length() / 2);
    }

    @Test
    void base64IsMedia() {
        String picture = base64(30_000);
        assertThat(prompt(picture)).isEqualTo(803);
        assertThat(prompt("data:image/png;base64," + picture)).isEqualTo(803);
        assertThat(prompt("data:image/png;base64," + base64(60))).isEqualTo(803);
        // A document about the picture, as minified JSON.
        assertThat(prompt(picture.substring(0, 20_000) + "{}{}" + picture.substring(20_000)))
                .isGreaterThan(picture.length() / 4);
    }

    @Test
    void bytesOfThePromptAreMessagesAndToolsWithoutMedia() {
        String messages = "[{\"role\":\"user\",\"content\":\"Hi\"}]";
        String small = "{\"model\":\"m\",\"metadata\":{\"a\":\"b\"},\"messages\":" + messages + "}";
        assertThat(bytes(small)).isEqualTo(messages.length());

        String before = "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\\\"a\\\\\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":";
        String after = "}}]}]";
        String picture = "data:image\\/png;base64," + base64(1_000_000).replace("/", "\\/");
        assertThat(bytes("{\"model\":\"m\",\"messages\":" + before + "\"" + picture + "\"" + after + "}"))
                .isEqualTo(before.length() + 2 + 3_200 + after.length());
        String words = "wort ".repeat(10_000);
        assertThat(bytes(small.replace("Hi", words))).isEqualTo(bytes(small) - 2 + words.length());
    }

    private static int bytes(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return EncodedMedia.promptBytes(RequestReader.read(bytes, bytes.length, false));
    }
}
