package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.conformance.Cell;
import dev.gapura.conformance.Feature;
import dev.gapura.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What becomes of a request for a feature that was never recorded with a provider: a gateway is asked in a dry run,
/// with a request written by ourselves, whether the provider would be asked for it in the documented way.
final class WrittenRequests implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PIXEL =
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    private static final String DOCUMENT = "data:application/pdf;base64,JVBERi0xLjQKJSVFT0YK";
    private static final String SOUND = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

    private final FeatureMarks marks = new FeatureMarks();
    private final Map<String, Proof> protocols;
    private final TestGateway gateway = TestGateway.start();
    private String configured = "";

    WrittenRequests(Map<String, Proof> protocols) {
        this.protocols = protocols;
    }

    /// Whether a provider can be asked for a feature.
    ///
    /// @param models to be asked in turn: a feature may be known to one of them only
    /// @param streamed whether a stream is asked for
    Cell cell(String protocol, String provider, List<String> models, Feature feature, boolean streamed) {
        Proof proof = protocols.get(protocol);
        configure(proof.configuration(provider));
        Cell.NotOffered gone = new Cell.NotOffered("no model to ask");
        for (String model : models) {
            ObjectNode request = request(provider + "/" + model, feature);
            if (streamed) {
                request.put("stream", true);
            }
            JsonNode explained = explain(request, null);
            boolean several =
                    feature == Feature.N && explained.at("/route/calls").asInt() > 1;
            Set<Feature> asked = marks.of(proof.dialect(), explained.at("/upstream/body"));
            if (several || asked.contains(feature) || emulated(explained, feature)) {
                return new Cell.Written(WrittenRequestsTest.class.getSimpleName());
            }
            gone = new Cell.NotOffered(reason(request, explained, feature));
        }
        return gone;
    }

    private void configure(String providers) {
        if (!providers.equals(configured)) {
            configured = providers;
            gateway.reload("providers:\n" + providers.replace(Replay.ORIGIN, "http://127.0.0.1:9"));
        }
    }

    /// @param unsupported what shall become of fields that the provider lacks
    private JsonNode explain(ObjectNode request, @Nullable String unsupported) {
        Map<String, String> headers =
                new HashMap<>(Map.of("authorization", "Bearer " + gateway.key(), "content-type", "application/json"));
        if (unsupported != null) {
            headers.put("x-gapura-unsupported", unsupported);
        }
        try (RawClient client = RawClient.connect(gateway.port())) {
            byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
            client.request("POST", "/v1/chat/completions:explain", headers, body);
            return Ask.json(client.readResponse().body());
        }
    }

    /// Whether the verdict about the feature's field says that the gateway brings its effect about in another way.
    private static boolean emulated(JsonNode explained, Feature feature) {
        return fields(feature).stream()
                .anyMatch(field ->
                        verdict(explained, field).path("verdict").asText().matches("emulated|converted"));
    }

    private static JsonNode verdict(JsonNode explained, String field) {
        return explained
                .path("params")
                .valueStream()
                .filter(param -> param.path("field").asText().equals(field))
                .findFirst()
                .orElse(JSON.missingNode());
    }

    /// Why a provider is not asked, in the words of the verdict; of a request that is refused, as far as it
    /// would have been left out otherwise.
    private String reason(ObjectNode request, JsonNode explained, Feature feature) {
        boolean refused = explained.has("error");
        JsonNode told = refused ? explain(request, "strip") : explained;
        for (String field : fields(feature)) {
            String reason = verdict(told, field).path("reason").asText("");
            if (!reason.isEmpty()) {
                return reason;
            }
        }
        return refused ? explained.at("/error/message").asText() : "left out";
    }

    private static List<String> fields(Feature feature) {
        return switch (feature) {
            case SYSTEM, TOOL_RESULTS, IMAGES, PDF, AUDIO, CACHE_MARKS -> List.of("messages", "cache_control");
            case TOOLS -> List.of("tools");
            case FORCED_TOOL -> List.of("tool_choice", "tools");
            case ONE_CALL -> List.of("parallel_tool_calls", "tools");
            case STRUCTURED_OUTPUT, JSON_OBJECT -> List.of("response_format");
            case REASONING_WISH -> List.of("reasoning_effort");
            case SPOKEN_ANSWER -> List.of("modalities", "audio");
            case LOG_PROBABILITIES -> List.of("logprobs");
            case N -> List.of("n");
            case STOP -> List.of("stop");
            case WEB_SEARCH -> List.of("web_search_options");
            default -> List.of();
        };
    }

    private static ObjectNode request(String model, Feature feature) {
        ObjectNode request = JSON.createObjectNode().put("model", model);
        ArrayNode messages = request.putArray("messages");
        ObjectNode question = JSON.createObjectNode().put("role", "user").put("content", "Hello");
        switch (feature) {
            case SYSTEM -> messages.addObject().put("role", "system").put("content", "Be brief.");
            case TOOLS -> tool(request);
            case FORCED_TOOL -> tool(request).put("tool_choice", "required");
            case ONE_CALL -> tool(request).put("parallel_tool_calls", false);
            case TOOL_RESULTS -> {
                messages.add(question.deepCopy());
                ObjectNode call = messages.addObject()
                        .put("role", "assistant")
                        .putNull("content")
                        .putArray("tool_calls")
                        .addObject()
                        .put("id", "call_1")
                        .put("type", "function");
                call.putObject("function").put("name", "weather").put("arguments", "{\"city\":\"Ubud\"}");
                tool(request);
                question.put("role", "tool").put("tool_call_id", "call_1").put("content", "sunny");
            }
            case STRUCTURED_OUTPUT -> {
                ObjectNode schema = request.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema")
                        .put("name", "greeting")
                        .putObject("schema");
                schema.put("type", "object")
                        .put("additionalProperties", false)
                        .putArray("required")
                        .add("text");
                schema.putObject("properties").putObject("text").put("type", "string");
            }
            case JSON_OBJECT -> {
                request.putObject("response_format").put("type", "json_object");
                question.put("content", "Say hello in JSON.");
            }
            case REASONING_WISH -> request.put("reasoning_effort", "low");
            case IMAGES ->
                question.putArray("content")
                        .addObject()
                        .put("type", "image_url")
                        .putObject("image_url")
                        .put("url", PIXEL);
            case PDF ->
                question.putArray("content")
                        .addObject()
                        .put("type", "file")
                        .putObject("file")
                        .put("filename", "a.pdf")
                        .put("file_data", DOCUMENT);
            case AUDIO ->
                question.putArray("content")
                        .addObject()
                        .put("type", "input_audio")
                        .putObject("input_audio")
                        .put("data", SOUND)
                        .put("format", "wav");
            case SPOKEN_ANSWER -> {
                request.putArray("modalities").add("text").add("audio");
                request.putObject("audio").put("voice", "alloy").put("format", "wav");
            }
            case CACHE_MARKS ->
                question.putArray("content")
                        .addObject()
                        .put("type", "text")
                        .put("text", "Hello")
                        .putObject("cache_control")
                        .put("type", "ephemeral");
            case LOG_PROBABILITIES -> request.put("logprobs", true);
            case N -> request.put("n", 2);
            case STOP -> request.putArray("stop").add("END");
            case WEB_SEARCH -> request.putObject("web_search_options");
            default -> throw new AssertionError("nothing to ask for: " + feature);
        }
        messages.add(question);
        return request;
    }

    private static ObjectNode tool(ObjectNode request) {
        ObjectNode function =
                request.putArray("tools").addObject().put("type", "function").putObject("function");
        function.put("name", "weather").put("description", "Weather of a city");
        ObjectNode parameters = function.putObject("parameters").put("type", "object");
        parameters.putObject("properties").putObject("city").put("type", "string");
        parameters.putArray("required").add("city");
        return request;
    }

    @Override
    public void close() {
        gateway.close();
    }
}
