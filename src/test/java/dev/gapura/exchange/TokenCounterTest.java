package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// It counts what the library counts, the second time too.
class TokenCounterTest {
    private static final Encoding LIBRARY = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final TokenCounter COUNTER = new TokenCounter();

    private static void same(String text) {
        int tokens = LIBRARY.countTokensOrdinary(text);
        assertThat(COUNTER.count(text)).as(text).isEqualTo(tokens);
        assertThat(COUNTER.count(text)).as(text).isEqualTo(tokens);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Hello, world! It's 12345 o'clock, they'LL say; we'd've gone.\r\n\r\n  Next\tline   \n",
                "public static void main(String[] args) {\n    System.out.println(\"x\" + 1e9);  // done\n}\n",
                "{\"type\":\"object\",\"properties\":{\"Änderung\":{\"type\":\"string\"}},\"required\":[]}",
                "HTTPServerURLParser2 iPhone McDonald ABCdefGHI xY Zz",
                "Überraschung im Straßenverkehr: größer, GRÖSSER und 20 % teurer.",
                "Съешь же ещё этих мягких французских булок, да выпей чаю.",
                "我能吞下玻璃而不伤身体。ABC中文def123，测试",
                "私はガラスを食べられます。それは私を傷つけません。ー々",
                "मैं काँच खा सकता हूँ और मुझे उससे कोई चोट नहीं पहुंचती.",
                "أنا قادر على أكل الزجاج و هذا لا يؤلمني. ١٢٣٤",
                "ฉันกินกระจกได้ แต่มันไม่ทำให้ฉันเจ็บ",
                "👩‍👩‍👧‍👦 family 🎉🎉 e\u0301e\u0301 \u0301start ½ ⅷ x²³⁴⁵",
                "https://example.com//a/b?c=d&e=f#g\n//\n/* */ ///",
                "\u0085\u2028\u2029\u00a0\u3000x\u200by\ufeffz\u0000\u001b[0m",
                "it'\u017f IT'S It'Re 's 'S '' '\n'll"
            })
    void asTheLibrary(String text) {
        same(text);
    }

    @Test
    void ofAnyMixtureOfCharacters() {
        String[] some = {
            "a", "b", "Z", "É", "ß", "ǅ", "ʰ", "中", "ま", "\u0301", "\u093e", "1", "٣", "½", " ", "  ", "\n", "\r", "\t",
            "\u00a0", "\u3000", "'", "s", "'s", "'LL", "re", "/", ".", "-", "€", "😀", "𝒳", "𐐀", "\u0000", "\ud800",
            "\udc00", "the", " and", "ſ", "K"
        };
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int part = random.nextInt(12); part >= 0; part--) {
                text.append(some[random.nextInt(some.length)]);
            }
            same(text.toString());
        }
    }

    @Test
    void aPieceWithoutEndIsCountedInParts() {
        String letters = "xq".repeat(200_000);
        assertThat(COUNTER.count(letters)).isBetween(100_000L, 400_000L);
        assertThat(COUNTER.count("😀".repeat(10_000))).isGreaterThan(1_000);
    }
}
