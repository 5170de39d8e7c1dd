package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.failure.FailureKind;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes the document at `/openapi.json`: from the parameter table, which checks requests, and from the routes of the
/// admin API, which answer them. Pure.
final class OpenApi {
    private static final String VERSION = "3.1.0";
    private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

    private OpenApi() {}

    /// @param version of the gateway
    /// @param routes of the admin API
    static byte[] write(String version, List<Route> routes) {
        ObjectNode document = JsonTree.object();
        document.put("openapi", VERSION);
        document.putObject("info")
                .put("title", "Gapura")
                .put("version", version)
                .put("description", "LLM gateway: OpenAI's chat API in front of every provider.");
        document.putArray("servers").addObject().put("url", "/");
        ObjectNode paths = document.putObject("paths");
        PublicRoutes.ALL.forEach(route -> publicRoute(paths, route));
        routes.forEach(route -> adminRoute(paths, route));
        components(document.putObject("components"));
        return JsonTree.bytes(document);
    }

    private static void components(ObjectNode components) {
        ObjectNode schemas = components.putObject("schemas");
        JsonSchemas.members(schemas.putObject("ChatCompletionRequest"), ParameterTable.chat());
        PublicRoutes.ALL.stream().flatMap(route -> route.answers().stream()).forEach(answer -> {
            String name = answer.schema();
            Shape.Members shape = answer.shape();
            if (name != null && shape != null) {
                JsonSchemas.members(schemas.putObject(name), shape);
            }
        });
        error(schemas.putObject("Error"));
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("key")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "A virtual key of this gateway.");
        security.putObject("session")
                .put("type", "apiKey")
                .put("in", "cookie")
                .put("name", "gapura_session")
                .put("description", "A login of the console; requests that change something need `x-csrf-token` too.");
        components
                .putObject("responses")
                .putObject("Error")
                .put("description", "What is wrong and what to do.")
                .putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/Error");
    }

    private static void error(ObjectNode schema) {
        Parameter[] members = {
            Parameter.of("message", Shape.text(), "What is wrong and what to do.")
                    .asRequired(),
            Parameter.of("type", choice(FailureKind::type), "Class of the failure.")
                    .asRequired(),
            Parameter.of("code", Shape.text(), "The failure, for programs."),
            Parameter.of("param", Shape.text(), "Path of the field at fault."),
            Parameter.of("source", choice(kind -> kind.source().text()), "Whose fault it is.")
                    .asRequired(),
            Parameter.of("provider", Shape.text(), "Name of the provider concerned."),
            Parameter.of("request_id", Shape.text(), "Value of `x-request-id`.")
        };
        JsonSchemas.members(
                schema,
                Shape.members(Parameter.of("error", Shape.members(members), "The failure.")
                        .asRequired()));
    }

    private static Shape choice(java.util.function.Function<FailureKind, String> text) {
        return Shape.only(Arrays.stream(FailureKind.values())
                .map(text)
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new))
                .toArray(String[]::new));
    }

    private static void publicRoute(ObjectNode paths, PublicRoutes.Route route) {
        ObjectNode operation = operation(paths, route.path(), route.method(), route.summary());
        operation.putArray("tags").add("api");
        if (!route.description().isEmpty()) {
            operation.put("description", route.description());
        }
        if (route.key()) {
            operation.putArray("security").addObject().putArray("key");
        } else {
            operation.putArray("security");
        }
        parameters(operation, route.path(), List.of());
        requestHeaders(operation, route);
        if (route.chat()) {
            json(operation.putObject("requestBody").put("required", true))
                    .put("$ref", "#/components/schemas/ChatCompletionRequest");
        }
        ObjectNode responses = operation.putObject("responses");
        ObjectNode ok = responses.putObject("200").put("description", "Done.");
        if (!route.answerHeaders().isEmpty()) {
            ObjectNode headers = ok.putObject("headers");
            route.answerHeaders()
                    .forEach(header -> headers.putObject(header.name())
                            .put("description", header.description())
                            .set("schema", JsonSchemas.of(header.shape())));
        }
        ObjectNode content = ok.putObject("content");
        route.answers().forEach(answer -> answer(content.putObject(answer.type()), answer));
        responses.putObject("default").put("$ref", "#/components/responses/Error");
    }

    /// `Authorization` is told by the security schemes, and OpenAPI takes `Accept` from the answers' types.
    private static void requestHeaders(ObjectNode operation, PublicRoutes.Route route) {
        for (Parameter header : route.headers()) {
            if (!header.name().equals("Authorization") && !header.name().equals("Accept")) {
                ObjectNode one = operation.withArray("parameters").addObject();
                one.put("name", header.name()).put("in", "header").put("required", header.required());
                one.put("description", header.description());
                one.set("schema", schema(header));
            }
        }
    }

    /// Events are text, whose data is told in words, since OpenAPI 3.1 has no form for it.
    private static void answer(ObjectNode media, PublicRoutes.Body answer) {
        ObjectNode schema = media.putObject("schema");
        boolean json = answer.type().equals("application/json");
        if (json && answer.schema() != null) {
            schema.put("$ref", "#/components/schemas/" + answer.schema());
        } else {
            schema.put("type", json ? "object" : "string");
        }
        if (!json && answer.schema() != null) {
            schema.put("description", "Events whose data is a `" + answer.schema() + "`, the last one `[DONE]`.");
        }
        if (!answer.example().isEmpty()) {
            if (json) {
                media.set("example", JsonTree.readOrNull(answer.example()));
            } else {
                media.put("example", answer.example());
            }
        }
    }

    private static void adminRoute(ObjectNode paths, Route route) {
        String method = route.method().name();
        ObjectNode operation = operation(paths, route.template(), method, route.summary());
        operation.putArray("tags").add("admin");
        operation.put("description", route.rule().words());
        if (route.rule() instanceof Rule.Open) {
            operation.putArray("security");
        } else {
            var security = operation.putArray("security");
            security.addObject().putArray("key");
            security.addObject().putArray("session");
        }
        parameters(operation, route.template(), route.query());
        Shape.Members body = route.body();
        if (body != null && !body.members().isEmpty()) {
            boolean required = body.members().stream().anyMatch(Parameter::required);
            JsonSchemas.members(json(operation.putObject("requestBody").put("required", required)), body);
        }
        ObjectNode responses = operation.putObject("responses");
        ObjectNode media = responses
                .putObject("2XX")
                .put("description", "Done.")
                .putObject("content")
                .putObject(route.type());
        media.set("schema", JsonSchemas.of(route.answer()));
        responses.putObject("default").put("$ref", "#/components/responses/Error");
    }

    private static ObjectNode json(ObjectNode holder) {
        return holder.putObject("content").putObject("application/json").putObject("schema");
    }

    private static ObjectNode operation(ObjectNode paths, String path, String method, String summary) {
        ObjectNode item = paths.get(path) instanceof ObjectNode known ? known : paths.putObject(path);
        ObjectNode operation = item.putObject(method.toLowerCase(Locale.ROOT));
        operation.put("operationId", operationId(method, path));
        operation.put("summary", summary);
        return operation;
    }

    /// Unique, since method and path are.
    private static String operationId(String method, String path) {
        return method.toLowerCase(Locale.ROOT)
                + path.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
    }

    private static void parameters(ObjectNode operation, String path, List<Parameter> query) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(path);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        if (names.isEmpty() && query.isEmpty()) {
            return;
        }
        var list = operation.putArray("parameters");
        for (String name : names) {
            list.addObject()
                    .put("name", name)
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
        for (Parameter parameter : query) {
            ObjectNode one = list.addObject();
            one.put("name", parameter.name());
            one.put("in", "query");
            one.put("required", parameter.required());
            one.put("description", parameter.description());
            if (parameter.shape() instanceof Shape.ListOf) {
                one.put("style", "form").put("explode", false);
            }
            one.set("schema", schema(parameter));
        }
    }

    private static ObjectNode schema(Parameter parameter) {
        ObjectNode schema = JsonSchemas.of(parameter.shape());
        String standard = parameter.standard();
        if (standard != null) {
            schema.set("default", JsonTree.readOrNull(standard));
        }
        return schema;
    }
}
