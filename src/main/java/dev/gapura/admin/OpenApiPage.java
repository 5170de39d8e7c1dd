package dev.gapura.admin;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.server.Surface;
import io.vertx.core.http.HttpMethod;

/// `GET /openapi.json`. One object serves all event loops.
public final class OpenApiPage implements Surface {
    private static final String PATH = "/openapi.json";

    private final byte[] document;

    /// @param version of the gateway
    /// @param api whose routes are described
    public OpenApiPage(String version, AdminApi api) {
        document = OpenApi.write(version, api.routes());
    }

    @Override
    public boolean takes(String path) {
        return path.equals(PATH);
    }

    @Override
    public Port port() {
        return Port.BOTH;
    }

    @Override
    public void handle(Visit visit) {
        visit.routed(PATH);
        HttpMethod method = visit.request().method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            visit.reply(200, "application/json", document);
            return;
        }
        visit.request().response().putHeader("allow", "GET");
        visit.fail(Failure.of(FailureKind.METHOD_NOT_ALLOWED, "This path takes GET only.")
                .withCode("method_not_allowed"));
    }
}
