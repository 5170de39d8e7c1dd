package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.TranslatedRequest;
import java.time.InstantSource;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Members inside messages, parts, calls and settings that no other language has a place for: told, or refused.
class UnreadMembersTest {
    private static TranslatedRequest sent(String provider, String model, String messages, @Nullable String policy) {
        Provider target =
                switch (provider) {
                    case "responses" -> Providers.inResponses("openai");
                    case "bedrock" -> Providers.speaking("aws", "bedrock", "https://bedrock-runtime.example");
                    default -> Providers.of(provider);
                };
        Dialect dialect =
                Objects.requireNonNull(new Dialects(new ErrorReader(InstantSource.system())).of(target.dialect()));
        return TranslatedRequest.of(
                dialect, target, model, "{'model':'m','messages':[" + messages + "]}", UnsupportedPolicy.parse(policy));
    }

    private static String verdicts(String messages) {
        return sent("anthropic", "claude-sonnet-4-5", messages, null).verdicts();
    }

    @ParameterizedTest
    @CsvSource({
        "gemini, gemini-3-pro",
        "mistral, mistral-large-latest",
        "cohere, command-a-03-2025",
        "ollama, qwen3",
        "bedrock, us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic, claude-sonnet-4-5",
        "responses, gpt-5"
    })
    void whatNobodyReadsIsToldInEveryLanguage(String provider, String model) {
        String messages = """
                {'role':'user','content':'Hi'},
                {'role':'assistant','content':null,'fresh':{'a':1},'tool_calls':[{'id':'c','type':'function','new_one':1,
                 'index':0,'function':{'name':'f','arguments':'{}','parsed_arguments':{'a':1}}}]},
                {'role':'tool','tool_call_id':'c','content':'1','is_error':true},
                {'role':'user','content':[{'type':'text','text':'And?','annotated':'x'}]}
                """;

        TranslatedRequest written = sent(provider, model, messages, null);
        assertThat(written.verdicts())
                .contains(
                        "messages=stripped(messages[1].fresh)",
                        "messages=stripped(messages[1].tool_calls[0].new_one)",
                        "messages=stripped(messages[1].tool_calls[0].function.parsed_arguments)",
                        "messages=stripped(messages[2].is_error)",
                        "messages=stripped(messages[3].content[0].annotated)");
        assertThat(written.body().toString())
                .doesNotContain("fresh", "new_one", "parsed_arguments", "is_error", "annotated");
        assertThatThrownBy(() -> sent(provider, model, messages, "messages=reject"))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.failure().param()).isEqualTo("messages[1].fresh"));
    }

    /// There is no place to send them to.
    @Test
    void nobodyCanHaveThemSent() {
        assertThat(sent("mistral", "mistral-large-latest", "{'role':'user','content':'Hi','fresh':1}", "ignore")
                        .verdicts())
                .contains("messages=stripped(messages[0].fresh)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'role':'user','content':[{'type':'text','text':'Hi','cache_control':{'type':'ephemeral','ttl':'1h'}}]}",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBORw0KGgo='"
                        + "}},{'type':'file','file':{'filename':'a.pdf','file_data':"
                        + "'data:application/pdf;base64,JVBERi0='}}]}",
                "{'role':'user','content':'Hi'},{'role':'assistant','content':'A','refusal':null,'annotations':[],"
                        + "'audio':null,'function_call':null,'note':'','reasoning_content':'t','reasoning_details':"
                        + "[{'type':'reasoning.text','text':'t','new':1}]},{'role':'user','content':'B'}",
            })
    void whatIsReadOrSaysNothingIsNotTold(String messages) {
        assertThat(verdicts(messages)).isEqualTo("max_tokens=converted(64000)");
    }

    @Test
    void eachKindOfPartIsLookedInto() {
        assertThat(verdicts("{'role':'user','content':[{'type':'image_url','image_url':{'url':"
                        + "'data:image/png;base64,iVBORw0KGgo=','format':'image/png'},'alt':'x'},{'type':'file','file':"
                        + "{'file_data':'data:application/pdf;base64,JVBERi0=','size':3}},{'type':'text','text':'t',"
                        + "'cache_control':{'type':'ephemeral','scope':'global'}}],'tool_calls':[{'id':'x'}]}"))
                .contains(
                        "(messages[0].content[0].image_url.format)",
                        "(messages[0].content[0].alt)",
                        "(messages[0].content[1].file.size)",
                        "(messages[0].content[2].cache_control.scope)",
                        "(messages[0].tool_calls)");
    }

    @Test
    void settingsAreLookedIntoToo() {
        Provider provider = Providers.of("gemini");
        Dialect dialect =
                Objects.requireNonNull(new Dialects(new ErrorReader(InstantSource.system())).of(provider.dialect()));
        String verdicts = TranslatedRequest.of(
                        dialect,
                        provider,
                        "gemini-3-pro",
                        "{'model':'m','messages':[{'role':'user','content':'Hi'}],'stream':true,'stream_options':"
                                + "{'include_usage':true,'chunk_size':4},'response_format':{'type':'json_schema',"
                                + "'json_schema':{'name':'n','schema':{'type':'object','odd':1},'examples':[1]}}}")
                .verdicts();
        assertThat(verdicts)
                .contains(
                        "stream_options=stripped(stream_options.chunk_size)",
                        "response_format=stripped(response_format.json_schema.examples)")
                .doesNotContain("odd");
    }

    /// A body may hold a million of them; the cost and the header stay small.
    @Test
    void eachNameIsToldOnce() {
        String many = IntStream.range(0, 20_000)
                .mapToObj(at -> "{'role':'user','content':'x','fresh':1,'m" + at + "':1}")
                .collect(Collectors.joining(","));
        assertThat(verdicts(many))
                .startsWith("messages=stripped(messages[0].fresh), "
                        + IntStream.range(0, 15)
                                .mapToObj(at -> "messages=stripped(messages[" + at + "].m" + at + ")")
                                .collect(Collectors.joining(", "))
                        + ", messages=stripped(19985 more members), max");
    }
}
