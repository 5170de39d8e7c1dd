package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.Secret;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tools that are operations of OpenAPI documents, against a service on loopback.
class OpenApiSourceTest {
    private static final String SHOP = """
        openapi: 3.0.3
        info: { title: Shop, version: "1" }
        servers: [ { url: "/v1" } ]
        paths:
          /items/{id}:
            parameters:
              - { name: id, in: path, required: true, schema: { type: string } }
            get:
              operationId: getItem
              summary: One item
              description: With its price.
              parameters:
                - { name: fields, in: query, explode: false, schema: { type: array, items: { type: string } } }
                - { name: tag, in: query, schema: { type: array, items: { type: string } } }
                - { name: where, in: query, style: deepObject, schema: { type: object } }
                - { name: X-Trace, in: header, schema: { type: string } }
                - { name: session, in: cookie, schema: { type: string } }
                - { name: Authorization, in: header, schema: { type: string } }
                - $ref: '#/components/parameters/Id'
            put:
              operationId: putItem
              requestBody: { $ref: '#/components/requestBodies/Item' }
            delete:
              operationId: deleteItem
          /search:
            post:
              requestBody:
                content:
                  application/x-www-form-urlencoded: { schema: { type: object, properties: { q: { type: string } } } }
          /upload:
            post:
              operationId: upload
              requestBody: { required: true, content: { multipart/form-data: {} } }
          /broken/{gone}:
            get: { operationId: broken }
          /elsewhere:
            get:
              operationId: elsewhere
              parameters: [ { $ref: 'other.yaml#/x' } ]
          /twice:
            get: { operationId: getItem }
        components:
          parameters:
            Id: { name: id, in: query, schema: { type: integer, minimum: 0, exclusiveMinimum: true, nullable: true } }
          requestBodies:
            Item: { required: true, content: { "application/json; charset=utf-8": { schema: { $ref: '#/components/schemas/Item' } } } }
          schemas:
            Item:
              type: object
              required: [name, created]
              properties:
                created: { type: string, readOnly: true }
                name: { type: string, example: Kopi, x-note: yes }
                parts: { type: array, items: { $ref: '#/components/schemas/Item' } }
        """;

    private final Vertx vertx = Vertx.vertx();
    private final Outbound outbound = new Outbound(vertx, ProxySettings.from(Map.of()));
    private final ToolSources sources = new ToolSources(outbound, Plugins.load(Path.of("no-such-folder")), "1.2.3");
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String document = SHOP;
    private HttpServer service;

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        service = Waiting.get(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    if (request.path().equals("/openapi.yaml")) {
                        request.response().end(document);
                        return;
                    }
                    asked.add(request.method() + " " + request.uri() + " " + body);
                    request.headers().forEach((name, value) -> {
                        if (List.of("x-trace", "cookie", "authorization", "content-type")
                                .contains(name)) {
                            asked.add(name + ": " + value);
                        }
                    });
                    request.response()
                            .setStatusCode(request.path().endsWith("none") ? 404 : 200)
                            .putHeader("content-type", "application/json")
                            .end("{\"seen\":\"shop-secret-0123\"}");
                }))
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        sources.close();
        outbound.close();
        Waiting.get(vertx.close());
    }

    private String base() {
        return "http://127.0.0.1:" + service.actualPort();
    }

    private ToolRegistry registry(
            @Nullable Path file, @Nullable String url, @Nullable List<String> operations, @Nullable String base) {
        ToolEntry entry = new ToolEntry(
                "shop",
                null,
                new ToolEntry.Source.OpenApi(
                        file,
                        url == null ? null : URI.create(url),
                        operations,
                        base == null ? null : URI.create(base),
                        Map.of("Authorization", new Secret("Bearer shop-secret-0123"))),
                Duration.ofSeconds(10),
                65_536,
                4,
                null,
                null,
                null,
                List.of(),
                "test.yaml:1:1");
        EgressRules rules = new EgressRules(
                new Config.Egress(List.of(), List.of(new Config.HostPort("127.0.0.1", service.actualPort())), true));
        ToolRegistry registry = sources.registry(Map.of("shop", entry), rules);
        sources.retain(registry);
        return registry;
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("api.yaml"), text);
    }

    private static List<String> names(ToolRegistry registry) {
        return registry.all().stream().map(ServerTool::name).toList();
    }

    private static ToolWorker.Done run(ToolRegistry registry, String name, String arguments) throws Exception {
        return ToolWorker.start(registry.find(name), "c1", arguments).done().get(20, TimeUnit.SECONDS);
    }

    @Test
    void operationsAreTools() throws Exception {
        ToolRegistry registry = registry(null, base() + "/openapi.yaml", null, null);
        Waiting.until("the document is read", () -> !names(registry).isEmpty());
        assertThat(names(registry))
                .containsExactly("shop.getItem", "shop.putItem", "shop.deleteItem", "shop.post_search");
        ServerTool get = registry.find("shop.getItem");
        assertThat(get.description()).isEqualTo("One item\nWith its price.");
        assertThat(get.terms().idempotent()).isTrue();
        assertThat(registry.find("shop.deleteItem").terms().idempotent()).isFalse();
        assertThat(JsonTree.text(get.parameters()))
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},"
                        + "\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                        + "\"tag\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"where\":{\"type\":\"object\"},"
                        + "\"X-Trace\":{\"type\":\"string\"},\"session\":{\"type\":\"string\"},"
                        + "\"query_id\":{\"type\":[\"integer\",\"null\"],\"exclusiveMinimum\":0}},"
                        + "\"required\":[\"id\"],\"additionalProperties\":false}");

        ToolWorker.Done done = run(
                registry,
                "shop.getItem",
                "{\"id\":\"a/b {tag}\",\"fields\":[\"x\",\"y z\"],\"tag\":[\"1\",\"2\"],\"where\":{\"k\":\"v&w\"},"
                        + "\"X-Trace\":\"t1\",\"session\":\"s;1\",\"query_id\":7}");
        assertThat(done.output()).isEqualTo(ToolOutput.of("{\"seen\":\"***\"}"));
        assertThat(asked)
                .contains(
                        "GET /v1/items/a%2Fb%20%7Btag%7D?fields=x,y%20z&tag=1&tag=2&where%5Bk%5D=v%26w&id=7 ",
                        "x-trace: t1", "cookie: session=s%3B1", "authorization: Bearer shop-secret-0123");
    }

    @Test
    void bodiesAreSent() throws Exception {
        ToolRegistry registry = registry(file(SHOP), null, null, base() + "/v2/");
        JsonNode item = registry.find("shop.putItem").parameters().at("/properties/body");
        assertThat(item.at("/required").toString()).isEqualTo("[\"name\"]");
        assertThat(item.at("/properties/name").toString()).isEqualTo("{\"type\":\"string\"}");
        assertThat(item.at("/properties/parts/items/properties/parts/items"))
                .as("a schema that contains itself ends")
                .isEqualTo(JsonTree.object());

        run(registry, "shop.putItem", "{\"id\":\"1\",\"body\":{\"name\":\"Kopi\",\"parts\":[{\"name\":\"Susu\"}]}}");
        run(registry, "shop.post_search", "{\"body\":{\"q\":\"a b\"}}");
        assertThat(asked)
                .contains(
                        "PUT /v2/items/1 {\"name\":\"Kopi\",\"parts\":[{\"name\":\"Susu\"}]}",
                        "POST /v2/search q=a%20b",
                        "content-type: application/x-www-form-urlencoded");
        assertThat(run(registry, "shop.putItem", "{\"id\":\"1\"}").run().status())
                .isEqualTo(ToolRun.Status.INVALID_ARGUMENTS);
        assertThat(run(registry, "shop.deleteItem", "{\"id\":\"none\"}").output())
                .isEqualTo(ToolOutput.failed("The service answered with status 404: {\"seen\":\"***\"}"));
        assertThat(run(registry, "shop.deleteItem", "{\"id\":\"..\"}").output())
                .isEqualTo(ToolOutput.failed("The call cannot be made: the argument 'id' cannot stand in a path."));
    }

    @Test
    void onlyChosenOperationsAreThere() throws Exception {
        assertThat(names(registry(file(SHOP), null, List.of("get*", "putItem"), base())))
                .containsExactly("shop.getItem", "shop.putItem");
    }

    @Test
    void aNewerDocumentIsJsonSchemaAlready() throws Exception {
        String newer = "{\"openapi\":\"3.1.1\",\"servers\":[{\"url\":\"" + base()
                + "/{stage}\",\"variables\":{\"stage\":{\"default\":\"live\"}}}],\"paths\":{\"/n\":{\"get\":{\"parameters\":[{\"name\":\"n\",\"in\":\"query\",\"schema\":{\"$ref\":\"#/components/schemas/N\",\"description\":\"how"
                + " many\"}}]}}},"
                + "\"components\":{\"schemas\":{\"N\":{\"type\":[\"integer\",\"null\"],\"exclusiveMinimum\":0}}}}";
        ToolRegistry registry = registry(file(newer), null, null, null);
        assertThat(registry.find("shop.get_n").parameters().at("/properties/n").toString())
                .isEqualTo("{\"type\":[\"integer\",\"null\"],\"exclusiveMinimum\":0,\"description\":\"how many\"}");
        run(registry, "shop.get_n", "{\"n\":3}");
        assertThat(asked).contains("GET /live/n?n=3 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "swagger: '2.0'|it is Swagger 2.0; convert it to OpenAPI 3",
                "hello|it is no OpenAPI document of version 3.0 or 3.1",
                "openapi: 3.1.0|it has no `paths`",
                "'a: [b'|it is neither JSON nor YAML",
                "{openapi: 3.0.0, paths: {}}|the document has no operation that can be used"
            })
    void aBrokenDocumentSaysWhy(String text, String why) throws Exception {
        ToolSource source = registry(file(text.replace("\\n", "\n")), null, null, base())
                .sources()
                .get("shop");
        assertThat(source.tools()).isEmpty();
        assertThat(source.trouble()).isEqualTo(why);
    }

    @Test
    void secretsDoNotGoWhereADocumentSends() throws Exception {
        document = SHOP.replace("\"/v1\"", "\"https://elsewhere.example/v1\"");
        ToolSource source =
                registry(null, base() + "/openapi.yaml", null, null).sources().get("shop");
        Waiting.until("it is read", () -> source.trouble().equals("the document has no operation that can be used"));
        assertThat(source.tools()).isEmpty();
    }

    @Test
    void aChangedFileIsReadAtTheNextReload() throws Exception {
        Path file = file(SHOP);
        ToolRegistry first = registry(file, null, null, base());
        assertThat(registry(file, null, null, base()).sources().get("shop"))
                .isSameAs(first.sources().get("shop"));
        file(SHOP.replace("getItem", "readItem"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        assertThat(names(registry(file, null, null, base()))).contains("shop.readItem");
    }
}
