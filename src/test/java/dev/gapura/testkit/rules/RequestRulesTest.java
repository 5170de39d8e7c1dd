package dev.gapura.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That the rules of providers can be broken: a request of theirs is good, and each change to it is told.
class RequestRulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Rules, path, model and a good request of each language.
    private record Good(RequestRules rules, String path, String model, String body) {}

    private static final Map<String, Good> GOOD = Map.of(
            "anthropic",
            new Good(
                    new AnthropicRequestRules(),
                    "/v1/messages",
                    "claude-sonnet-4-5",
                    "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user','content':'q'},{'role':"
                            + "'assistant','content':[{'type':'tool_use','id':'a','name':'f','input':{}}]},{'role':'user',"
                            + "'content':[{'type':'tool_result','tool_use_id':'a','content':'1'}]}],'tools':[{'name':'f',"
                            + "'input_schema':{'type':'object'}}],'tool_choice':{'type':'auto'}}"),
            "bedrock",
            new Good(
                    new BedrockRequestRules(),
                    "/model/amazon.nova-pro-v1%3A0/converse",
                    "amazon.nova-pro-v1:0",
                    "{'messages':[{'role':'user','content':[{'text':'q'}]},{'role':'assistant','content':[{'toolUse':"
                            + "{'toolUseId':'a','name':'f','input':{}}}]},{'role':'user','content':[{'toolResult':"
                            + "{'toolUseId':'a','content':[{'text':'1'}]}}]}],'toolConfig':{'tools':[{'toolSpec':{'name':"
                            + "'f','inputSchema':{'json':{'type':'object'}}}}]},'inferenceConfig':{'temperature':1}}"),
            "gemini",
            new Good(
                    new GeminiRequestRules(),
                    "/v1beta/models/gemini-3.5-flash:generateContent",
                    "gemini-3.5-flash",
                    "{'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':[{'functionCall':{'name':"
                            + "'f','args':{}},'thoughtSignature':'s'}]},{'role':'user','parts':[{'functionResponse':{'name':"
                            + "'f','response':{'output':1}}}]}],'generationConfig':{'topK':4,'thinkingConfig':"
                            + "{'thinkingLevel':'low'}},'tools':[{'functionDeclarations':[{'name':'f'}]}]}"),
            "mistral",
            new Good(
                    new MistralRequestRules(),
                    "/chat/completions",
                    "mistral-large-latest",
                    "{'model':'mistral-large-latest','messages':[{'role':'user','content':'q'},{'role':'assistant',"
                            + "'content':'','tool_calls':[{'id':'AbC123xyZ','type':'function','function':{'name':'f',"
                            + "'arguments':'{}'}}]},{'role':'tool','content':'1','tool_call_id':'AbC123xyZ'}],'stop':['a'],"
                            + "'temperature':1.5}"),
            "cohere",
            new Good(
                    new CohereRequestRules(),
                    "/v2/chat",
                    "command-a-03-2025",
                    "{'model':'command-a-03-2025','messages':[{'role':'user','content':'q'}],'p':0.5,'tools':[{'type':"
                            + "'function','function':{'name':'f','parameters':{'type':'object'}}}],'tool_choice':'NONE'}"),
            "responses",
            new Good(
                    new ResponsesRequestRules(),
                    "/responses",
                    "gpt-5",
                    "{'model':'gpt-5','store':false,'input':[{'role':'user','content':'q'},{'type':'function_call',"
                            + "'call_id':'a','name':'f','arguments':'{}'},{'type':'function_call_output','call_id':'a',"
                            + "'output':'1'}],'tools':[{'type':'function','name':'f','parameters':{},'strict':false}],"
                            + "'reasoning':{'effort':'low'}}"),
            "ollama",
            new Good(
                    new OllamaRequestRules(),
                    "/api/chat",
                    "qwen3:4b",
                    "{'model':'qwen3:4b','stream':false,'messages':[{'role':'user','content':'q'},{'role':'assistant',"
                            + "'content':'','tool_calls':[{'id':'a','function':{'name':'f','arguments':{}}}]},{'role':"
                            + "'tool','content':'1','tool_name':'f','tool_call_id':'a'}],'think':true,'options':"
                            + "{'seed':1}}"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "anthropic | 'max_tokens':9, | | lacks max_tokens",
                "anthropic | 'content':'q' | 'content':' ' | must be a text",
                "anthropic | 'tool_use_id':'a' | 'tool_use_id':'b' | called were [a]",
                "anthropic | 'type':'auto' | 'type':'tool','name':'g' | is no tool",
                "anthropic | 'max_tokens':9 | 'max_tokens':9,'seed':1 | unknown member seed",
                "anthropic | 'max_tokens':9 | 'max_tokens':9,'temperature':1.1 | from 0 to 1",
                "anthropic | 'max_tokens':9 | 'max_tokens':9,'thinking':{'type':'enabled','budget_tokens':1024} | budget_tokens",
                "bedrock | 'temperature':1 | 'temperature':1.1 | from 0 to 1",
                "bedrock | 'toolUseId':'a','content' | 'toolUseId':'b','content' | called were [a]",
                "bedrock | 'toolConfig':{ | 'system':[], 'toolConfig':{ | system is empty",
                "bedrock | {'text':'q'} | {'text':''} | must be a text",
                "gemini | ,'thoughtSignature':'s' | | without its signature",
                "gemini | {'output':1} | {'answer':1} | has no output",
                "gemini | 'thinkingLevel':'low' | 'thinkingBudget':4 | has a budget",
                "gemini | [{'name':'f'}] | [{'name':'1f'}] | must look like",
                "gemini | 'topK':4 | 'seed':3000000000 | whole number",
                "mistral | AbC123xyZ | call_1 | must look like",
                "mistral | 'temperature':1.5 | 'temperature':1.6 | from 0 to 1.5",
                "mistral | 'stop':['a'] | 'stop':[] | must be a list",
                "mistral | 'stop':['a'] | 'user':'u' | unknown member user",
                "cohere | 'p':0.5 | 'p':1 | from 0.01 to 0.99",
                "cohere | 'NONE' | 'none' | must be one of",
                "cohere | 'role':'user' | 'role':'assistant' | ends with the assistant",
                "cohere | 'p':0.5 | 'response_format':{'type':'json_object'} | beside tools",
                "responses | 'output':'1' | 'output':'1','call_id':'z' | nobody called",
                "responses | ,'strict':false | | lacks strict",
                "responses | 'store':false | 'store':true | is not false",
                "responses | 'store':false | 'store':false,'temperature':0 | reasoning model",
                "ollama | 'arguments':{} | 'arguments':'{}' | no object of arguments",
                "ollama | 'think':true | 'think':'low' | is a level",
                "ollama | 'tool_name':'f' | 'tool_name':'g' | not that of the call",
                "ollama | 'stream':false, | | lacks stream",
            })
    void everyChangeIsTold(String language, String there, String instead, String fault) throws Exception {
        Good good = GOOD.get(language);
        String body = good.body().replace('\'', '"');
        String from = there.replace('\'', '"');

        assertThat(faults(good, body)).isEmpty();
        if (fault != null) {
            assertThat(body).contains(from);
            String changed = body.replace(from, instead == null ? "" : instead.replace('\'', '"'));
            assertThat(faults(good, changed)).contains(fault);
        }
    }

    private static String faults(Good good, String body) throws Exception {
        JsonNode request = JSON.readTree(body);
        return String.join("; ", good.rules().faults(good.path(), request, good.model()));
    }
}
