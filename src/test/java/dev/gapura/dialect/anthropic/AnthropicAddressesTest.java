package dev.gapura.dialect.anthropic;

import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.DIALECT;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.PROVIDER;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.SONNET_4_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.Providers;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider.PathStyle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which addresses Anthropic is handed. A PDF by address was recorded; pictures are documented.
class AnthropicAddressesTest {
    private static final ModelProfile MODEL = ModelProfiles.of("anthropic", SONNET_4_5);

    private static Part picture(String url) {
        return new Part.Image(new Media.Url(null, url), null, null);
    }

    private static Part file(String url, @Nullable String type) {
        return new Part.File(new Media.Url(type, url), null, null);
    }

    private static boolean passes(Part part) {
        return DIALECT.passesUrl(part, PROVIDER, MODEL);
    }

    @Test
    void picturesAndPdfOverHttpsAreFetchedByAnthropic() {
        assertThat(passes(picture("https://x.example/a"))).isTrue();
        assertThat(passes(picture("HTTPS://x.example/a.png"))).isTrue();
        assertThat(passes(file("https://x.example/a.pdf?s=1", null))).isTrue();
        assertThat(passes(file("https://x.example/a", "application/pdf"))).isTrue();
    }

    @Test
    void othersAreNot() {
        assertThat(passes(picture("http://x.example/a.png"))).isFalse();
        assertThat(passes(file("https://x.example/a.csv", null))).isFalse();
        assertThat(passes(file("https://x.example/a.png", null))).isFalse();
        assertThat(passes(file("https://x.example/a", null))).isFalse();
    }

    @Test
    void whatClaudeDoesNotTakeIsNotFetchedAtAll() {
        assertThat(passes(file("https://x.example/a.mp4", "video/mp4"))).isTrue();
        assertThat(passes(file("https://x.example/a.docx", null))).isTrue();
        assertThat(passes(new Part.Audio(new Media.Url(null, "https://x.example/a.wav"), null)))
                .isTrue();
    }

    @Test
    void hostsOfClaudeFetchNothing() {
        var vertex = Providers.at(PathStyle.VERTEX, PROVIDER);
        assertThat(DIALECT.passesUrl(picture("https://x.example/a.png"), vertex, MODEL))
                .isFalse();
        assertThat(DIALECT.passesUrl(file("https://x.example/a.pdf", null), vertex, MODEL))
                .isFalse();
    }
}
