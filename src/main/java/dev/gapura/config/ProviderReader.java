package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/// Reads `providers` and the `timeouts` that stand there too.
final class ProviderReader {
    /// The dialects of the public contract.
    private static final List<String> DIALECTS =
            List.of("openai_chat", "openai_responses", "anthropic", "gemini", "bedrock", "mistral", "cohere", "ollama");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Duration INSTANT = Duration.ofMillis(1);

    private ProviderReader() {}

    /// All entries. One with a problem is left out: more about it would only follow from that.
    static Map<String, Config.ProviderEntry> readAll(Document document, Section section, Config.Timeouts general) {
        Map<String, Config.ProviderEntry> entries = new LinkedHashMap<>();
        section.named().forEach((name, member) -> {
            if (!NAME.matcher(name).matches()) {
                document.error(
                        member.getKeyNode(),
                        "provider name '" + name + "' must be letters, digits, '.', '_' and '-': "
                                + "it is the part before the first '/' of a model");
            }
            int before = document.problemCount();
            Config.ProviderEntry entry = read(document, section.path(name), name, member, general);
            if (document.problemCount() == before) {
                entries.put(name, entry);
            }
        });
        return entries;
    }

    private static Config.ProviderEntry read(
            Document document, String path, String name, NodeTuple member, Config.Timeouts general) {
        Section section = new Section(document, path, member.getValueNode());
        String dialect = section.word("dialect", DIALECTS);
        URI baseUrl = url(document, section, "base_url", Urls::baseUrlFault);
        Secret apiKey = section.secret("api_key");
        String apiVersion = section.text("api_version");
        Map<String, String> headers = headers(document, section.section("headers"));
        Config.Timeouts timeouts = timeouts(section.section("timeouts"), general);
        URI proxy = url(document, section, "proxy", Urls::proxyFault);
        Config.UpstreamTls tls = tls(document, section);
        Config.Cloud cloud = CloudReader.read(document, section, name, dialect);
        Unserved.providerMembers(section);
        section.close();
        return new Config.ProviderEntry(
                name,
                dialect,
                baseUrl,
                apiKey,
                apiVersion,
                headers,
                timeouts,
                proxy,
                tls,
                cloud,
                document.position(member.getKeyNode()));
    }

    static Config.Timeouts timeouts(Section section, Config.Timeouts fallback) {
        Config.Timeouts timeouts = new Config.Timeouts(
                section.duration("connect", fallback.connect(), INSTANT),
                section.duration("first_token", fallback.firstToken(), INSTANT),
                section.duration("between_chunks", fallback.betweenChunks(), INSTANT),
                section.duration("total", fallback.total(), INSTANT));
        section.close();
        return timeouts;
    }

    private static @Nullable URI url(
            Document document, Section section, String key, Function<String, @Nullable String> check) {
        String text = section.text(key);
        Item item = text == null ? null : section.item(key);
        if (item == null) {
            return null;
        }
        String fault = check.apply(item.value());
        if (fault != null) {
            document.error(item.node(), section.path(key) + " " + fault);
            return null;
        }
        return URI.create(item.value());
    }

    private static Map<String, String> headers(Document document, Section section) {
        Map<String, String> headers = new LinkedHashMap<>();
        section.named().forEach((name, member) -> {
            String value = section.text(name);
            String lower = name.toLowerCase(Locale.ROOT);
            String nameFault = RequestHeader.nameFault(name);
            String valueFault = value == null ? null : RequestHeader.valueFault(value);
            if (nameFault != null) {
                document.error(member.getKeyNode(), section.path(name) + nameFault);
            } else if (lower.equals("content-type")) {
                document.error(member.getKeyNode(), section.path(name) + " is set by the gateway itself; remove it");
            } else if (valueFault != null) {
                document.error(member.getValueNode(), section.path(name) + valueFault);
            } else if (value != null && headers.putIfAbsent(lower, value) != null) {
                document.error(member.getKeyNode(), section.path(name) + " stands here twice; keep one");
            }
        });
        return headers;
    }

    private static Config.@Nullable UpstreamTls tls(Document document, Section provider) {
        if (!provider.has("tls")) {
            return null;
        }
        Section section = provider.section("tls");
        Path ca = ServerReader.file(document, section, "ca");
        Path certificate = ServerReader.file(document, section, "certificate");
        Path key = ServerReader.file(document, section, "key");
        if (section.has("certificate") != section.has("key")) {
            document.error(
                    section.node(),
                    section.path("certificate") + " and " + section.path("key")
                            + " belong together; name both or neither");
        }
        section.close();
        return new Config.UpstreamTls(ca, certificate, key);
    }
}
