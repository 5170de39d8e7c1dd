package dev.gapura.dialect.gemini;

import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.FLASH_2_5;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.FLASH_3;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.GEMMA;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.STUDIO;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.VERTEX;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.json;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.policy;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.refused;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.TranslatedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tools and their choice in Gemini's language.
class GeminiToolsWriterTest {
    private static final String WEATHER =
            "{'type':'function','function':{'name':'weather','description':'Tells the weather.','parameters':"
                    + "{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}}}";
    private static final String CLOCK = "{'type':'function','function':{'name':'clock'}}";
    private static final String TOOLS = "'tools':[" + WEATHER + "," + CLOCK + "]";

    private static JsonNode parameters(String schema) {
        return write(FLASH_3, "'tools':[{'type':'function','function':{'name':'f','parameters':" + schema + "}}]")
                .at("/tools/0/functionDeclarations/0/parametersJsonSchema");
    }

    @Test
    void allFunctionsStandInOneTool() {
        TranslatedRequest written = write(FLASH_3, TOOLS);
        assertThat(written.at("/tools"))
                .isEqualTo(json("[{'functionDeclarations':[{'name':'weather','description':'Tells the weather.',"
                        + "'parametersJsonSchema':{'type':'object','properties':{'city':{'type':'string'}},'required':"
                        + "['city']}},{'name':'clock'}]}]"));
        assertThat(written.body().has("toolConfig")).isFalse();
        assertThat(written.verdicts()).isEmpty();
    }

    @Test
    void functionsOfTheOlderForm() {
        TranslatedRequest written =
                write(FLASH_3, "'functions':[{'name':'clock','parameters':{}}],'function_call':{'name':'clock'}");
        assertThat(written.at("/tools")).isEqualTo(json("[{'functionDeclarations':[{'name':'clock'}]}]"));
        assertThat(written.at("/toolConfig/functionCallingConfig"))
                .isEqualTo(json("{'mode':'ANY','allowedFunctionNames':['clock']}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'type':'object'}",
                "{'type':'object','properties':{}}",
                "{'type':'object','properties':{},'required':[],'additionalProperties':false,'title':'T'}"
            })
    void noArgumentsAreNoSchema(String schema) {
        assertThat(parameters(schema).isMissingNode()).isTrue();
    }

    @Test
    void schemasOfAnyArgumentsStay() {
        assertThat(parameters("{'type':'object','additionalProperties':{'type':'string'}}"))
                .isEqualTo(json("{'type':'object','additionalProperties':{'type':'string'}}"));
        assertThat(parameters("{'$ref':'#/definitions/a','definitions':{'a':{'type':'object'}}}"))
                .isEqualTo(json("{'$ref':'#/$defs/a','$defs':{'a':{'type':'object'}}}"));
    }

    @Test
    void propertiesNamedLikeKeywordsStay() {
        assertThat(parameters("{'type':'object','properties':{'title':{'type':'string','title':'Title'},'default':"
                        + "{'type':'integer'},'pattern':{'type':'string','pattern':'a'},'not':{'type':'boolean'},"
                        + "'$schema':{'type':'string'},'properties':{'type':'object','properties':{'allOf':"
                        + "{'type':'null'}}}},'$schema':'x'}"))
                .isEqualTo(json("{'type':'object','properties':{'title':{'type':'string','title':'Title'},'default':"
                        + "{'type':'integer'},'pattern':{'type':'string','description':'(pattern: \\'a\\')'},'not':"
                        + "{'type':'boolean'},'$schema':{'type':'string'},'properties':{'type':'object','properties':"
                        + "{'allOf':{'type':'null'}}}}}"));
    }

    @Test
    void keywordsThatGeminiLacksAreDescribed() {
        assertThat(parameters("{'type':'object','properties':{'a':{'const':'x'},'b':{'allOf':[{'type':'string'},"
                                + "{'description':'B.'}]},'c':{'type':['string','null'],'enum':['y',null]},'d':{'type':'string',"
                                + "'minLength':2,'description':'D.'},'e':{'enum':[true]},'f':{'oneOf':[{'type':'string'},"
                                + "{'type':'array','items':{'type':'number','multipleOf':2}}]}}}")
                        .get("properties"))
                .isEqualTo(json("{'a':{'enum':['x']},'b':{'type':'string','description':'B.'},'c':{'type':['string',"
                        + "'null'],'enum':['y']},'d':{'type':'string','description':'D. (minLength: 2)'},'e':"
                        + "{'description':'(enum: [true])'},'f':{'oneOf':[{'type':'string'},{'type':'array','items':"
                        + "{'type':'number','description':'(multipleOf: 2)'}}]}}"));
    }

    @Test
    void nothingStandsBesideAReference() {
        assertThat(parameters("{'type':'object','properties':{'a':{'$ref':'#/$defs/n','description':'A.'}},'$defs':"
                        + "{'n':{'type':'object','properties':{'next':{'$ref':'#/$defs/n'}}}}}"))
                .isEqualTo(json("{'type':'object','properties':{'a':{'$ref':'#/$defs/n'}},'$defs':{'n':{'type':"
                        + "'object','properties':{'next':{'$ref':'#/$defs/n'}}}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'auto'|{'mode':'AUTO'}",
                "'none'|{'mode':'NONE'}",
                "'required'|{'mode':'ANY'}",
                "{'type':'function','function':{'name':'clock'}}|{'mode':'ANY','allowedFunctionNames':['clock']}",
                "{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':[{'type':'function','function':"
                        + "{'name':'clock'}}]}}|{'mode':'VALIDATED','allowedFunctionNames':['clock']}",
                "{'type':'allowed_tools','allowed_tools':{'mode':'required','tools':[{'type':'function','name':"
                        + "'clock'}]}}|{'mode':'ANY','allowedFunctionNames':['clock']}"
            })
    void choices(String chat, String gemini) {
        TranslatedRequest written = write(FLASH_3, TOOLS + ",'tool_choice':" + chat);
        assertThat(written.at("/toolConfig/functionCallingConfig")).isEqualTo(json(gemini));
        assertThat(written.at("/tools/0/functionDeclarations")).hasSize(2);
        assertThat(written.verdicts()).isEqualTo("tool_choice=converted(functionCallingConfig)");
    }

    @Test
    void aChoiceWithoutFunctions() {
        refused("tool_choice", () -> write(FLASH_3, "'tools':[],'tool_choice':'required'"));
        assertThat(write(FLASH_3, "'tools':[],'tool_choice':'none'").body().size())
                .isEqualTo(1);
    }

    @Test
    void schemasAreEnforcedOnRequest() {
        String strict = "'tools':[" + WEATHER.replace("'description'", "'strict':true,'description'") + "]";
        assertThat(write(FLASH_3, strict).at("/toolConfig/functionCallingConfig"))
                .isEqualTo(json("{'mode':'VALIDATED'}"));
        assertThat(write(FLASH_3, strict + ",'tool_choice':'auto'").at("/toolConfig/functionCallingConfig/mode"))
                .isEqualTo(json("'VALIDATED'"));
        assertThat(write(FLASH_3, strict + ",'tool_choice':'required'").at("/toolConfig/functionCallingConfig/mode"))
                .isEqualTo(json("'ANY'"));
    }

    @Test
    void oneCallAtATime() {
        TranslatedRequest written = write(FLASH_3, TOOLS + ",'parallel_tool_calls':false");
        assertThat(written.call().question().oneCall()).isTrue();
        assertThat(written.verdicts()).isEqualTo("parallel_tool_calls=emulated(first call of a turn)");
        assertThat(write(FLASH_3, TOOLS + ",'parallel_tool_calls':true")
                        .call()
                        .question()
                        .oneCall())
                .isFalse();
    }

    @Test
    void namesThatGeminiDoesNotTake() {
        TranslatedRequest written = write(
                FLASH_3,
                "'tools':[{'type':'function','function':{'name':'a.b:c-d'}},{'type':'function','function':{'name':"
                        + "'2nd/one'}}],'tool_choice':{'type':'function','function':{'name':'2nd/one'}}");
        assertThat(written.at("/tools/0/functionDeclarations/0/name").asText()).isEqualTo("a.b:c-d");
        String sent = written.at("/tools/0/functionDeclarations/1/name").asText();
        assertThat(sent).matches("t_2nd_one_[0-9a-f]{8}");
        assertThat(written.at("/toolConfig/functionCallingConfig/allowedFunctionNames/0")
                        .asText())
                .isEqualTo(sent);
        assertThat(written.call().question().toolName(sent)).isEqualTo("2nd/one");
    }

    @Test
    void toolsOfFreeText() {
        TranslatedRequest written =
                write(FLASH_3, "'tools':[{'type':'custom','custom':{'name':'sh','description':'Runs.'}}]");
        assertThat(written.at("/tools/0/functionDeclarations/0"))
                .isEqualTo(json("{'name':'sh','description':'Runs.','parametersJsonSchema':{'type':'object',"
                        + "'properties':{'input':{'type':'string'}},'required':['input']}}"));
        assertThat(written.call().question().customTools()).contains("sh");
        assertThat(written.verdicts()).isEqualTo("tools=emulated(sh)");
    }

    @Test
    void toolsOfGooglesOwn() {
        assertThat(write(FLASH_3, "'tools':[{'type':'google_search','googleSearch':{}}]")
                        .at("/tools"))
                .isEqualTo(json("[{'googleSearch':{}}]"));
        refused(
                "tools[].type file_search",
                () -> write(FLASH_3, "'tools':[{'type':'file_search','vector_store_ids':['v']}]"));
    }

    @Test
    void theWebIsSearchedByAToolOfGoogles() {
        TranslatedRequest written = write(FLASH_2_5, "'web_search_options':{'search_context_size':'low'}");
        assertThat(written.at("/tools")).isEqualTo(json("[{'googleSearch':{}}]"));
        assertThat(written.body().has("toolConfig")).isFalse();
        assertThat(written.verdicts()).isEqualTo("web_search_options=emulated(tool googleSearch)");
    }

    @Test
    void googlesToolsBesideFunctions() {
        String both = TOOLS + ",'web_search_options':{}";
        TranslatedRequest written = write(FLASH_3, both);
        assertThat(written.at("/tools/1")).isEqualTo(json("{'googleSearch':{}}"));
        assertThat(written.at("/toolConfig")).isEqualTo(json("{'includeServerSideToolInvocations':true}"));
        assertThat(write(VERTEX, FLASH_3, both, UnsupportedPolicy.DEFAULT)
                        .body()
                        .has("toolConfig"))
                .isFalse();
        refused("web_search_options", () -> write(FLASH_2_5, both));
        TranslatedRequest stripped = write(STUDIO, FLASH_2_5, both, policy("web_search_options=strip"));
        assertThat(stripped.at("/tools")).hasSize(1);
        assertThat(stripped.verdicts()).contains("web_search_options=stripped");
    }

    @Test
    void codeIsRunBesideFunctionsByEveryModel() {
        TranslatedRequest written =
                write(FLASH_2_5, "'tools':[" + CLOCK + ",{'type':'code_execution','codeExecution':{}}]");
        assertThat(written.at("/tools"))
                .isEqualTo(json("[{'functionDeclarations':[{'name':'clock'}]},{'codeExecution':{}}]"));
        assertThat(written.verdicts()).isEmpty();
    }

    @Test
    void modelsWithoutToolsAnswerText() {
        TranslatedRequest written = write(GEMMA, TOOLS + ",'tool_choice':'required'");
        assertThat(written.body().size()).isEqualTo(1);
        assertThat(written.verdicts()).contains("tools=stripped", "tool_choice=stripped");
    }
}
