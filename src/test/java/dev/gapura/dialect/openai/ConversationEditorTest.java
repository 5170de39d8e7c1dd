package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.failure.GatewayException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of messages and tools at providers that want them otherwise; single quotes stand for double ones.
/// Written from documentation; that recorded requests keep theirs is tested with the recordings.
class ConversationEditorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // names
                "groq | m | {'role':'user','name':'Bima','content':'Hi'},{'role' : 'user', 'content':'é'} | {'role':'user','content':'Hi'},{'role' : 'user', 'content':'é'} | messages=stripped(name)",
                "groq | m | {'role':'function','name':'gong','content':'8'} | {'role':'function','name':'gong','content':'8'} |",
                "xai | m | {'role':'user','name':'Bima','content':'Hi'},{'role':'assistant','name':'Agung','content':'Hi'} | {'role':'user','name':'Bima','content':'Hi'},{'role':'assistant','content':'Hi'} | messages=stripped(name)",
                "openai | gpt-4o | {'role':'user','name':'Bima','content':'Hi'} | {'role':'user','name':'Bima','content':'Hi'} |",
                // roles
                "deepseek | m | {'role':'developer','content':'Be brief'} | {'role':'system','content':'Be brief'} | messages=converted(developer→system)",
                "openai | o1-mini | {'role':'developer','content':'Be brief'},{'role':'user','content':'Hi'} | {'role':'user','content':'Be brief'},{'role':'user','content':'Hi'} | messages=converted(developer→user)",
                "openai | o3 | {'role':'system','content':'Be brief'} | {'role':'system','content':'Be brief'} |",
                // text in one piece
                "deepseek | m | {'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]} | {'role':'user','content':'a\\nb'} | messages=converted(text as a string)",
                "deepseek | deepseek-vl3 | {'role':'user','content':[{'type':'text','text':'a'}]} | {'role':'user','content':[{'type':'text','text':'a'}]} |",
                // reasoning of earlier turns
                "groq | m | {'role':'assistant','content':'a','reasoning_content':'b','reasoning_details':[1]} | {'role':'assistant','content':'a','reasoning':'b'} | messages=renamed(reasoning), messages=stripped(reasoning_details)",
                "groq | m | {'role':'assistant','content':'a','reasoning':'b'} | {'role':'assistant','content':'a','reasoning':'b'} |",
                "cerebras | m | {'role':'assistant','content':'a','thinking_blocks':[1]} | {'role':'assistant','content':'a'} | messages=stripped(thinking_blocks)",
                "deepseek | deepseek-v4-pro | {'role':'assistant','content':'a','reasoning':'b'} | {'role':'assistant','content':'a','reasoning_content':'b'} | messages=renamed(reasoning_content)",
                "deepseek | deepseek-v4-pro | {'role':'assistant','content':'a'},{'role':'assistant','content':null,'tool_calls':[{'id':'1'}]} | {'role':'assistant','content':'a','reasoning_content':''},{'role':'assistant','content':null,'tool_calls':[{'id':'1'}],'reasoning_content':''} | messages=converted(empty reasoning_content)",
                "deepseek | deepseek-v4-pro | {'role':'assistant','content':'a'} | {'role':'assistant','content':'a'} |",
                "deepseek | deepseek-reasoner | {'role':'assistant','content':'a','reasoning_content':'old'},{'role':'user','content':'u'},{'role':'assistant','content':'','reasoning_content':'new','tool_calls':[{'id':'1'}]} | {'role':'assistant','content':'a'},{'role':'user','content':'u'},{'role':'assistant','content':'','reasoning_content':'new','tool_calls':[{'id':'1'}]} | messages=stripped(reasoning_content)",
                "openrouter | m | {'role':'assistant','content':'a','reasoning_details':[{'type':'reasoning.encrypted','data':'x'}]} | {'role':'assistant','content':'a','reasoning_details':[{'type':'reasoning.encrypted','data':'x'}]} |",
                // marks of caching
                "openai | gpt-5.6 | {'role':'user','content':'a','cache_control':{'type':'ephemeral'}} | {'role':'user','content':[{'type':'text','text':'a','prompt_cache_breakpoint':{'mode':'explicit'}}]} | cache_control=converted(prompt_cache_breakpoint)",
                "openai | gpt-6 | {'role':'user','content':[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}]} | {'role':'user','content':[{'type':'text','text':'a','prompt_cache_breakpoint':{'mode':'explicit'}}]} | cache_control=converted(prompt_cache_breakpoint)",
                "openai | gpt-5.4 | {'role':'user','content':[{'type':'text','text':'a','prompt_cache_breakpoint':{'mode':'explicit'}}]} | {'role':'user','content':[{'type':'text','text':'a'}]} | cache_control=stripped(messages)",
                "groq | m | {'role':'assistant','tool_calls':[{'id':'1','cache_control':{'type':'ephemeral'}}]} | {'role':'assistant','tool_calls':[{'id':'1'}]} | cache_control=stripped(messages)",
                "openrouter | m | {'role':'user','content':'a','cache_control':{'type':'ephemeral'}} | {'role':'user','content':'a','cache_control':{'type':'ephemeral'}} |",
                // turns
                "perplexity | m | {'role':'system','content':'s'},{'role':'user','content':'a'},{'role':'user','content':[{'type':'text','text':'b'}]} | {'role':'system','content':'s'},{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]} | messages=converted(turns merged)",
                "perplexity | m | {'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'assistant','content':'c'} | {'role':'user','content':'a'},{'role':'assistant','content':'b\\n\\nc'} | messages=converted(turns merged)",
                // tools that the model does not know
                "perplexity | sonar | {'role':'user','content':'a'},{'role':'assistant','content':'Well','tool_calls':[{'id':'1','type':'function','function':{'name':'gong','arguments':'{}'}}]},{'role':'tool','tool_call_id':'1','content':'8'} | {'role':'user','content':'a'},{'role':'assistant','content':'Well\\n[called gong with {}]'},{'role':'user','content':'[a tool answered]\\n8'} | messages=emulated(tool turns as text)",
                // whatever else speaks the dialect gets them as they are
                "corp | m | {'role':'developer','name':'x','content':'s','cache_control':{}},{'role':'assistant','reasoning':'r','content':'a'} | {'role':'developer','name':'x','content':'s','cache_control':{}},{'role':'assistant','reasoning':'r','content':'a'} |",
            })
    void habitsDecide(String provider, String model, String in, String out, @Nullable String verdicts) {
        Rewritten written = Rewritten.messages(provider, model, quoted(in), "", null);

        assertThat(written.messages()).isEqualTo(quoted(out));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @Test
    void nothingIsAddedWhileThinkingIsOff() {
        String calls = quoted("{'role':'assistant','content':'','tool_calls':[{'id':'1'}]}");

        assertThat(Rewritten.messages(
                                "deepseek", "deepseek-v4-pro", calls, quoted("'thinking':{'type':'disabled'}"), null)
                        .messages())
                .isEqualTo(calls);
    }

    @Test
    void aPartThatAModelCannotSeeIsTheCallersToDecide() {
        String parts =
                quoted("{'role':'user','content':[{'type':'text','text':'a'},{'type':'image_url','image_url':{'url':"
                        + "'data:image/png;base64,AAAA'}}]}");

        assertThatThrownBy(() -> Rewritten.messages("deepseek", "deepseek-chat", parts, "", null))
                .isInstanceOfSatisfying(GatewayException.class, refusal -> {
                    assertThat(refusal.failure().param()).isEqualTo("messages[0].content[1]");
                    assertThat(refusal.failure().message()).contains("messages=strip");
                });
        assertThat(Rewritten.messages("deepseek", "deepseek-chat", parts, "", "messages=strip"))
                .satisfies(written -> {
                    assertThat(written.messages()).isEqualTo(quoted("{'role':'user','content':'a'}"));
                    assertThat(written.verdicts()).startsWith("messages=stripped(messages[0].content[1])");
                });
        assertThat(Rewritten.messages("deepseek", "deepseek-chat", parts, "", "ignore")
                        .messages())
                .isEqualTo(parts);
        assertThat(Rewritten.messages("openai", "gpt-4o", parts, "", null).messages())
                .isEqualTo(parts);
        assertThatThrownBy(() -> Rewritten.messages("openai", "o3-mini", parts, "", null))
                .isInstanceOf(GatewayException.class);
    }

    @Test
    void aSchemaIsAskedForInWordsWhereTheProviderHasNone() {
        String format = quoted(
                "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object'}}}");

        Rewritten written =
                Rewritten.messages("deepseek", "deepseek-chat", quoted("{'role':'user','content':'Hi'}"), format, null);

        assertThat(written.messages())
                .startsWith(
                        quoted("{'role':'system','content':'Answer with one JSON value that follows this JSON Schema"))
                .contains("{\\\"type\\\":\\\"object\\\"}")
                .endsWith(quoted(",{'role':'user','content':'Hi'}"));
        assertThat(written.body()).contains(quoted("'response_format':{'type':'json_object'}"));
        assertThat(written.verdicts()).isEqualTo("response_format=emulated(an instruction)");
    }

    @Test
    void schemasOfToolsAreOpenedWhereClosedOnesAreRefused() {
        String tool =
                "{'type':'function','function':{'name':'gong','parameters':{'type':'object','additionalProperties':false,"
                        + "'properties':{'additionalProperties':{'type':'object','additionalProperties':false},'beats':{'type':"
                        + "'array','items':{'additionalProperties':false}}}}},'cache_control':{'type':'ephemeral'}}";
        String open = "{'type':'function','function':{'name':'gong','parameters':{'type':'object','properties':"
                + "{'additionalProperties':{'type':'object'},'beats':{'type':'array','items':{}}}}}}";

        assertThat(Rewritten.messages("xai", "grok-4", "", quoted("'tools':[" + tool + "]"), null))
                .satisfies(with -> {
                    assertThat(with.body()).contains(quoted("'tools':[" + open + "]"));
                    assertThat(with.verdicts())
                            .contains("cache_control=stripped(tools)", "tools=converted(additionalProperties)");
                });
        assertThat(Rewritten.messages("corp", "m", "", quoted("'tools':[" + tool + "]"), null)
                        .body())
                .contains(quoted(tool));
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
