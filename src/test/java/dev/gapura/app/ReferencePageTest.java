package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.provider.Providers;
import dev.gapura.testkit.RawClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The reference pages as documents: what somebody without JavaScript reads.
class ReferencePageTest {
    private static final Pattern FORM =
            Pattern.compile("<script type=\"application/json\" id=\"chat-form\">(.*?)</script>", Pattern.DOTALL);

    private static final Pattern NONCE = Pattern.compile(" nonce=\"[^\"]+\"");

    private static TestGateway gateway;
    private static String page;

    @BeforeAll
    static void read() {
        gateway = TestGateway.start();
        page = get("/");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void everyParameterIsTold() {
        for (Parameter parameter : ParameterTable.chat()) {
            assertThat(page).contains("<div class=\"param\" id=\"" + parameter.name() + "\"");
        }
        assertThat(page).contains("number, 0 to 2", "number, −2 to 2", "integer, 1 to 128", "integer, at least 1");
        assertThat(page).contains("id=\"stream_options.include_usage\"", "id=\"messages.user.content\"");
        assertThat(page).contains(">deprecated<", ">extension<", ">required<");
    }

    @Test
    void headersAnswersAndErrorsAreTold() {
        assertThat(page)
                .contains(
                        "id=\"header.Accept\"",
                        "<code>text/event-stream</code>",
                        "id=\"header.x-gapura-unsupported\"",
                        "id=\"header.Idempotency-Key\"",
                        "id=\"response.x-gapura-params\"",
                        "id=\"ChatCompletion.usage\"",
                        "data: [DONE]",
                        "rate_limit_error",
                        "Log in</a> to see full request history");
    }

    @Test
    void itIsToldWhichProviderDoesNotTakeWhat() {
        Map<String, String> lacks = new HashMap<>();
        Matcher rows = Pattern.compile("<tr><td><code>([a-z]+)</code></td><td>(.*?)</td></tr>")
                .matcher(page);
        while (rows.find()) {
            lacks.put(rows.group(1), rows.group(2));
        }
        assertThat(lacks.keySet()).containsAll(Providers.knownNames());
        assertThat(lacks.get("openai")).contains("top_k, ").doesNotContain("temperature", "tools");
        assertThat(lacks.get("anthropic")).contains("logit_bias, ").doesNotContain("temperature", "tools", "top_k");
        assertThat(lacks.get("openrouter")).isEqualTo("takes all");
    }

    @Test
    void idsAreUniqueAndLinksWithinThePageLead() {
        List<String> ids = all(" id=\"([^\"]*)\"");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(ids)).containsAll(all(" href=\"#([^\"]*)\""));
    }

    @Test
    void theFormIsMadeOfTheSchemaInTheOpenApiDocument() {
        Matcher form = FORM.matcher(page);
        assertThat(form.find()).isTrue();
        JsonNode document = Ask.json(Ask.get(gateway, "GET", "/openapi.json").body());
        assertThat(Ask.json(form.group(1)).get("body"))
                .isEqualTo(document.at("/components/schemas/ChatCompletionRequest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"explain", "list-models", "retrieve-model", "model-info", "key"})
    void everyOtherRouteHasAPage(String name) {
        String other = get("/reference/" + name);
        assertThat(other).contains("aria-current=\"page\"", "200</span> <code>application/json</code>", "x-request-id");
        assertThat(page).contains("href=\"/reference/" + name + "\"");
    }

    /// Page, styles and every module that is loaded before the form answers to input; 100 KB are what the project
    /// allows itself. What an answer and programs are shown with comes when the browser is idle.
    @Test
    void theFirstViewIsSmall() {
        int bytes = compressed("/");
        List<String> files =
                all(" (?:href|src)=\"(/assets/[^\"]+)\"").stream().distinct().toList();
        assertThat(files)
                .anyMatch(file -> file.endsWith("/style.css"))
                .anyMatch(file -> file.endsWith("/reference-chat.js"));
        assertThat(files)
                .noneMatch(file -> file.contains("/answer-view.js") || file.contains("/samples"))
                .as("Lit is part of the joined module")
                .noneMatch(file -> file.contains("/lit-"));
        for (String file : files) {
            bytes += compressed(file);
        }
        assertThat(bytes).isLessThan(100_000);
    }

    @Test
    void whoeverTakesNoGzipGetsTheSamePage() throws IOException {
        RawClient.Response small = Ask.get(gateway, "GET", "/", "accept-encoding", "gzip");
        assertThat(small.header("vary")).isEqualTo("accept-encoding");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(small.body()))) {
            assertThat(withoutNonce(new String(in.readAllBytes(), StandardCharsets.UTF_8)))
                    .isEqualTo(withoutNonce(page));
        }
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "/, none, -",
                "/reference/list-models, none, -",
                "/, same-origin, same-origin",
                "/, same-site, same-origin",
                "/, cross-site, same-origin",
                "/, -, same-origin",
                "/console, none, same-origin",
                "/console, -, same-origin",
                "/console, cross-site, same-origin"
            },
            nullValues = "-")
    void aPageIsPartedFromWhatLedToIt(String path, String site, String policy) {
        RawClient.Response response =
                site == null ? Ask.get(gateway, "GET", path) : Ask.get(gateway, "GET", path, "sec-fetch-site", site);
        assertThat(response.header("cross-origin-opener-policy")).isEqualTo(policy);
        assertThat(response.header("content-security-policy")).contains("frame-ancestors 'none'");
    }

    @Test
    void everyAnswerHasANonceOfItsOwn() {
        assertThat(NONCE.matcher(page).results().map(MatchResult::group).distinct())
                .hasSize(1);
        assertThat(NONCE.matcher(page).results().findFirst().orElseThrow().group())
                .isNotEqualTo(NONCE.matcher(get("/"))
                        .results()
                        .findFirst()
                        .orElseThrow()
                        .group());
    }

    @Test
    void aPageThatIsNotThereIsNotFound() {
        assertThat(Ask.get(gateway, "GET", "/reference/nothing").status()).isEqualTo(404);
    }

    private static String get(String path) {
        RawClient.Response response = Ask.get(gateway, "GET", path);
        assertThat(response.status()).as(path).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String withoutNonce(String html) {
        return NONCE.matcher(html).replaceAll("");
    }

    private static int compressed(String path) {
        RawClient.Response response = Ask.get(gateway, "GET", path, "accept-encoding", "gzip");
        assertThat(response.status()).as(path).isEqualTo(200);
        return response.body().length;
    }

    private static List<String> all(String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
