package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinkTagsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "<think>a</think>b | a | b",
                "'\n<think>\na <\n</think>\n\n b' | '\na <\n' | b",
                "<think></think>b | '' | b",
                "<think>a | a | ''",
                "<think>a</thi | a</thi | ''",
                "<think>a</think> | a | ''",
                "b | '' | b",
                "' b <think>x</think>' | '' | ' b <think>x'",
                "a</think>b</think>c | '' | ab</think>c",
                "<think>a</think>b</think>c<think> | a | b</think>c<think>",
                "<thinking>a | '' | <thinking>a",
                "'  ' | '' | '  '",
                "< | '' | <",
                "'' | '' | ''",
            })
    void thoughtAndAnswerArePartedHoweverTheyAreCut(String text, String thought, String answer) {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            ThinkTags tags = new ThinkTags();
            StringBuilder thoughts = new StringBuilder();
            StringBuilder answers = new StringBuilder();
            int longest = 1 + random.nextInt(text.length() + 1);
            for (int at = 0; at <= text.length(); ) {
                int end = Math.min(text.length(), at + random.nextInt(longest + 1));
                boolean last = end == text.length() && random.nextBoolean();
                ThinkTags.Parted parted = tags.next(text.substring(at, end), last);
                thoughts.append(parted.thought());
                answers.append(parted.answer());
                at = last ? text.length() + 1 : end;
            }
            assertThat(thoughts).as("seed " + seed).hasToString(thought);
            assertThat(answers).as("seed " + seed).hasToString(answer);
        }
    }
}
