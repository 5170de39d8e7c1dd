package dev.gapura.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.tools.openapi.ApiException;
import dev.gapura.tools.openapi.PathSegment;
import dev.gapura.wire.JsonTree;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A tool that is a request over HTTP: arguments fill the URL, the query or the body, and the answer is the result.
/// Immutable; runs on virtual threads.
final class HttpTool implements ToolRunner {
    /// Of an address, without what may be secret in it.
    private static final Pattern SERVER = Pattern.compile("(?s)^(https?://)(?:[^/?#]*@)?([^/?#]*).*");

    private static final Logger LOG = LoggerFactory.getLogger(HttpTool.class);
    private static final Pattern ARGUMENT = Pattern.compile("\\{([A-Za-z0-9_.-]+)}");

    private final String name;
    private final ToolEntry.Source.Http source;
    private final Outbound outbound;
    private final EgressRules rules;
    private final Mask mask;
    private final @Nullable JsonNode body;
    private final Set<String> inUrl = new HashSet<>();
    private final AtomicBoolean refusalTold = new AtomicBoolean();

    /// @param name of the tool, for the log
    HttpTool(String name, ToolEntry.Source.Http source, Mask mask, Outbound outbound, EgressRules rules) {
        this.name = name;
        this.source = source;
        this.outbound = outbound;
        this.rules = rules;
        this.mask = mask;
        this.body = source.body() == null ? null : JsonTree.readOrNull(source.body());
        Matcher names = ARGUMENT.matcher(source.url());
        while (names.find()) {
            inUrl.add(names.group(1));
        }
    }

    @Override
    public ToolOutput run(ObjectNode arguments) throws InterruptedException {
        for (String name : inUrl) {
            if (!arguments.hasNonNull(name)) {
                return ToolOutput.failed("The argument '" + name + "' is missing.");
            }
        }
        Outbound.Call call;
        try {
            call = call(arguments);
        } catch (ApiException invalid) {
            return ToolOutput.failed("The call cannot be made: " + invalid.reason() + ".");
        }
        try (Outbound.Answer answer = outbound.call(call, rules)) {
            return HttpAnswer.output(answer, source.result(), mask);
        } catch (Outbound.OutboundException unreachable) {
            if (unreachable.refused() && refusalTold.compareAndSet(false, true)) {
                // What the model is told leaves out what only the operator can do.
                LOG.warn(
                        "tool {}: {}; name host and port of {}, or of where it redirects, under `egress.allow`",
                        name,
                        unreachable.getMessage(),
                        SERVER.matcher(source.url()).replaceFirst("$1$2"));
            }
            return ToolOutput.failed("The service could not be reached: " + unreachable.getMessage() + ".");
        }
    }

    private Outbound.Call call(ObjectNode arguments) throws ApiException {
        boolean hasBody = !source.method().equals("GET") && !source.method().equals("DELETE");
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("accept", "application/json, text/*;q=0.9, */*;q=0.1");
        source.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value.reveal()));
        byte[] sent = null;
        if (hasBody) {
            headers.putIfAbsent("content-type", "application/json");
            sent = sent(arguments);
        }
        return new Outbound.Call(source.method(), url(arguments, !hasBody), headers, sent);
    }

    private String url(ObjectNode arguments, boolean query) throws ApiException {
        int pathEnd = source.url().indexOf('?');
        StringBuilder url = new StringBuilder();
        Matcher names = ARGUMENT.matcher(source.url());
        int at = 0;
        while (names.find()) {
            String filled = encoded(text(arguments.get(names.group(1))));
            boolean inPath = pathEnd < 0 || names.start() < pathEnd;
            url.append(source.url(), at, names.start())
                    .append(inPath ? PathSegment.checked(names.group(1), filled) : filled);
            at = names.end();
        }
        url.append(source.url().substring(at));
        if (query) {
            arguments.properties().forEach(member -> {
                if (!inUrl.contains(member.getKey()) && !member.getValue().isNull()) {
                    url.append(url.indexOf("?") < 0 ? '?' : '&')
                            .append(encoded(member.getKey()))
                            .append('=')
                            .append(encoded(text(member.getValue())));
                }
            });
        }
        return url.toString();
    }

    private byte[] sent(ObjectNode arguments) {
        String template = source.body();
        if (body != null) {
            return JsonTree.wellFormed(filled(body, arguments));
        }
        if (template != null) {
            return replaced(template, arguments).getBytes(StandardCharsets.UTF_8);
        }
        ObjectNode rest = arguments.deepCopy();
        rest.remove(inUrl);
        return JsonTree.wellFormed(rest);
    }

    /// The template with arguments in it: a text that is one argument becomes its value, of whatever type.
    private static JsonNode filled(JsonNode template, ObjectNode arguments) {
        if (template.isTextual()) {
            Matcher whole = ARGUMENT.matcher(template.textValue());
            if (whole.matches()) {
                JsonNode value = arguments.get(whole.group(1));
                return value == null ? NullNode.instance : value;
            }
            return JsonTree.textNode(replaced(template.textValue(), arguments));
        }
        if (template.isArray()) {
            ArrayNode array = JsonTree.array();
            template.forEach(element -> array.add(filled(element, arguments)));
            return array;
        }
        if (template.isObject()) {
            ObjectNode object = JsonTree.object();
            template.properties().forEach(member -> object.set(member.getKey(), filled(member.getValue(), arguments)));
            return object;
        }
        return template;
    }

    private static String replaced(String template, ObjectNode arguments) {
        return ARGUMENT.matcher(template)
                .replaceAll(name -> Matcher.quoteReplacement(
                        arguments.has(name.group(1)) ? text(arguments.get(name.group(1))) : name.group()));
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : JsonTree.text(value);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
