package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What results of tools must not repeat, out of their addresses and bodies.
class AddressSecretsTest {
    private static List<String> of(String address, String... variables) {
        return AddressSecrets.of(address, List.of(variables)).stream()
                .map(Secret::reveal)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/w?appid=1234567&q={city}, 1234567",
        "https://a.example/w?x-api-key=1234567, 1234567",
        "https://a.example/w?apiKey=1234567#x, 1234567#x",
        "https://a.example?access_token=1234567, 1234567",
        "https://user:1234567@a.example/w?units=metric, 1234567",
        "https://a.example/w?keyword=weather&author=tolkien&token={token},",
        "https://a.example/w,"
    })
    void whatIsNamedAsOne(String address, String secret) {
        assertThat(of(address)).isEqualTo(secret == null ? List.of() : List.of(secret));
    }

    @Test
    void whatVariablesPutIn() {
        assertThat(of("https://in.example/bot1234567/send?n=a%2Bbcdef", "in.example", "1234567", "a%2Bbcdef"))
                .containsExactly("1234567", "a%2Bbcdef", "a+bcdef");
    }

    @Test
    void theFileTellsThem() {
        Loaded loaded = new ConfigLoader(
                        Map.of("KEY", "from-the-environment", "HOST", "a.example", "PIN", "in-the-body"), Set.of())
                .parse(
                        "tools:\n  it: { kind: http, description: d, method: POST, url: \"https://${HOST}/w?k=${KEY}\","
                                + " body: '{\"pin\":\"${PIN}\",\"other\":\"$${KEY}\"}' }\n",
                        "test.yaml",
                        Overrides.NONE);
        assertThat(loaded.config().tools().get("it").secrets())
                .containsExactly(new Secret("from-the-environment"), new Secret("in-the-body"));
    }
}
