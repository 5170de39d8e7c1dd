package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.failure.GatewayException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What OpenAI's models take, model family by model family; single quotes stand for double ones. What is written from
/// documentation and was never recorded: search and audio models, gpt-6, the efforts of single generations.
class OpenAiRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // efforts, by generation
                "o3 | 'reasoning_effort':'none' | 'reasoning_effort':'low' | reasoning_effort=converted(none→low)",
                "o4-mini | 'reasoning_effort':'max' | 'reasoning_effort':'high' | reasoning_effort=converted(max→high)",
                "gpt-5 | 'reasoning_effort':'none' | 'reasoning_effort':'minimal' | reasoning_effort=converted(none→minimal)",
                "gpt-5-mini | 'reasoning_effort':'xhigh' | 'reasoning_effort':'high' | reasoning_effort=converted(xhigh→high)",
                "gpt-5.1 | 'reasoning_effort':'minimal' | 'reasoning_effort':'low' | reasoning_effort=converted(minimal→low)",
                "gpt-5.1 | 'reasoning_effort':'xhigh' | 'reasoning_effort':'high' | reasoning_effort=converted(xhigh→high)",
                "gpt-5.1-chat-latest | 'reasoning_effort':'high' | 'reasoning_effort':'medium' | reasoning_effort=converted(high→medium)",
                "gpt-5.2 | 'reasoning_effort':'xhigh' | 'reasoning_effort':'xhigh' |",
                "gpt-5.4 | 'reasoning_effort':'max' | 'reasoning_effort':'xhigh' | reasoning_effort=converted(max→xhigh)",
                "gpt-5.6-terra | 'reasoning_effort':'max' | 'reasoning_effort':'max' |",
                "gpt-5.12 | 'reasoning_effort':'max' | 'reasoning_effort':'max' |",
                "gpt-6 | 'reasoning_effort':'none' | 'reasoning_effort':'low' | reasoning_effort=converted(none→low)",
                "gpt-6-luna | 'reasoning_effort':'none' | 'reasoning_effort':'none' |",
                "gpt-5 | 'reasoning_effort':'ultra' | 'reasoning_effort':'ultra' |",
                // older ones do not reason
                "gpt-4o | 'reasoning_effort':'low','verbosity':'low' | | reasoning_effort=stripped, verbosity=stripped",
                "ft:gpt-4.1-mini:acme::x | 'reasoning_effort':'low' | | reasoning_effort=stripped",
                "gpt-5-chat-latest | 'reasoning_effort':'low','verbosity':'medium' | 'verbosity':'medium' | reasoning_effort=stripped",
                "o1-preview | 'reasoning_effort':'low' | | reasoning_effort=stripped",
                "gpt-4o | 'max_completion_tokens':9 | 'max_completion_tokens':9 |",
                // the same wish in other providers' words
                "gpt-5 | 'reasoning':{'effort':'xhigh'} | 'reasoning_effort':'high' | reasoning=converted(reasoning_effort high)",
                "gpt-5.1 | 'thinking':{'type':'disabled'} | 'reasoning_effort':'none' | thinking=converted(reasoning_effort none)",
                "o3 | 'enable_thinking':true | 'reasoning_effort':'medium' | enable_thinking=converted(reasoning_effort medium)",
                "o3 | 'thinking':{'type':'enabled','budget_tokens':20000} | 'reasoning_effort':'high' | thinking=converted(reasoning_effort high)",
                "o3 | 'reasoning_effort':'low','reasoning':{'effort':'high'} | 'reasoning_effort':'low' | reasoning=stripped",
                "o3 | 'reasoning':{'exclude':true} | | reasoning=stripped",
                "gpt-4o | 'thinking':{'type':'enabled'} | | thinking=stripped",
                // not beside reasoning
                "gpt-6 | 'temperature':0.5,'reasoning_effort':'none' | 'reasoning_effort':'low' | temperature=stripped, reasoning_effort=converted(none→low)",
                "ft:o4-mini:acme::x | 'max_tokens':5,'top_p':0.5 | 'max_completion_tokens':5 | max_tokens=renamed(max_completion_tokens), top_p=stripped",
                "o3 | 'temperature':1.0,'top_p':1e0,'frequency_penalty':0.0 | 'temperature':1.0,'top_p':1e0,'frequency_penalty':0.0 |",
                "o3-mini | 'stop':['x'] | 'stop':['x'] |",
                "o3 | 'stop':['x'],'logit_bias':{'1':1} | | stop=stripped, logit_bias=stripped",
                "gpt-6 | 'prompt_cache_retention':'24h' | | prompt_cache_retention=stripped",
                // search and sound
                "gpt-4o-search-preview | 'temperature':0.5,'web_search_options':{} | 'web_search_options':{} | temperature=stripped",
                "gpt-4o-mini-search-preview | 'seed':1,'presence_penalty':1,'top_p':0.5 | | seed=stripped, presence_penalty=stripped, top_p=stripped",
                "gpt-4o | 'web_search_options':{'search_context_size':'low'} | | web_search_options=stripped",
                "gpt-4o-audio-preview | 'modalities':['text','audio'],'audio':{'voice':'a','format':'wav'} | 'modalities':['text','audio'],'audio':{'voice':'a','format':'wav'} |",
                "gpt-4o | 'modalities':[ 'text' ] | 'modalities':[ 'text' ] |",
                // tiers
                "gpt-4.1 | 'service_tier':'flex' | 'service_tier':'auto' | service_tier=converted(flex→auto)",
                "o3 | 'service_tier':'flex' | 'service_tier':'flex' |",
                // fields of others
                "gpt-5 | 'top_k':4,'cache_control':{'type':'ephemeral'},'provider':{'order':[1]} | | top_k=stripped, cache_control=stripped, provider=stripped",
                "gpt-4o | 'tools':[1],'tool_choice':'any' | 'tools':[1],'tool_choice':'required' | tool_choice=converted(any→required)",
            })
    void familiesDecide(String model, String in, @Nullable String out, @Nullable String verdicts) {
        Rewritten written = Rewritten.fields("openai", model, quoted(in), null);

        assertThat(written.fields()).isEqualTo(out == null ? "" : quoted(out));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "gpt-5 | 'logprobs':true | logprobs",
                "gpt-6 | 'logprobs':true,'reasoning_effort':'none' | logprobs",
                "gpt-4o-search-preview | 'logprobs':true | logprobs",
                "gpt-4o | 'modalities':['text','audio'] | modalities",
                "gpt-4o | 'audio':{'voice':'a','format':'wav'} | audio",
                "gpt-4o-audio-preview | 'response_format':{'type':'json_object'} | response_format",
            })
    void whatChangesTheAnswerIsRefused(String model, String fields, String param) {
        assertThatThrownBy(() -> Rewritten.fields("openai", model, quoted(fields), null))
                .isInstanceOfSatisfying(GatewayException.class, refusal -> {
                    assertThat(refusal.failure().param()).isEqualTo(param);
                    assertThat(refusal.failure().code()).isEqualTo("unsupported_parameter");
                });
        assertThat(Rewritten.fields("openai", model, quoted(fields), "ignore").fields())
                .contains(quoted(fields).split(",'reasoning")[0].split(",\"reasoning")[0]);
    }

    /// A deployment's name says nothing of its model: what is true of all models but a few cannot be held
    /// against it.
    @Test
    void deploymentsWithNamesOfTheirOwnAreNotJudged() {
        String fields =
                quoted("'modalities':['audio'],'audio':{'voice':'a','format':'wav'},'web_search_options':{'a':1},"
                        + "'reasoning_effort':'none','stop':['x'],'temperature':0.4,'verbosity':'low'");

        Rewritten written = Rewritten.fields("azure", "voices-of-solo", fields, null);

        assertThat(written.fields()).isEqualTo(fields);
        assertThat(written.verdicts()).isEmpty();
        assertThat(Rewritten.fields("azure", "o4-mini", quoted("'temperature':0.4"), null)
                        .verdicts())
                .isEqualTo("temperature=stripped");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'tools':[],'tool_choice':'auto','parallel_tool_calls':true | | tool_choice=stripped, parallel_tool_calls=stripped",
                "'tools':[ ],'tool_choice':'none','seed':1 | 'seed':1 | tool_choice=stripped",
                "'functions':[],'seed':1 | 'seed':1 |",
                "'tool_choice':'required' | 'tool_choice':'required' |",
                "'tools':[1],'tool_choice':'none' | 'tools':[1],'tool_choice':'none' |",
                "'functions':[1],'parallel_tool_calls':true | 'functions':[1],'parallel_tool_calls':true |",
            })
    void noToolsAreNoneHoweverTheyAreWritten(String in, @Nullable String out, @Nullable String verdicts) {
        for (String provider : new String[] {"openai", "corp"}) {
            Rewritten written = Rewritten.fields(provider, "gpt-4o", quoted(in), null);

            assertThat(written.fields()).isEqualTo(out == null ? "" : quoted(out));
            assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
        }
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
