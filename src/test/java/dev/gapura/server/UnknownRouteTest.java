package dev.gapura.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.Failure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownRouteTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/responses",
                "/v1/responses/resp_1/cancel",
                "/v1/messages",
                "/v1/messages/count_tokens",
                "/v1/embeddings",
                "/v1/images/generations",
                "/v1/audio/transcriptions"
            })
    void routesOfLaterVersions(String path) {
        Failure failure = UnknownRoute.of(path);

        assertThat(failure.status()).isEqualTo(404);
        assertThat(failure.code()).isEqualTo("unknown_route");
        assertThat(failure.message()).startsWith("This version does not serve ").contains(" yet. ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/v1/chat/completions | The base URL ends in /v1 already.",
                "//v1/chat/completions | The base URL should end without one.",
                "/chat/completions | The base URL should end in /v1.",
                "/models/sim/echo | The base URL should end in /v1.",
                "/v1/completions | POST /v1/chat/completions",
                "/v1/responsesx | There is nothing at this path.",
                "/v1/nothing | There is nothing at this path.",
            })
    void pathsThatAreProbablyAMistake(String path, String hint) {
        assertThat(UnknownRoute.of(path).message()).contains(hint).doesNotContain(" yet.");
    }
}
