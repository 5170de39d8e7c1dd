package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicTextTest {
    private static final String CREDENTIAL = "Zq7-corp-canary-0042-wXyZ";

    private final PublicText text = new PublicText(provider("https://llm.corp.example:8443/v1", CREDENTIAL));

    /// `§` marks what must be gone; the words around it must stay.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect key §sk-proj-abcDEF123456_ghi-789§ given",
                "Incorrect key §sk-abcdefghijklmnop§ given",
                "Incorrect key §sk-ant-api03-AbCd_12-ef§ given",
                "Incorrect key §sk-ab***xyz§ given",
                "Incorrect key §sk-...wXyZ§ given",
                "Incorrect key §invalid-*****2345§ given",
                "Incorrect key §********************9a1b§ given",
                "Incorrect key §xai-Q1w2E3r4T5y6U7i8§ given",
                "Incorrect key §gsk_A1b2C3d4E5f6G7h8I9j0§ given",
                "Incorrect key §AIzaSyA-1234567890abcdefghijklmnopqrstu§ given",
                "Incorrect key §AKIAIOSFODNN7EXAMPLE§ given",
                "Incorrect key §wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY§ given",
                "Incorrect key §nvapi-x1Y2z3A4b5C6§ given",
                "Incorrect key §hf_AbCdEfGhIjKlMnOp§ given",
                "Incorrect key §pplx-0a1b2c3d4e5f6a7b§ given",
                "Incorrect key §ghp_16C7e42F292c6912E7710c838347Ae178B4a§ given",
                "Incorrect key §0123456789abcdef0123456789abcdef§ given",
                "Incorrect key §eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl§ given",
                "Header Authorization: Bearer §abc.def-123_456§ given",
                "with api_key=§hunter2secret9§ given",
                "with \"x-api-key\": \"§pa55word-xyz§\" given",
                "with Ocp key at ?code=§abcdef§ given",
                "configured §Zq7-corp-canary-0042-wXyZ§ given",
                "configured §Zq7-corp-cana§ given",
                "configured §Zq***********wXyZ§ given",
                "configured §Zq7-...wXyZ§ given",
                "configured key ending in §wXyZ§ given",
                "Limit for organization §org-A1b2C3d4E5f6§ on tokens",
                "Limit for project §proj_Zx9Yw8Vu7§ on tokens",
                "Limit for §user-Ab12Cd34Ef§ on tokens",
                "Limit for §acct_1032D82eZvKYlo2C§ on tokens",
                "Limit for account §123456789012§ on tokens",
                "Limit for §arn:aws:bedrock:us-east-1:123456789012:model/x§ on tokens",
                "Limit for projects/§my-tenant-17§/locations/us on tokens",
                "Limit for §e8440b11-29fb-4887-a222-eff9ba33dfbf§ on tokens",
                "Cannot reach §https://llm.corp.example:8443/v1/chat?x=1§ now",
                "Cannot reach §llm.corp.example§ now",
                "Cannot reach §eu.llm.corp.example§ now",
                "Cannot reach §10.1.2.3:8080§ now",
                "Cannot reach §http://192.168.0.7/v1§ now",
                "Cannot reach §[2001:db8::17]:443§ now",
                "Cannot reach §fe80::1ff:fe23:4567:890a§ now",
                "Cannot reach §http://router.prod.svc.cluster.local:9000/x§ now",
                "Cannot reach §localhost:11434§ now",
                "Write to §billing.admin@corp.example§ now",
            })
    void takesOutWhatMustNotBeShown(String marked) {
        String[] parts = marked.split("§", -1);
        String cleaned = text.clean(String.join("", parts));

        assertThat(cleaned).startsWith(parts[0].strip()).endsWith(parts[2].strip());
        assertThat(cleaned).doesNotContain(parts[1]).contains("[");
        for (int i = 0; i + 6 <= parts[1].length(); i++) {
            assertThat(cleaned).as("a piece of it").doesNotContain(parts[1].substring(i, i + 6));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The model `meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8` does not exist or you do not have access to it.",
                "accounts/fireworks/models/llama-v3p1-405b-instruct is not deployed",
                "This model's maximum context length is 1048565 tokens. However, you requested 1250025 tokens.",
                "Invalid 'messages[3].content[0].image_url.url': expected a URL",
                "Tool get_weather_forecast_for_city_by_name failed: missing properties: 'name'",
                "Bearer authentication required",
                "Error while downloading https://example.com/test-image.jpg.",
                "You can find your key at https://platform.openai.com/account/api-keys.",
                "Expected a value <= 2, but got 99.0 instead at 10:15:30",
                "password: required, user-defined functions are over-long, or-else",
                "json.exception.type_error.302: type must be number; std::vector",
                "Rate limit reached for gpt-4o-mini on tokens per min (TPM): Limit 200000, Used 199000. Try again in 1.2s",
                "Fehler: größer als 5 €, 日本語 und 😀 bleiben",
                "req_011CZabcdEFGH is the request",
                "use **bold** and user_message or org_name",
            })
    void keepsUsefulWords(String message) {
        assertThat(text.clean(message)).isEqualTo(message);
    }

    @Test
    void isOneLineWithoutControlCharacters() {
        assertThat(text.clean("\n a\r\nb\u0000\u001b[31mc\u2028d\u200be\t ")).isEqualTo("a b [31mc d e");
        assertThat(text.clean(null)).isEmpty();
    }

    @Test
    void isCutWithoutBreakingACharacter() {
        String cleaned = text.clean("😀 ".repeat(5_000));

        assertThat(cleaned).hasSizeLessThanOrEqualTo(PublicText.MAX_OUTPUT).endsWith("…");
        assertThat(cleaned.codePoints()).noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
    }

    @Test
    void aSecretAcrossTheCutIsNotHalfShown() {
        assertThat(text.clean("é ".repeat(490) + CREDENTIAL + " more")).doesNotContain("Zq7-corp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a-",
                "a.",
                "a@",
                ":",
                "*",
                "a:",
                "1.",
                "sk-",
                "eyJ.",
                "-----BEGIN A-----",
                "org-",
                "Zq",
                "Zq7-",
                "x",
                "1:",
                "llm.",
                "api_key=",
                "eyJaaaaa.",
                "a/",
                "retry "
            })
    @Timeout(5)
    void noTextTakesLong(String piece) {
        assertThat(text.clean(piece.repeat(100_000))).hasSizeLessThanOrEqualTo(PublicText.MAX_OUTPUT);
    }

    @Test
    void shortConfiguredValuesAreNotSearched() {
        PublicText cleaner = new PublicText(provider("https://h.example/v1", "test"));

        assertThat(cleaner.clean("this is a test")).isEqualTo("this is a test");
    }

    static Provider provider(String baseUrl, String key) {
        Config.Timeouts timeouts = new Config.Timeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(120), Duration.ofSeconds(120), Duration.ofMinutes(15));
        ProviderEntry entry = new ProviderEntry(
                "corp",
                "openai_chat",
                URI.create(baseUrl),
                new Secret(key),
                null,
                Map.of(),
                timeouts,
                null,
                null,
                "test:1:1");
        return List.copyOf(Providers.build(Map.of("corp", entry)).values()).getFirst();
    }
}
