package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.failure.GatewayException;
import dev.gapura.wire.JsonTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {
    private static Policy read(String json) {
        return PolicyReader.read(JsonTree.readOrNull(json), "policy");
    }

    @Test
    void whatIsReadComesBackFromTheDatabase() {
        String json =
                "{\"models\":[\"openai/*\"],\"tools\":[\"docs.*\"],\"offer\":[\"weather\"],\"routes\":[\"/v1/*\"],"
                        + "\"addresses\":[\"10.0.0.0/8\"],\"defaults\":{\"temperature\":0.20,\"stop\":[\"a\"]},"
                        + "\"tags\":{\"team\":\"blue\"},\"bodies\":\"errors\"}";
        Policy policy = read(json);
        assertThat(policy.text()).isEqualTo(json);
        assertThat(Policy.stored(policy.text())).isEqualTo(policy);
        assertThat(policy.defaults()).containsEntry("temperature", "0.20");
        assertThat(read("{}")).isEqualTo(Policy.ANYTHING);
        assertThat(read("null")).isEqualTo(Policy.ANYTHING);
        assertThat(Policy.stored(Policy.ANYTHING.text())).isSameAs(Policy.ANYTHING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | policy | must be an object",
                "{\"model\":[]} | policy.model | is not a member of it; it takes addresses, bodies",
                "{\"models\":\"a\"} | policy.models | must be a list",
                "{\"models\":[]} | policy.models | is an empty list",
                "{\"models\":[1]} | policy.models | must hold texts",
                "{\"addresses\":[\"10.0.0.0/33\"]} | policy.addresses | has '10.0.0.0/33'",
                "{\"defaults\":{\"messages\":[]}} | policy.defaults | cannot hold messages",
                "{\"defaults\":[]} | policy.defaults | must be an object",
                "{\"tags\":{\"a\":1}} | policy.tags | must hold texts",
                "{\"bodies\":\"some\"} | policy.bodies | must be off, errors or all",
            })
    void mistakesNameTheMember(String json, String param, String told) {
        assertThatThrownBy(() -> read(json)).isInstanceOfSatisfying(GatewayException.class, refusal -> {
            assertThat(refusal.failure().param()).isEqualTo(param);
            assertThat(refusal.failure().message()).startsWith(param).contains(told);
        });
    }
}
