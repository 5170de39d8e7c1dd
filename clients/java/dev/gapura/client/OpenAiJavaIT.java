package dev.gapura.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// OpenAI's own Java client against the built gateway.
class OpenAiJavaIT {
    private static final String WORDS = "one two three four five six seven eight";

    @TempDir
    static Path folder;

    private static RunningGateway gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(folder);
        client = connect(RunningGateway.KEY);
    }

    @AfterAll
    static void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void plain() {
        ChatCompletion answer = client.chat().completions().create(ask("sim/echo").build());

        assertThat(answer.choices().getFirst().message().content()).contains(WORDS);
        assertThat(answer.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(8);
    }

    @Test
    void streamed() {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(ask("sim/echo").build())) {
            assertThat(stream.stream().collect(Collectors.toList()))
                    .hasSizeGreaterThan(2)
                    .extracting(chunk ->
                            chunk.choices().getFirst().delta().content().orElse(""))
                    .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(WORDS));
        }
    }

    @Test
    void toolsWithTheirResult() {
        ChatCompletionCreateParams.Builder request = ask("sim/tools")
                .addFunctionTool(FunctionDefinition.builder()
                        .name("weather")
                        .description("Current weather of a city")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build());
        ChatCompletion first = client.chat().completions().create(request.build());
        ChatCompletionMessageFunctionToolCall call = first.choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction();
        assertThat(call.function().name()).isEqualTo("weather");
        assertThat(call.function().arguments()).contains("\"city\"");

        ChatCompletion second = client.chat()
                .completions()
                .create(request.addMessage(first.choices().getFirst().message())
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("31 degrees")
                                .build())
                        .build());
        assertThat(second.choices().getFirst().message().content().orElseThrow())
                .isNotEmpty();
    }

    @Test
    void errorsAreOfTheirOwnKind() {
        OpenAIClient stranger = connect("not-a-key");
        assertThatThrownBy(
                        () -> stranger.chat().completions().create(ask("sim/echo").build()))
                .isInstanceOf(UnauthorizedException.class);
        stranger.close();
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(ask("sim/nothing-of-the-kind").build()))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(ask("sim/echo").temperature(3).build()))
                .isInstanceOfSatisfying(BadRequestException.class, failure -> assertThat(failure.param())
                        .contains("temperature"));
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(scripted("sim_status", "429").build()))
                .isInstanceOf(RateLimitException.class);
    }

    @Test
    void aFailureInsideAStreamIsThrown() {
        assertThatThrownBy(() -> {
                    try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                            .completions()
                            .createStreaming(scripted("sim_error_at", "3").build())) {
                        stream.stream().forEach(chunk -> assertThat(chunk.choices())
                                .allMatch(choice -> choice.finishReason().isEmpty()));
                    }
                })
                .isInstanceOf(OpenAIException.class);
    }

    @Test
    void modelsAreListed() {
        assertThat(client.models().list().data())
                .extracting(model -> model.id())
                .contains("sim/echo", "sim/tools");
        assertThat(client.models().retrieve("sim/echo").id()).isEqualTo("sim/echo");
    }

    private static OpenAIClient connect(String key) {
        return OpenAIOkHttpClient.builder()
                .apiKey(key)
                .baseUrl(gateway.baseUrl())
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder ask(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(WORDS);
    }

    private static ChatCompletionCreateParams.Builder scripted(String name, String value) {
        return ask("sim/echo")
                .metadata(ChatCompletionCreateParams.Metadata.builder()
                        .putAdditionalProperty(name, JsonValue.from(value))
                        .build());
    }
}
