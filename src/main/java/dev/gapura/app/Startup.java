package dev.gapura.app;

import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.ConfigLoader;
import dev.gapura.config.Nearest;
import dev.gapura.config.Problem;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.Secret;
import dev.gapura.pricing.Catalogue;
import dev.gapura.provider.KeyTurns;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Providers;
import dev.gapura.sim.Simulator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What start, reload and `check` do alike with a configuration. Stateless.
final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    /// Name of the built-in provider.
    static final String SIMULATOR = "sim";

    private Startup() {}

    /// Known models of a provider, as the provider knows them.
    static Stream<String> models(String provider, Catalogue catalogue) {
        return provider.equals(SIMULATOR) ? Simulator.models().stream() : catalogue.models(provider).stream();
    }

    /// Targets of aliases at the simulator that it does not have: one line each, for the log and `check`.
    static List<String> unsimulated(Map<String, Config.Alias> aliases) {
        List<String> there = Simulator.models().stream()
                .map(model -> SIMULATOR + "/" + model)
                .toList();
        List<String> lines = new ArrayList<>();
        new TreeMap<>(aliases)
                .values()
                .forEach(alias -> alias.targets().stream()
                        .filter(target -> target.startsWith(SIMULATOR + "/") && !there.contains(target))
                        .forEach(target -> {
                            List<String> near = Nearest.to(target, there, 1);
                            lines.add("alias '" + alias.name() + "': there is no model '" + target + "'; did you mean "
                                    + String.join(" or ", near.isEmpty() ? there : near) + "?");
                        }));
        return lines;
    }

    /// A loader that knows every provider name of this version, and finds providers that cannot be called.
    static ConfigLoader loader(Map<String, String> environment) {
        TreeSet<String> names = new TreeSet<>(Providers.knownNames());
        names.add(SIMULATOR);
        return new ConfigLoader(environment, names, config -> problems(config, environment));
    }

    private static List<Problem> problems(Config config, Map<String, String> environment) {
        try {
            providers(config, environment);
            return List.of();
        } catch (ConfigException wrong) {
            return wrong.problems();
        }
    }

    /// Providers of the file and those whose usual key variable is set, each with the proxy its calls go
    /// through; the simulator is not among them.
    ///
    /// @throws ConfigException with every entry that cannot be used
    static Map<String, Provider> providers(Config config, Map<String, String> environment) {
        Map<String, Config.ProviderEntry> entries =
                new LinkedHashMap<>(Providers.fromEnvironment(environment, config.timeouts()));
        entries.putAll(config.providers());
        return Providers.build(entries, ProxySettings.from(environment));
    }

    /// The same with keys of the database, for providers that have no credential otherwise.
    ///
    /// @param stored keys by provider
    static Map<String, Provider> providers(
            Config config, Map<String, String> environment, Map<String, List<Secret>> stored) {
        Map<String, Provider> all = new LinkedHashMap<>(providers(config, environment));
        stored.forEach((name, keys) -> {
            Provider configured = all.get(name);
            if (configured != null && hasCredential(configured)) {
                return;
            }
            List<Provider> each = keys.stream()
                    .map(key -> withKey(config, environment, name, key))
                    .filter(Objects::nonNull)
                    .toList();
            if (each.isEmpty()) {
                LOG.warn("keys of the provider '{}' are not used: it wants more than a key", name);
            } else {
                all.put(
                        name,
                        each.getFirst()
                                .withTurns(new KeyTurns(each.stream()
                                        .map(Provider::credential)
                                        .filter(Objects::nonNull)
                                        .toList())));
            }
        });
        return all;
    }

    /// Whether a provider has a credential of its configuration, of the environment or of a cloud.
    static boolean hasCredential(Provider provider) {
        return provider.turns() == null
                && (provider.credential() != null
                        || provider.identity() != null
                        || provider.headers().containsKey(provider.credentialHeader()));
    }

    /// A provider with a key, as the configuration has it otherwise; null where it cannot be called so.
    static @Nullable Provider withKey(Config config, Map<String, String> environment, String name, Secret key) {
        Config.ProviderEntry entry = config.providers().get(name);
        if (name.equals(SIMULATOR) || (entry == null && !Providers.knownNames().contains(name))) {
            return null;
        }
        Config.ProviderEntry base = entry != null
                ? entry
                : new Config.ProviderEntry(
                        name,
                        null,
                        null,
                        key,
                        null,
                        Map.of(),
                        config.timeouts(),
                        null,
                        null,
                        "keys of the provider " + name);
        try {
            Provider provider = Providers.build(Map.of(name, base.withKey(key)), ProxySettings.from(environment))
                    .get(name);
            return provider == null || provider.credential() == null ? null : provider;
        } catch (ConfigException wantsMore) {
            LOG.debug("not callable with a key alone", wantsMore);
            return null;
        }
    }
}
