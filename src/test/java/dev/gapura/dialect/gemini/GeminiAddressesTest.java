package dev.gapura.dialect.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Providers;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.testkit.RecordedAnswers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which addresses Gemini is handed. A picture of the public web and stored files were recorded on AI Studio, a sound
/// of
/// the public web and Cloud Storage on Vertex AI; the rest is documented.
class GeminiAddressesTest {
    private static final Dialect DIALECT = new GeminiDialect(RecordedAnswers.ERRORS);
    private static final Provider STUDIO = Providers.of("gemini");
    private static final Provider VERTEX = Providers.at(PathStyle.VERTEX, STUDIO);

    private static boolean passes(Provider provider, String model, Part part) {
        return DIALECT.passesUrl(part, provider, ModelProfiles.of("gemini", model));
    }

    private static Part picture(String url) {
        return new Part.Image(new Media.Url(null, url), null, null);
    }

    private static Part file(String url, @Nullable String type) {
        return new Part.File(new Media.Url(type, url), null, null);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-1.5-pro,false",
        "gemini-2.0-flash,false",
        "gemini-2.5-flash,true",
        "gemini-2.5-pro,true",
        "gemini-3-flash-preview,true",
        "gemini-9-ultra,true"
    })
    void newerModelsFetchThePublicWebOnAiStudio(String model, boolean fetches) {
        assertThat(passes(STUDIO, model, picture("https://x.example/a.jpg?s=1")))
                .isEqualTo(fetches);
        assertThat(passes(STUDIO, model, file("https://x.example/a.pdf", null))).isEqualTo(fetches);
        assertThat(passes(VERTEX, model, picture("https://x.example/a.jpg"))).isTrue();
    }

    @Test
    void onlyTypesThatAreShownAndTakenAreFetchedThere() {
        String model = "gemini-2.5-flash";
        assertThat(passes(STUDIO, model, picture("https://x.example/a"))).isFalse();
        assertThat(passes(STUDIO, model, picture("https://x.example/a.gif"))).isFalse();
        assertThat(passes(STUDIO, model, file("https://x.example/a.mp4", "video/mp4")))
                .isFalse();
        assertThat(passes(STUDIO, model, picture("http://x.example/a.png"))).isFalse();
        assertThat(passes(VERTEX, model, picture("https://x.example/a"))).isFalse();
        assertThat(passes(VERTEX, model, picture("http://x.example/a.png"))).isFalse();
        assertThat(passes(VERTEX, model, file("https://x.example/a.mp4", "video/mp4")))
                .isTrue();
        assertThat(passes(VERTEX, model, new Part.Audio(new Media.Url("audio/mpeg", "https://x.example/a"), null)))
                .isTrue();
    }

    @Test
    void itsOwnPlacesAreLeftToGoogle() {
        for (String place : new String[] {
            "https://generativelanguage.googleapis.com/v1beta/files/abc",
            "https://www.youtube.com/watch?v=1",
            "https://youtu.be/1",
            "gs://bucket/a.mp4"
        }) {
            assertThat(passes(STUDIO, "gemini-2.0-flash", file(place, null))).isTrue();
            assertThat(passes(VERTEX, "gemini-2.0-flash", file(place, null))).isTrue();
        }
    }

    @Test
    void whatTheModelCannotSeeIsNotFetchedAtAll() {
        assertThat(passes(STUDIO, "gemma-3-27b-it", file("https://x.example/a.mp4", "video/mp4")))
                .isTrue();
        assertThat(passes(STUDIO, "gemini-2.0-flash", file("https://x.example/a.docx", null)))
                .isTrue();
    }
}
