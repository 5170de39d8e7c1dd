package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.failure.GatewayException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the OpenAI-compatible providers take of fields beside the conversation, provider by provider; single quotes
/// stand for double ones. Written from documentation but for what the recordings are held against elsewhere.
class KnownRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // xAI
                "xai | grok-4.6 | 'reasoning_effort':'max' | 'reasoning_effort':'xhigh' | reasoning_effort=converted(max→xhigh)",
                "xai | grok-4.3 | 'reasoning_effort':'xhigh' | 'reasoning_effort':'high' | reasoning_effort=converted(xhigh→high)",
                "xai | grok-4.3 | 'reasoning_effort':'none' | 'reasoning_effort':'none' |",
                "xai | grok-3-mini | 'reasoning_effort':'medium' | 'reasoning_effort':'high' | reasoning_effort=converted(medium→high)",
                "xai | grok-4.20-reasoning | 'reasoning_effort':'high' | | reasoning_effort=stripped",
                "xai | grok-4-fast-non-reasoning | 'reasoning':{'effort':'low'} | | reasoning=stripped",
                "xai | grok-code-fast-1 | 'reasoning_effort':'low','stop':'x' | | reasoning_effort=stripped, stop=stripped",
                "xai | grok-2 | 'reasoning_effort':'low','stop':'x' | 'stop':'x' | reasoning_effort=stripped",
                "xai | grok-4.3 | 'thinking':{'type':'disabled'} | 'reasoning_effort':'none' | thinking=converted(reasoning_effort none)",
                "xai | grok-2 | 'logit_bias':{'1':1},'store':true,'metadata':{'a':'b'},'verbosity':'low','prediction':{'a':1} | | logit_bias=stripped, store=stripped, metadata=stripped, verbosity=stripped, prediction=stripped",
                "xai | grok-2 | 'service_tier':'flex' | | service_tier=stripped",
                "xai | grok-2 | 'service_tier':'priority','seed':1,'user':'u','n':2 | 'service_tier':'priority','seed':1,'user':'u','n':2 |",
                "xai | grok-2 | 'top_k':1,'deferred':false | | top_k=stripped, deferred=stripped",
                "xai | grok-2 | 'prompt_cache_options':{'mode':'explicit'},'prompt_cache_retention':'24h' | | prompt_cache_options=stripped, prompt_cache_retention=stripped",
                // Groq
                "groq | m | 'temperature':0.00,'service_tier':'default' | 'temperature':1e-8,'service_tier':'on_demand' | temperature=converted(0.00→1e-8), service_tier=converted(default→on_demand)",
                "groq | openai/gpt-oss-120b | 'reasoning_effort':'minimal' | 'reasoning_effort':'low' | reasoning_effort=converted(minimal→low)",
                "groq | openai/gpt-oss-120b | 'reasoning_effort':'xhigh' | 'reasoning_effort':'high' | reasoning_effort=converted(xhigh→high)",
                "groq | qwen/qwen3-32b | 'reasoning_effort':'low' | 'reasoning_format':'parsed','reasoning_effort':'default' | reasoning_effort=converted(low→default)",
                "groq | qwen/qwen3-32b | 'reasoning_effort':'none','reasoning_format':'hidden' | 'reasoning_effort':'none','reasoning_format':'hidden' |",
                "groq | qwen/qwen3-32b | 'reasoning_format':null | 'reasoning_format':'parsed' |",
                "groq | m | 'store':true,'metadata':{'a':'b'},'top_k':1,'seed':1 | 'seed':1 | store=stripped, metadata=stripped, top_k=stripped",
                // DeepSeek
                "deepseek | deepseek-v4-pro | 'reasoning_effort':'none' | 'thinking':{'type':'disabled'} | reasoning_effort=converted(thinking {_type_:_disabled_})",
                "deepseek | deepseek-v4-pro | 'reasoning_effort':'minimal' | 'reasoning_effort':'low' | reasoning_effort=converted(minimal→low)",
                "deepseek | deepseek-v4-pro | 'reasoning_effort':'xhigh' | 'reasoning_effort':'xhigh' |",
                "deepseek | deepseek-v4-pro | 'reasoning':{'effort':'none'} | 'thinking':{'type':'disabled'} | reasoning=converted(thinking {_type_:_disabled_})",
                "deepseek | deepseek-v4-pro | 'thinking':{'type':'enabled'},'reasoning_effort':'none' | 'thinking':{'type':'enabled'} | reasoning_effort=stripped",
                "deepseek | deepseek-reasoner | 'tools':[1],'tool_choice':'auto' | 'tools':[1],'tool_choice':'auto' |",
                "deepseek | m | 'response_format':{'type':'json_object'} | 'response_format':{'type':'json_object'} |",
                // Together
                "together | m | 'logprobs':true | 'logprobs':1 | logprobs=converted(true→1)",
                "together | m | 'logprobs':true,'top_logprobs':3 | 'logprobs':3 | logprobs=stripped, top_logprobs=renamed(logprobs)",
                "together | m | 'top_logprobs':3,'logprobs':true | 'logprobs':3 | logprobs=stripped, top_logprobs=renamed(logprobs)",
                "together | m | 'logprobs':true,'top_logprobs':0 | 'logprobs':1 | logprobs=converted(true→1), top_logprobs=stripped",
                "together | m | 'user':'u','service_tier':'flex','top_k':2,'min_p':0.1 | 'top_k':2,'min_p':0.1 | user=stripped, service_tier=stripped",
                "together | m | 'max_completion_tokens':4 | 'max_tokens':4 | max_completion_tokens=renamed(max_tokens)",
                // Fireworks
                "fireworks | m | 'top_logprobs':9,'logprobs':true | 'context_length_exceeded_behavior':'error','top_logprobs':5,'logprobs':true | top_logprobs=clamped(9→5)",
                "fireworks | m | 'context_length_exceeded_behavior':'truncate' | 'context_length_exceeded_behavior':'truncate' | context_length_exceeded_behavior=passed(unknown)",
                "fireworks | m | 'thinking':{'type':'enabled'},'reasoning_effort':'low' | 'context_length_exceeded_behavior':'error','reasoning_effort':'low' | thinking=stripped",
                "fireworks | m | 'reasoning_effort':'max' | 'context_length_exceeded_behavior':'error','reasoning_effort':'high' | reasoning_effort=converted(max→high)",
                // Cerebras
                "cerebras | m | 'max_tokens':4,'presence_penalty':1,'fancy':1 | 'max_completion_tokens':4 | max_tokens=renamed(max_completion_tokens), presence_penalty=stripped, fancy=stripped",
                "cerebras | gpt-oss-120b | 'reasoning_effort':'none' | 'reasoning_effort':'low' | reasoning_effort=converted(none→low)",
                "cerebras | zai-glm-4.7 | 'reasoning_effort':'none','clear_thinking':false | 'reasoning_effort':'none','clear_thinking':false |",
                // Perplexity
                "perplexity | sonar | 'seed':1,'logit_bias':{'1':1},'fancy':1,'top_k':2 | 'top_k':2 | seed=stripped, logit_bias=stripped, fancy=stripped",
                "perplexity | sonar | 'stream':true,'stream_mode':'concise' | 'stream':true,'stream_mode':'full' | stream_mode=converted(concise→full)",
                "perplexity | sonar | 'response_format':{'type' : 'json_object'} | 'response_format':{'type':'json_schema','json_schema':{'schema':{'type':'object'}}} | response_format=converted({_type_:_json_object_}→{_type_:_json_schema___json_schema_:{_sch…)",
                "perplexity | sonar | 'tools':[1],'tool_choice':'required','parallel_tool_calls':true | | tools=stripped, tool_choice=stripped, parallel_tool_calls=stripped",
                "perplexity | r1 | 'tools':[1],'tool_choice':'required' | 'tools':[1],'tool_choice':'required' |",
                "perplexity | sonar | 'search_domain_filter':['a'],'return_images':true | 'search_domain_filter':['a'],'return_images':true |",
                "perplexity | sonar-reasoning-pro | 'reasoning_effort':'none' | 'reasoning_effort':'minimal' | reasoning_effort=converted(none→minimal)",
                // Qwen: open models refuse to think where they do not stream
                "qwen | qwen3-32b | | 'enable_thinking':false |",
                "qwen | qwen3-235b-a22b | 'enable_thinking':true | 'enable_thinking':true |",
                "qwen | qwen3-32b | 'stream':true | 'stream_options':{'include_usage':true},'stream':true |",
                "qwen | qwen-plus | 'reasoning_effort':'none' | 'enable_thinking':false | reasoning_effort=converted(enable_thinking false)",
                // vLLM says nothing of what it ignores
                "vllm | m | 'user':'u','store':true,'top_k':2,'chat_template_kwargs':{'a':1} | 'top_k':2,'chat_template_kwargs':{'a':1} | user=stripped, store=stripped",
                // whatever else speaks the dialect gets everything
                "corp | m | 'top_k':2,'fancy':[1],'reasoning':{'effort':'low'},'tool_choice':'any','tools':[1] | 'top_k':2,'fancy':[1],'reasoning':{'effort':'low'},'tool_choice':'any','tools':[1] | fancy=passed(unknown)",
            })
    void profilesDecide(
            String provider, String model, @Nullable String in, @Nullable String out, @Nullable String verdicts) {
        Rewritten written = Rewritten.fields(provider, model, in == null ? null : quoted(in), null);

        assertThat(written.fields()).isEqualTo(out == null ? "" : quoted(out));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "xai | grok-4 | 'audio':{'voice':'a','format':'wav'} | audio",
                "xai | grok-4 | 'modalities':['audio'] | modalities",
                "xai | grok-4 | 'search_parameters':{'mode':'on'} | search_parameters",
                "xai | grok-4 | 'deferred':true | deferred",
                "groq | m | 'top_logprobs':2 | top_logprobs",
                "groq | m | 'moderation':{'model':'m'} | moderation",
                "deepseek | deepseek-reasoner | 'tools':[1],'tool_choice':'required' | tool_choice",
                "vllm | m | 'modalities':['audio'] | modalities",
            })
    void whatChangesTheAnswerIsRefused(String provider, String model, String fields, String param) {
        assertThatThrownBy(() -> Rewritten.fields(provider, model, quoted(fields), null))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.failure().param()).isEqualTo(param));
        assertThat(Rewritten.fields(provider, model, quoted(fields), "ignore").fields())
                .isEqualTo(quoted(fields));
        assertThat(Rewritten.fields(provider, model, quoted(fields), "strip").verdicts())
                .contains(param + "=stripped");
    }

    @Test
    void toolsThatAModelLacksAreRefusedWhereTheCallerWantsThat() {
        assertThatThrownBy(() -> Rewritten.fields("perplexity", "sonar", quoted("'tools':[1]"), "reject"))
                .isInstanceOf(GatewayException.class);
        assertThat(Rewritten.fields("perplexity", "sonar", quoted("'tools':[1]"), "ignore"))
                .isEqualTo(new Rewritten(quoted("{'model':'sonar','tools':[1]}"), "tools=ignored"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "| 'provider':{'require_parameters':true}",
                "'provider':null | 'provider':{'require_parameters':true}",
                "'provider':{} | 'provider':{'require_parameters':true}",
                "'provider':{'order':['a']} | 'provider':{'require_parameters':true,'order':['a']}",
                "'provider':{'require_parameters':false} | 'provider':{'require_parameters':false}",
            })
    void openRouterIsToldWhereNothingMayBeDropped(@Nullable String in, String out) {
        String fields = in == null ? null : quoted(in);

        assertThat(Rewritten.fields("openrouter", "m", fields, "reject").fields())
                .isEqualTo(quoted(out));
        assertThat(Rewritten.fields("openrouter", "m", fields, null).fields()).isEqualTo(fields == null ? "" : fields);
        assertThat(Rewritten.fields("openrouter", "m", fields, "strip, seed=reject")
                        .fields())
                .isEqualTo(fields == null ? "" : fields);
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
