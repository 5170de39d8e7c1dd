package dev.gapura.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Examples and shapes of answers agree.
class PublicRoutesTest {
    @Test
    void examplesHoldNothingThatTheirShapesDoNotTell() {
        List<String> unknown = new ArrayList<>();
        for (PublicRoutes.Route route : PublicRoutes.ALL) {
            for (PublicRoutes.Body answer : route.answers()) {
                Shape.Members shape = answer.shape();
                if (shape != null) {
                    documents(answer).forEach(document -> compare(document, shape, route.path(), unknown));
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void routesWithAPageHaveAnExampleAndSentences() {
        for (PublicRoutes.Route route : PublicRoutes.ALL) {
            assertThat(route.summary()).endsWith(".");
            if (route.name() != null) {
                assertThat(route.answers())
                        .allSatisfy(answer -> assertThat(answer.example()).isNotEmpty());
                assertThat(route.headers())
                        .allSatisfy(header -> assertThat(header.description()).isNotEmpty());
            }
        }
    }

    private static Stream<JsonNode> documents(PublicRoutes.Body answer) {
        Stream<String> texts = answer.type().equals("text/event-stream")
                ? answer.example()
                        .lines()
                        .filter(line -> line.startsWith("data: {"))
                        .map(line -> line.substring(6))
                : Stream.of(answer.example());
        return texts.map(text -> Objects.requireNonNull(JsonTree.readOrNull(text), text));
    }

    private static void compare(JsonNode value, Shape shape, String path, List<String> unknown) {
        if (shape instanceof Shape.ListOf list) {
            value.forEach(item -> compare(item, list.item(), path + "[]", unknown));
        } else if (shape instanceof Shape.Members members && !members.members().isEmpty()) {
            for (Parameter member : members.members()) {
                if (member.required() && !value.has(member.name())) {
                    unknown.add(path + " lacks " + member.name());
                }
            }
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                members.members().stream()
                        .filter(member -> member.name().equals(entry.getKey()))
                        .findFirst()
                        .ifPresentOrElse(
                                member ->
                                        compare(entry.getValue(), member.shape(), path + "." + entry.getKey(), unknown),
                                () -> unknown.add(path + "." + entry.getKey()));
            }
        }
    }
}
