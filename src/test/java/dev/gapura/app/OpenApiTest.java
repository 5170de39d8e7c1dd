package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The document at `/openapi.json`.
class OpenApiTest {
    private static TestGateway gateway;
    private static JsonNode document;

    @BeforeAll
    static void read() {
        gateway = TestGateway.start();
        RawClient.Response response = Ask.get(gateway, "GET", "/openapi.json");
        assertThat(response.status()).isEqualTo(200);
        document = Ask.json(response.body());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void everyReferenceResolves() {
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references).isNotEmpty();
        for (String reference : references) {
            assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }

    @Test
    void everyFieldOfTheParameterTableIsThere() {
        JsonNode schema = document.at("/components/schemas/ChatCompletionRequest");
        assertThat(schema.get("properties").properties().stream().map(Map.Entry::getKey))
                .containsExactlyElementsOf(
                        ParameterTable.chat().stream().map(Parameter::name).toList());
        assertThat(schema.at("/properties/temperature/maximum").doubleValue()).isEqualTo(2);
        assertThat(schema.at("/properties/n/maximum").intValue()).isEqualTo(128);
        assertThat(schema.get("required").toString()).isEqualTo("[\"model\",\"messages\"]");
    }

    @Test
    void everyRouteOfTheDocumentIsServed() {
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
                String address = path.getKey().replaceAll("\\{\\w+}", "nothing");
                RawClient.Response response = Ask.get(gateway, method, address);
                String code = response.status() < 400 || method.equals("HEAD")
                        ? ""
                        : Ask.error(response).get("code").asText();
                assertThat(code).as(method + " " + address).isNotIn("unknown_route", "method_not_allowed");
                boolean open = operation.getValue().get("security").isEmpty();
                if (!open) {
                    assertThat(response.status()).as(method + " " + address).isEqualTo(401);
                }
            }
        }
    }

    @Test
    void operationsAreNamedOnceAndNameTheirPathParameters() {
        List<String> ids = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            TreeSet<String> names = new TreeSet<>();
            Pattern.compile("\\{(\\w+)}").matcher(path.getKey()).results().forEach(name -> names.add(name.group(1)));
            for (JsonNode operation : path.getValue()) {
                ids.add(operation.get("operationId").textValue());
                TreeSet<String> told = new TreeSet<>();
                operation.path("parameters").forEach(parameter -> {
                    if (parameter.get("in").textValue().equals("path")) {
                        told.add(parameter.get("name").textValue());
                    }
                });
                assertThat(told).as(path.getKey()).isEqualTo(names);
                assertThat(operation.get("summary").textValue()).endsWith(".");
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
    }
}
