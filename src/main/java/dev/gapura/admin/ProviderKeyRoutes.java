package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.config.Secret;
import dev.gapura.credential.KeyTest;
import dev.gapura.credential.ProviderKeys;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.provider.Provider;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Keys at providers that stand in the database, beside those of the configuration, which win.
public final class ProviderKeyRoutes {
    private static final int LONGEST_KEY = 4_096;

    private static final Shape.Members KEY = Shape.members(
            Parameter.of("id", Shape.text(), "Never changes."),
            Parameter.of("provider", Shape.text(), "Name of the provider."),
            Parameter.of("name", Shape.text(), "For people."),
            Parameter.of("hint", Shape.text(), "Last characters of the key; empty where it is short."),
            Parameter.of("created", Shape.whole(), "When it was added, milliseconds since the Unix epoch."),
            Parameter.of("created_by", Shape.text(), "Who added it."),
            Parameter.of("changed", Shape.whole(), "When it was changed last."),
            Parameter.of("disabled", Shape.whole(), "Since when it is out of use; null: it is in use."));

    private static final Shape.Members TESTED = Shape.members(
            Parameter.of("works", new Shape.Flag(), "Whether the provider takes it; null: that cannot be told."),
            Parameter.of("text", Shape.text(), "Why."));

    private static final Parameter SECRET =
            Parameter.of("key", Shape.text(1, LONGEST_KEY), "The key itself. It is sealed, and never shown again.");

    /// What stands under a provider's name.
    public interface Homes {
        /// Whether the provider has its credential from the file, the environment or a cloud, which wins.
        boolean configured(String provider);

        /// The provider with this key; null where none of that name can be called with nothing but a key.
        @Nullable
        Provider with(String provider, Secret key);
    }

    private final ProviderKeys keys;
    private final KeyTest test;
    private final Homes homes;

    /// @param keys the process's
    /// @param test tries keys
    public ProviderKeyRoutes(ProviderKeys keys, KeyTest test, Homes homes) {
        this.keys = keys;
        this.test = test;
        this.homes = homes;
    }

    /// The routes.
    public List<Route> routes() {
        Parameter name = Parameter.of("name", Shape.text(1, 200), "For people.");
        return List.of(
                Route.get(
                        "/providers/{name}/keys",
                        Permission.OPERATE,
                        "Lists the keys of a provider that were added here.",
                        Shape.members(
                                Parameter.of("data", Shape.listOf(KEY), "Keys, the oldest first."),
                                Parameter.of(
                                        "used",
                                        new Shape.Flag(),
                                        "Whether they are used; not where the configuration has a credential.")),
                        this::list),
                Route.post(
                        "/providers/{name}/keys",
                        Permission.OPERATE,
                        "Adds a key. With several a provider is called with one after the other.",
                        Shape.members(name.asRequired(), SECRET.asRequired()),
                        KEY,
                        this::add),
                Route.patch(
                        "/providers/{name}/keys/{id}",
                        Permission.OPERATE,
                        "Rotates a key, takes it out of use or back into it. What is left out stays as it is.",
                        Shape.members(
                                name, SECRET, Parameter.of("disabled", new Shape.Flag(), "Whether it is out of use.")),
                        KEY,
                        this::change),
                Route.delete(
                        "/providers/{name}/keys/{id}",
                        Permission.OPERATE,
                        "Forgets a key. Requests under way end with it.",
                        KEY,
                        ask -> keys.delete(ask.authority(), ask.path("name"), ask.path("id"))
                                .thenApply(one -> Answer.of(json(one)))),
                Route.post(
                        "/providers/{name}/keys/{id}:test",
                        Permission.OPERATE,
                        "Asks the provider for its models with this key, which costs nothing.",
                        Shape.members(),
                        TESTED,
                        this::test));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        String provider = ask.path("name");
        boolean used = !homes.configured(provider);
        return keys.list(provider).thenApply(all -> {
            ObjectNode document = JsonTree.object();
            ArrayNode data = document.putArray("data");
            all.forEach(one -> data.add(json(one)));
            return Answer.of(document.put("used", used));
        });
    }

    private CompletableFuture<Answer> add(Ask ask) {
        String provider = ask.path("name");
        String key = ask.body().path("key").asText();
        if (homes.configured(provider)) {
            throw refused(
                    FailureKind.CONFLICT,
                    "provider_key_configured",
                    "The credential of '" + provider + "' stands in the configuration or the environment, which wins."
                            + " Change it there, or take it out first.");
        }
        callable(provider, key);
        return keys.add(ask.authority(), provider, ask.body().path("name").asText(), key)
                .thenApply(one -> Answer.created(json(one)));
    }

    private CompletableFuture<Answer> change(Ask ask) {
        JsonNode body = ask.body();
        String key = JsonTree.string(body, "key");
        if (key != null) {
            callable(ask.path("name"), key);
        }
        return keys.change(
                        ask.authority(),
                        ask.path("name"),
                        ask.path("id"),
                        JsonTree.string(body, "name"),
                        key,
                        body.path("disabled").isBoolean() ? body.get("disabled").booleanValue() : null)
                .thenApply(one -> Answer.of(json(one)));
    }

    private CompletableFuture<Answer> test(Ask ask) {
        String provider = ask.path("name");
        return keys.reveal(provider, ask.path("id"))
                .thenCompose(key -> test.of(callable(provider, key.reveal())))
                .thenApply(outcome -> Answer.of(
                        JsonTree.object().put("works", outcome.works()).put("text", outcome.text())));
    }

    private Provider callable(String name, String key) {
        if (key.isBlank() || key.chars().anyMatch(character -> character <= ' ' || character > '~')) {
            throw new GatewayException(
                    Failure.invalid("key", "`key` must be printable ASCII without spaces, as the provider showed it."));
        }
        Provider provider = homes.with(name, new Secret(key));
        if (provider == null) {
            throw refused(
                    FailureKind.NOT_FOUND,
                    "unknown_provider",
                    "No provider '" + name + "' can be called with nothing but a key. Known names need no entry in the"
                            + " configuration; others need `dialect` and `base_url` there.");
        }
        return provider;
    }

    private static GatewayException refused(FailureKind kind, String code, String message) {
        return new GatewayException(Failure.of(kind, message).withCode(code).withRetryable(false));
    }

    private static ObjectNode json(ProviderKeys.Shown one) {
        return JsonTree.object()
                .put("id", one.id())
                .put("provider", one.provider())
                .put("name", one.name())
                .put("hint", one.hint())
                .put("created", one.createdMillis())
                .put("created_by", one.createdBy())
                .put("changed", one.changedMillis())
                .put("disabled", one.disabledMillis());
    }
}
