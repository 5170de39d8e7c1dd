package dev.gapura.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Principal;
import dev.gapura.config.Config;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider;
import dev.gapura.route.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// What a key may call, as `/v1/models`, `/v1/models/{id}` and `/v1/model/info` show it.
///
/// Named models are the aliases, what they lead to, the simulator's, and those that the catalogue knows of the
/// providers that are set up. Which further models a provider has is known to that provider alone, and nobody is
/// asked behind the caller's back: each also stands there once, as `provider/*`.
final class ModelList {
    private static final String SIMULATOR = "sim";
    /// Models of the simulator, in the order a newcomer tries them.
    private static final List<String> SIMULATED = List.of("echo", "lorem", "tools", "slow", "flaky");

    private static final JsonMapper JSON = new JsonMapper();
    /// `created` must be there; the time at which these entries were made is that of the process.
    private static final long CREATED = System.currentTimeMillis() / 1000;

    private ModelList() {}

    /// `GET /v1/models`.
    static byte[] list(Snapshot snapshot, Principal principal) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("object", "list");
        ArrayNode data = root.putArray("data");
        Instant now = Instant.now();
        for (String name : names(snapshot, principal::mayUse)) {
            data.add(entry(snapshot, name, now));
        }
        return bytes(root);
    }

    /// `GET /v1/models/{id}`: any name that can be routed; of the simulator, whose models are known, only
    /// those.
    ///
    /// @throws GatewayException 404 where it cannot, or the key may not use it
    static byte[] one(Snapshot snapshot, Principal principal, String name) {
        if (!names(snapshot, principal::mayUse).contains(name)) {
            Target target = snapshot.routes().resolve(name, principal::mayUse);
            if (!principal.mayUse(target.asked(), target.name())) {
                throw notFound("There is no model of that name for this key.");
            }
            if (target.provider().name().equals(SIMULATOR) && !SIMULATED.contains(target.upstreamModel())) {
                throw notFound("The simulator has no model of that name. It has "
                        + SIMULATED.stream().map(ModelList::simulated).collect(Collectors.joining(", ")) + ".");
            }
        }
        return bytes(entry(snapshot, name, Instant.now()));
    }

    private static String simulated(String model) {
        return SIMULATOR + "/" + model;
    }

    private static GatewayException notFound(String message) {
        return new GatewayException(
                new Failure(FailureKind.NOT_FOUND, message, "model_not_found", "model", null, null, null));
    }

    /// `GET /v1/model/info`.
    static byte[] info(Snapshot snapshot, Principal principal) {
        return info(snapshot, principal::mayUse);
    }

    /// The same of what somebody may use.
    ///
    /// @param mayUse asked with the name and what it leads to
    static byte[] info(Snapshot snapshot, BiPredicate<String, String> mayUse) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode data = root.putArray("data");
        Instant now = Instant.now();
        for (String name : names(snapshot, mayUse)) {
            String target = target(snapshot, name);
            ObjectNode entry = data.addObject();
            entry.put("model_name", name);
            ObjectNode info = entry.putObject("model_info");
            info.put("id", name);
            info.put("target", target);
            info.put("mode", "chat");
            Provider provider = snapshot.providers().get(target.substring(0, target.indexOf('/')));
            if (provider != null) {
                String model = target.substring(target.indexOf('/') + 1);
                ModelCard card = ModelCard.of(snapshot, provider, model, now);
                info.put("provider", provider.name());
                info.put("dialect", card.provider().dialect().configName());
                card.addInfoTo(info);
            }
        }
        return bytes(root);
    }

    private static Set<String> names(Snapshot snapshot, BiPredicate<String, String> mayUse) {
        Set<String> names = new LinkedHashSet<>();
        for (String alias : new TreeSet<>(snapshot.aliases().keySet())) {
            if (mayUse.test(alias, target(snapshot, alias))) {
                names.add(alias);
            }
        }
        List<String> named = new ArrayList<>();
        SIMULATED.forEach(model -> named.add(simulated(model)));
        snapshot.aliases().values().stream()
                .flatMap(alias -> alias.targets().stream())
                .sorted()
                .forEach(named::add);
        new TreeSet<>(snapshot.providers().keySet())
                .stream().filter(provider -> !provider.equals(SIMULATOR)).forEach(provider -> {
                    snapshot.catalogue().models(provider).forEach(model -> named.add(provider + "/" + model));
                    named.add(provider + "/*");
                });
        for (String name : named) {
            if (snapshot.providers().containsKey(name.substring(0, name.indexOf('/'))) && mayUse.test(name, name)) {
                names.add(name);
            }
        }
        return names;
    }

    private static String target(Snapshot snapshot, String name) {
        Config.Alias alias = snapshot.aliases().get(name);
        return alias == null ? name : alias.targets().getFirst();
    }

    private static ObjectNode entry(Snapshot snapshot, String name, Instant now) {
        String target = target(snapshot, name);
        int slash = Math.max(0, target.indexOf('/'));
        Provider provider = snapshot.providers().get(target.substring(0, slash));
        ModelCard card = provider == null || target.endsWith("/*")
                ? null
                : ModelCard.of(snapshot, provider, target.substring(slash + 1), now);
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("id", name);
        entry.put("object", "model");
        entry.put("created", card == null ? CREATED : card.created(CREATED));
        entry.put("owned_by", target.substring(0, slash));
        if (card != null) {
            card.addTo(entry);
        }
        return entry;
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
