package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.Authority;
import dev.gapura.access.Directory;
import dev.gapura.access.KeyRing;
import dev.gapura.admin.AdminApi;
import dev.gapura.admin.Answer;
import dev.gapura.admin.Caller;
import dev.gapura.admin.Route;
import dev.gapura.config.Config;
import dev.gapura.failure.GatewayException;
import dev.gapura.ledger.Ledger;
import dev.gapura.store.Store;
import dev.gapura.store.StoreException;
import dev.gapura.wire.JsonTree;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Opens the database where no gateway runs on the data folder, and answers by the same routes.
final class StoppedAdministrator implements Administrator {
    private static final Duration OPENING = Duration.ofSeconds(30);

    private final Store store;
    private final List<Route> routes;

    private final Directory directory;

    /// @throws Refusal where the database is one that no gateway has begun with
    StoppedAdministrator(Config.Storage settings, Path data) {
        store = new Store(settings, data);
        Ledger ledger = new Ledger(store.history(), Ledger.QUEUE_BYTES);
        KeyRing ring = new KeyRing(store.configuration(), InstantSource.system());
        directory = new Directory(store.configuration(), ring, InstantSource.system());
        routes = Administration.stored(ledger, directory);
        store.start();
        store.awaitFirstTry(OPENING);
        if (store.opened() && isEmpty()) {
            close();
            throw new Refusal(503, "The database of storage.url is empty; " + AdminFlags.FIRST_START + ".");
        }
    }

    /// The first start makes an organization, and none is ever deleted.
    private boolean isEmpty() {
        try {
            return directory.organizations().list(Authority.COMMAND).join().isEmpty();
        } catch (CompletionException failed) {
            throw refused(failed.getCause());
        }
    }

    @Override
    public JsonNode call(String method, String target, @Nullable JsonNode body) {
        try {
            Answer answer = AdminApi.answer(
                            routes,
                            HttpMethod.valueOf(method),
                            Route.ROOT + target,
                            body == null ? new byte[0] : JsonTree.bytes(body),
                            Caller.of(Authority.COMMAND))
                    .join();
            if (answer instanceof Answer.Json json) {
                return JsonTree.read(json.body(), 0, json.body().length);
            }
            throw new Refusal(400, "This needs a running gateway.");
        } catch (GatewayException refusal) {
            throw refused(refusal);
        } catch (CompletionException failed) {
            throw refused(failed.getCause());
        }
    }

    private static Refusal refused(@Nullable Throwable why) {
        if (why instanceof GatewayException refusal) {
            return Refusal.of(refusal);
        }
        if (why instanceof StoreException away) {
            return new Refusal(503, "The database cannot be used: " + away.getMessage());
        }
        throw new IllegalStateException(why);
    }

    @Override
    public void follow(String target, Consumer<String> line) {
        throw new Refusal(
                503,
                "No gateway runs on this data folder. Start one with 'gapura serve', or name its folder with --data.");
    }

    @Override
    public void close() {
        store.close();
    }
}
