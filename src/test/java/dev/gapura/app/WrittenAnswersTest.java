package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers that no recording shows, written after the providers' documentation and read through the whole gateway.
class WrittenAnswersTest {
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        String origin = gateway.simulator().origin().toString();
        gateway.reload("providers:\n  mistral: { base_url: \"" + origin + "/v1\", api_key: unused }\n"
                + "  anthropic: { base_url: \"" + origin + "\", api_key: unused }\n"
                + "  cohere: { base_url: \"" + origin + "\", api_key: unused }\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /// The message that a client reads of an answer or of the events of a stream; `'` stands for `"`.
    private JsonNode message(String model, boolean streamed, String... documents) {
        List<String> data =
                List.of(documents).stream().map(text -> text.replace('\'', '"')).toList();
        Reply reply = streamed ? Replies.sliced(Replies.events(data), 7, 40) : Replies.json(200, data.getFirst());
        gateway.simulator().answerWith(request -> reply);
        RawClient.Response answer = Ask.chat(gateway, Ask.body(model, streamed, "Hi"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        if (!streamed) {
            return Ask.json(answer.body()).at("/choices/0/message");
        }
        ClientFold fold = ClientFold.of(answer.body());
        assertThat(fold.faults()).isEmpty();
        return fold.answer().at("/choices/0/message");
    }

    private static String mistral(boolean streamed, String content) {
        String holder = streamed ? "delta" : "message";
        return "{'id':'1','model':'m','choices':[{'index':0,'finish_reason':'stop','" + holder
                + "':{'role':'assistant','content':[" + content + "]}}],"
                + "'usage':{'prompt_tokens':1,'completion_tokens':2,'total_tokens':3}}";
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mistralSignsThoughts(boolean streamed) {
        JsonNode message = message(
                "mistral/magistral-medium-latest",
                streamed,
                mistral(
                        streamed,
                        "{'type':'thinking','thinking':[{'type':'text','text':'Hm.'}],'signature':'sig'},"
                                + "{'type':'text','text':'Yes.'}"));

        assertThat(message.path("content").asText()).isEqualTo("Yes.");
        assertThat(message.path("reasoning_content").asText()).isEqualTo("Hm.");
        assertThat(message.at("/reasoning_details/0/signature").asText()).isEqualTo("sig");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mistralRefersToSources(boolean streamed) {
        JsonNode message = message(
                "mistral/mistral-large-latest",
                streamed,
                mistral(streamed, "{'type':'text','text':'Bali.'},{'type':'reference','reference_ids':[4]}"));

        assertThat(message.path("content").asText()).isEqualTo("Bali.");
        assertThat(message.at("/annotations/0/url_citation/url").asText()).isEqualTo("4");
    }

    @Test
    void cohereStreamsSeveralCalls() {
        JsonNode message = message(
                "cohere/command-a-03-2025",
                true,
                "{'type':'message-start','id':'1','delta':{'message':{'role':'assistant'}}}",
                call(0, "one", "{}"),
                "{'type':'tool-call-end','index':0}",
                call(1, "two", "{\\'city\\':"),
                "{'type':'tool-call-delta','index':1,'delta':{'message':{'tool_calls':{'function':"
                        + "{'arguments':'\\'Ubud\\'}'}}}}}",
                "{'type':'tool-call-end','index':1}",
                "{'type':'message-end','delta':{'finish_reason':'TOOL_CALL','usage':{'tokens':"
                        + "{'input_tokens':1,'output_tokens':2}}}}");

        assertThat(message.at("/tool_calls/0/function/name").asText()).isEqualTo("one");
        assertThat(message.at("/tool_calls/1/function/name").asText()).isEqualTo("two");
        assertThat(message.at("/tool_calls/1/function/arguments").asText()).isEqualTo("{\"city\":\"Ubud\"}");
    }

    @Test
    void anthropicBreaksOffAStream() {
        String begun = "event: message_start\ndata: {'type':'message_start','message':{'id':'1','type':'message',"
                + "'role':'assistant','model':'m','content':[],'usage':{'input_tokens':1,'output_tokens':1}}}\n\n"
                + "event: content_block_start\ndata: {'type':'content_block_start','index':0,'content_block':"
                + "{'type':'text','text':''}}\n\nevent: content_block_delta\ndata: {'type':'content_block_delta',"
                + "'index':0,'delta':{'type':'text_delta','text':'Hel'}}\n\n";
        String broken = "event: error\ndata: {'type':'error','error':{'type':'overloaded_error','message':"
                + "'Overloaded'}}\n\n";
        gateway.simulator()
                .answerWith(request -> Reply.stream(List.of(
                        Step.Send.text(begun.replace('\'', '"')),
                        new Step.Pause(Duration.ofMillis(100)),
                        Step.Send.text(broken.replace('\'', '"')),
                        new Step.End())));

        Ask.Read read = Ask.read(Ask.chat(gateway, Ask.body("anthropic/claude-sonnet-4-5", true, "Hi")));

        assertThat(read.content()).isEqualTo("Hel");
        assertThat(read.error().path("type").asText()).isEqualTo("unavailable_error");
        assertThat(read.done()).isFalse();
    }

    private static String call(int index, String name, String arguments) {
        return "{'type':'tool-call-start','index':" + index + ",'delta':{'message':{'tool_calls':{'id':'" + name
                + "','type':'function','function':{'name':'" + name + "','arguments':'" + arguments + "'}}}}}";
    }
}
