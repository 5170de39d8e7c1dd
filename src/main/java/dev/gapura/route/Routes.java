package dev.gapura.route;

import dev.gapura.config.Config;
import dev.gapura.config.Nearest;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Providers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Finds the target of a model name. `provider/model` is split at the first slash and the rest is passed on as it is;
/// a name without a slash is an alias, of which the first target with a provider is taken. Built at start and at
/// each reload, swapped whole. Immutable; never blocks; called on event loops.
public final class Routes {
    private static final int NEAR_MATCHES = 3;
    /// Longer names are cut in messages.
    private static final int SHOWN_CHARACTERS = 100;

    private final Map<String, Config.Alias> aliases;
    private final Map<String, Provider> providers;
    private final Set<String> models;

    /// @param models names as `provider/model` that may be suggested beside the aliases and what they lead
    ///     to
    public Routes(Map<String, Config.Alias> aliases, Map<String, Provider> providers, Set<String> models) {
        this.models = Set.copyOf(models);
        this.aliases = Map.copyOf(aliases);
        this.providers = Map.copyOf(providers);
    }

    /// The target of a name. Suggestions may come from every alias and provider.
    ///
    /// @throws GatewayException `model_not_found` (404), or 400 for a name that cannot be one
    public Target resolve(String model) {
        return resolve(model, name -> true);
    }

    /// The target of a name.
    ///
    /// @param visible which names may be suggested to this caller
    /// @throws GatewayException `model_not_found` (404), or 400 for a name that cannot be one
    public Target resolve(String model, Predicate<String> visible) {
        int slash = model.indexOf('/');
        if (slash < 0) {
            return alias(model, visible);
        }
        if (slash == 0 || slash == model.length() - 1) {
            throw new GatewayException(
                    Failure.invalid("model", "model " + shown(model) + " must have the shape provider/model"));
        }
        Provider provider = providers.get(model.substring(0, slash));
        if (provider == null) {
            throw new GatewayException(notFound(unknownProvider(model, slash, visible)));
        }
        return target(provider, model.substring(slash + 1), model);
    }

    private static Target target(Provider provider, String upstreamModel, String asked) {
        return new Target(provider.forModel(upstreamModel), upstreamModel, asked);
    }

    private Target alias(String name, Predicate<String> visible) {
        if (name.isBlank()) {
            throw new GatewayException(Failure.invalid("model", "model is empty; write provider/model or an alias"));
        }
        Config.Alias alias = aliases.get(name);
        if (alias == null) {
            throw new GatewayException(notFound(unknownAlias(name, visible)));
        }
        for (String target : alias.targets()) {
            int slash = target.indexOf('/');
            Provider provider = providers.get(target.substring(0, slash));
            if (provider != null) {
                return target(provider, target.substring(slash + 1), name);
            }
        }
        String reason = alias.targets().stream()
                .filter(visible)
                .map(target -> Providers.absence(target.substring(0, target.indexOf('/'))))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("its operator can set one up");
        throw new GatewayException(notFound(
                "the model alias " + shown(name) + " leads to no provider that this gateway has access to; " + reason));
    }

    /// Aliases that name providers which are not set up: one line each, for the log and `check`.
    public List<String> dangling() {
        return dangling(aliases, providers.keySet());
    }

    /// The same for names alone, before anything is built.
    public static List<String> dangling(Map<String, Config.Alias> aliases, Set<String> providers) {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(aliases).forEach((name, alias) -> {
            List<String> missing = alias.targets().stream()
                    .filter(target -> !providers.contains(target.substring(0, target.indexOf('/'))))
                    .toList();
            if (!missing.isEmpty()) {
                lines.add("alias '" + name + "': no access to " + String.join(", ", missing)
                        + "; give the provider an api_key or set its environment variable"
                        + (missing.size() == alias.targets().size() ? " (no target is left)" : ""));
            }
        });
        return lines;
    }

    /// Names of all aliases.
    public Set<String> aliases() {
        return aliases.keySet();
    }

    private String unknownProvider(String model, int slash, Predicate<String> visible) {
        String asked = model.substring(0, slash);
        String rest = model.substring(slash);
        String absence = visible.test(model) ? Providers.absence(asked) : null;
        if (absence != null) {
            return "model " + shown(model) + " cannot be called: " + absence;
        }
        List<String> known = providers.keySet().stream()
                .filter(name -> visible.test(name + rest))
                .sorted()
                .toList();
        String start = "there is no provider for model " + shown(model);
        List<String> near = Nearest.to(asked, known, NEAR_MATCHES);
        if (!near.isEmpty()) {
            return start + question(near.stream().map(name -> name + rest).toList());
        }
        List<String> elsewhere = Providers.knownNames().stream()
                .filter(name -> visible.test(name + rest))
                .toList();
        for (String name : Nearest.to(asked, elsewhere, 1)) {
            return start + question(List.of(name + rest)) + " That cannot be called either: " + Providers.absence(name);
        }
        return start + providersHere(known);
    }

    private String unknownAlias(String name, Predicate<String> visible) {
        Set<String> candidates = new TreeSet<>();
        aliases.forEach((alias, entry) -> {
            candidates.add(alias);
            candidates.addAll(entry.targets());
        });
        models.stream().filter(model -> likeModelOf(model, name)).forEach(candidates::add);
        candidates.removeIf(visible.negate());
        List<String> sameModel = candidates.stream()
                .filter(candidate -> candidate.endsWith("/" + name))
                .limit(NEAR_MATCHES)
                .toList();
        List<String> near = sameModel.isEmpty() ? near(name, candidates) : sameModel;
        List<String> known = providers.keySet().stream()
                .filter(provider -> visible.test(provider + "/" + name))
                .sorted()
                .toList();
        return "there is no model " + shown(name) + (near.isEmpty() ? providersHere(known) : question(near));
    }

    /// Whether a model's own name is about as long as a name; those of other lengths are not compared at
    /// all.
    private static boolean likeModelOf(String model, String name) {
        return Math.abs(model.length() - model.indexOf('/') - 1 - name.length()) <= Math.max(1, name.length() / 3);
    }

    /// Candidates that are like a name as a whole, or whose model's own name is.
    private static List<String> near(String name, Set<String> candidates) {
        if (name.length() > SHOWN_CHARACTERS) {
            return List.of();
        }
        Map<String, String> wholes = new TreeMap<>();
        candidates.forEach(candidate -> wholes.put(candidate, candidate));
        candidates.forEach(candidate -> wholes.putIfAbsent(candidate.substring(candidate.indexOf('/') + 1), candidate));
        return Nearest.to(name, wholes.keySet(), NEAR_MATCHES).stream()
                .map(like -> Objects.requireNonNull(wholes.get(like)))
                .distinct()
                .toList();
    }

    private static String question(Collection<String> near) {
        return "; did you mean "
                + String.join(" or ", near.stream().map(Routes::shown).toList()) + "?";
    }

    private static String providersHere(List<String> names) {
        return "; write provider/model"
                + (names.isEmpty() ? "" : " with one of these providers: " + String.join(", ", names));
    }

    private static String shown(String name) {
        String cut = name.length() > SHOWN_CHARACTERS ? name.substring(0, SHOWN_CHARACTERS) + "…" : name;
        return "'" + cut.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private static Failure notFound(String message) {
        return new Failure(FailureKind.NOT_FOUND, message, "model_not_found", "model", null, null, null);
    }
}
