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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What a key may call, as `/v1/models`, `/v1/models/{id}` and `/v1/model/info` show it.
///
/// Named models are the aliases, what they lead to, and the simulator's. Which models a provider has is known
/// to that provider alone, and nobody is asked behind the caller's back: every other provider stands there
/// once, as `provider/*`.
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
        for (String name : names(snapshot, principal)) {
            data.add(entry(snapshot, name));
        }
        return bytes(root);
    }

    /// `GET /v1/models/{id}`: any name that can be routed; of the simulator, whose models are known, only those.
    ///
    /// @throws GatewayException 404 where it cannot, or the key may not use it
    static byte[] one(Snapshot snapshot, Principal principal, String name) {
        if (!names(snapshot, principal).contains(name)) {
            Target target = snapshot.routes().resolve(name, principal::mayUse);
            if (!principal.mayUse(target.asked(), target.name())) {
                throw notFound("There is no model of that name for this key.");
            }
            if (target.provider().name().equals(SIMULATOR) && !SIMULATED.contains(target.upstreamModel())) {
                throw notFound("The simulator has no model of that name. It has "
                        + SIMULATED.stream().map(ModelList::simulated).collect(Collectors.joining(", ")) + ".");
            }
        }
        return bytes(entry(snapshot, name));
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
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode data = root.putArray("data");
        for (String name : names(snapshot, principal)) {
            String target = target(snapshot, name);
            Provider provider = snapshot.providers().get(target.substring(0, target.indexOf('/')));
            ObjectNode entry = data.addObject();
            entry.put("model_name", name);
            ObjectNode info = entry.putObject("model_info");
            info.put("id", name);
            info.put("target", target);
            info.put("mode", "chat");
            if (provider != null) {
                info.put("provider", provider.name());
                info.put("dialect", provider.dialect().configName());
                ArrayNode supported = info.putArray("supported_parameters");
                SupportedParameters.of(provider, target.substring(target.indexOf('/') + 1))
                        .forEach(supported::add);
            }
            // Limits and prices are unknown until the catalogue knows the model: unknown is null, never zero.
            info.putNull("max_input_tokens");
            info.putNull("max_output_tokens");
            info.putNull("input_cost_per_token");
            info.putNull("output_cost_per_token");
        }
        return bytes(root);
    }

    private static Set<String> names(Snapshot snapshot, Principal principal) {
        Set<String> names = new LinkedHashSet<>();
        for (String alias : new TreeSet<>(snapshot.aliases().keySet())) {
            if (principal.mayUse(alias, target(snapshot, alias))) {
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
                .stream()
                        .filter(provider -> !provider.equals(SIMULATOR))
                        .map(provider -> provider + "/*")
                        .forEach(named::add);
        for (String name : named) {
            if (snapshot.providers().containsKey(name.substring(0, name.indexOf('/'))) && principal.mayUse(name)) {
                names.add(name);
            }
        }
        return names;
    }

    private static String target(Snapshot snapshot, String name) {
        Config.Alias alias = snapshot.aliases().get(name);
        return alias == null ? name : alias.targets().getFirst();
    }

    private static ObjectNode entry(Snapshot snapshot, String name) {
        String target = target(snapshot, name);
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("id", name);
        entry.put("object", "model");
        entry.put("created", CREATED);
        entry.put("owned_by", target.substring(0, Math.max(0, target.indexOf('/'))));
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
