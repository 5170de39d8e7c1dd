package dev.gapura.app;

import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.ConfigLoader;
import dev.gapura.config.Problem;
import dev.gapura.config.ProxySettings;
import dev.gapura.pricing.Catalogue;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Providers;
import dev.gapura.sim.Simulator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What start, reload and `check` do alike with a configuration. Stateless.
final class Startup {
    /// Name of the built-in provider.
    static final String SIMULATOR = "sim";

    private Startup() {}

    /// Known models of a provider, as the provider knows them.
    static Stream<String> models(String provider, Catalogue catalogue) {
        return provider.equals(SIMULATOR)
                ? Simulator.models().stream()
                : catalogue.models(provider).stream();
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
}
