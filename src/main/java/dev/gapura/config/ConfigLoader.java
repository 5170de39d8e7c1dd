package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Reads a configuration file into a [Config]: YAML nodes with their marks, references to the environment replaced,
/// every member checked, every problem told at once. The shape is the *Configuration* section of the public contract;
/// members beside it are described in `docs/configuration.md`.
///
/// Reads files and nothing else; holds no state, so any thread may use it and a reload uses the same one.
public final class ConfigLoader {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?}");
    private final Map<String, String> environment;
    private final Set<String> knownProviders;
    private final Function<Config, List<Problem>> check;

    /// @param environment variables for `${NAME}`
    /// @param knownProviders names that need no entry under `providers` to be a target of an alias
    public ConfigLoader(Map<String, String> environment, Set<String> knownProviders) {
        this(environment, knownProviders, config -> List.of());
    }

    /// @param environment variables for `${NAME}`
    /// @param knownProviders names that need no entry under `providers` to be a target of an alias
    /// @param check finds what only others can tell, such as a provider that cannot be called. It is asked
    ///     about
    /// wrong files too, with defaults for what is wrong and without the providers whose entries are wrong,
    /// so that
    /// its problems are told with the others
    public ConfigLoader(
            Map<String, String> environment, Set<String> knownProviders, Function<Config, List<Problem>> check) {
        this.environment = Map.copyOf(environment);
        this.check = check;
        this.knownProviders = Set.copyOf(knownProviders);
    }

    /// Reads a file.
    ///
    /// @param file null: no file, the defaults
    /// @throws ConfigException when it is missing, unreadable or wrong
    public Loaded load(@Nullable Path file, Overrides overrides) {
        if (file == null) {
            return parse("", "defaults", overrides);
        }
        Loaded read = parse(read(file), label(file), overrides);
        return new Loaded(read.config(), read.warnings(), file);
    }

    /// Reads text.
    ///
    /// @param label what stands for the file in messages
    /// @throws ConfigException with every problem found
    public Loaded parse(String yaml, String label, Overrides overrides) {
        Document document = new Document(label, environment);
        Section top = new Section(document, "", compose(document, yaml));
        Config config = overrides.applyTo(config(document, top));
        top.close();
        if (document.problemCount() == 0) {
            new Unmatched(document, top, knownProviders).warn();
        }
        document.add(check.apply(config));
        if (!document.problems().isEmpty()) {
            throw new ConfigException(document.problems());
        }
        return new Loaded(config, document.warnings(), null);
    }

    private static String read(Path file) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException missing) {
            throw ConfigException.of(file.toString(), "there is no such file; check the path");
        } catch (CharacterCodingException notUtf8) {
            throw ConfigException.of(file.toString(), "is not UTF-8 text; save it as UTF-8");
        } catch (AccessDeniedException denied) {
            throw ConfigException.of(file.toString(), "may not be read by this process; check its rights");
        } catch (IOException unreadable) {
            throw ConfigException.of(
                    file.toString(),
                    Files.isDirectory(file)
                            ? "is a folder; name the file in it"
                            : "cannot be read: " + unreadable.getMessage());
        }
    }

    private static String label(Path file) {
        return file.toString();
    }

    private static Node compose(Document document, String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowNonScalarKeys(true)
                .build();
        try {
            Optional<Node> node = new Compose(settings).composeString(yaml);
            return node.orElseGet(() -> new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK));
        } catch (MarkedYamlEngineException malformed) {
            String position = malformed
                    .getProblemMark()
                    .or(malformed::getContextMark)
                    .map(document::position)
                    .orElse("");
            String remedy = malformed
                    .getProblemMark()
                    .map(mark -> unquotedReference(yaml, mark))
                    .orElse("");
            throw ConfigException.of(position, "not YAML: " + reason(malformed) + remedy);
        } catch (YamlEngineException malformed) {
            throw ConfigException.of(document.label(), "not YAML: " + malformed.getMessage());
        }
    }

    private static String reason(MarkedYamlEngineException malformed) {
        String context = malformed.getContext();
        return (context == null ? "" : context + ", ") + malformed.getProblem();
    }

    /// In `{ … }` and `[ … ]` the brace of `${NAME}` begins a mapping, which is where the parser then
    /// stumbles.
    private static String unquotedReference(String yaml, Mark mark) {
        String line = yaml.lines().skip(mark.getLine()).findFirst().orElse("");
        Matcher reference = REFERENCE.matcher(line);
        while (reference.find()) {
            if (reference.start() <= mark.getColumn() && mark.getColumn() <= reference.end()) {
                return "; put quotes around it: \"" + reference.group() + "\"";
            }
        }
        return "";
    }

    private Config config(Document document, Section top) {
        Config.Server server = ServerReader.read(document, top.section("server"));
        Config.Storage storage = StorageReader.read(document, top.section("storage"));
        Config.Timeouts timeouts = ProviderReader.timeouts(top.section("timeouts"), Defaults.TIMEOUTS);
        Unserved.retries(document, top);
        Section limitSection = top.section("limits");
        Restrictions restrictions = Restrictions.read(document, limitSection, top.section("budget"), top);
        Limits limits = Limits.read(limitSection);
        Config.Egress egress = EgressReader.read(document, top.section("egress"));
        Section auth = top.section("auth");
        Config.Oidc oidc = AuthReader.oidc(document, auth);
        List<Config.Key> keys = AuthReader.keys(document, auth);
        Section providerSection = top.section("providers");
        Map<String, Config.ProviderEntry> providers = ProviderReader.readAll(document, providerSection, timeouts);
        Map<String, Config.Alias> models = aliases(
                document,
                top.section("models"),
                top.section("providers").named().keySet());
        List<Config.CatalogueEntry> catalogue = CatalogueSection.read(document, top.section("catalogue"));
        Map<String, ToolEntry> tools = ToolsReader.read(document, top.section("tools"));
        return new Config(
                server,
                timeouts,
                keys,
                providers,
                models,
                catalogue,
                egress,
                storage,
                tools,
                limits,
                restrictions,
                oidc);
    }

    private Map<String, Config.Alias> aliases(Document document, Section models, Set<String> providers) {
        Map<String, Config.Alias> aliases = new LinkedHashMap<>();
        models.named().forEach((name, member) -> {
            Section section = new Section(document, models.path(name), member.getValueNode());
            List<Item> targets = section.items("targets");
            String strategy = section.word("strategy", List.of("order", "weighted", "cheapest", "fastest"));
            section.unserved("circuit", "no target is set aside yet");
            section.close();
            if (name.isBlank() || name.contains("/")) {
                document.error(
                        member.getKeyNode(),
                        "alias '" + name + "' must be a name without '/': "
                                + "provider/model names are never looked up here");
            }
            if (targets == null || targets.isEmpty()) {
                document.error(
                        member.getKeyNode(),
                        section.path("targets") + (targets == null ? " is missing" : " is empty")
                                + "; write targets: [provider/model]");
                return;
            }
            targets.forEach(target -> checkTarget(document, section.path("targets"), target, providers));
            if (targets.size() > 1 || (strategy != null && !strategy.equals("order"))) {
                document.warn(
                        targets.getFirst().node(),
                        "not served yet: choosing among targets; '" + name + "' always uses its first one");
            }
            aliases.put(
                    name,
                    new Config.Alias(
                            name,
                            targets.stream().map(Item::value).toList(),
                            strategy == null
                                    ? Config.Strategy.ORDER
                                    : Config.Strategy.valueOf(strategy.toUpperCase(Locale.ROOT))));
        });
        return aliases;
    }

    private void checkTarget(Document document, String path, Item target, Set<String> providers) {
        int slash = target.value().indexOf('/');
        if (slash <= 0 || slash == target.value().length() - 1) {
            document.error(target.node(), path + ": " + target.shown() + " must have the shape provider/model");
            return;
        }
        String provider = target.value().substring(0, slash);
        if (!providers.contains(provider) && !knownProviders.contains(provider)) {
            Set<String> all = new TreeSet<>(knownProviders);
            all.addAll(providers);
            String question = Nearest.question(provider, all);
            document.error(
                    target.node(),
                    path + ": there is no provider '" + provider + "'"
                            + (question.isEmpty() ? "; add it under providers" : question));
        }
    }
}
