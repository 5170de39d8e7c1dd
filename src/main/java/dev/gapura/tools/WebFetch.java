package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;

/// The built-in tool `web_fetch`: a public page as text that can be read. What it may reach is what media fetches may.
/// Immutable; runs on virtual threads.
final class WebFetch implements ToolRunner {
    /// Longer pages are read no further.
    private static final int MOST_BYTES = 4 << 20;

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);

    private static final String NOISE = "script, style, noscript, template, svg, iframe, nav, footer, form, aside";

    private final Outbound outbound;
    private final EgressRules rules;

    WebFetch(Outbound outbound, EgressRules rules) {
        this.outbound = outbound;
        this.rules = rules;
    }

    /// JSON Schema of its arguments.
    static ObjectNode parameters() {
        ObjectNode schema = JsonTree.object().put("type", "object");
        schema.putObject("properties")
                .putObject("url")
                .put("type", "string")
                .put("description", "Address of the page, beginning with https://");
        schema.putArray("required").add("url");
        schema.put("additionalProperties", false);
        return schema;
    }

    @Override
    public ToolOutput run(ObjectNode arguments) throws InterruptedException {
        String url = arguments.path("url").asText();
        Outbound.Call call = new Outbound.Call(
                "GET", url, Map.of("accept", "text/html, text/*;q=0.9, application/json;q=0.8"), null);
        try (Outbound.Answer answer = outbound.call(call, rules)) {
            if (answer.status() != 200) {
                return ToolOutput.failed("The page answered with status " + answer.status() + ".");
            }
            String type = answer.headers().get("content-type");
            String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            byte[] bytes = answer.readUpTo(MOST_BYTES);
            Charset charset = charset(type);
            if (media.equals("text/html") || media.equals("application/xhtml+xml") || media.isEmpty()) {
                return ToolOutput.of(readable(page(bytes, charset, url)));
            }
            return media.startsWith("text/") || media.endsWith("json") || media.endsWith("xml")
                    ? ToolOutput.of(new String(bytes, charset == null ? StandardCharsets.UTF_8 : charset))
                    : ToolOutput.failed("At this address are " + bytes.length + " bytes of " + media
                            + ", which cannot be read as text.");
        } catch (Outbound.OutboundException unreachable) {
            return ToolOutput.failed("The page could not be fetched: " + unreachable.getMessage() + ".");
        }
    }

    /// The characters that the head of the answer names, null where it names none that is known.
    static @Nullable Charset charset(@Nullable String type) {
        Matcher named = CHARSET.matcher(type == null ? "" : type);
        try {
            return named.find() ? Charset.forName(named.group(1)) : null;
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    /// A page; one whose characters its answer did not name says so itself, or is read as UTF-8.
    static Document page(byte[] bytes, @Nullable Charset charset, String url) {
        try {
            return Jsoup.parse(new ByteArrayInputStream(bytes), charset == null ? null : charset.name(), url);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Title and text, a line a block; what only frames the text is left out.
    static String readable(Document page) {
        String title = page.title();
        page.select(NOISE).remove();
        Element main = page.selectFirst("main, article, [role=main]");
        StringBuilder text = new StringBuilder();
        NodeTraversor.traverse(
                new NodeVisitor() {
                    @Override
                    public void head(Node node, int depth) {
                        if (node instanceof TextNode words) {
                            String line = words.text();
                            boolean fresh = text.isEmpty() || text.charAt(text.length() - 1) == '\n';
                            text.append(fresh ? line.stripLeading() : line);
                        } else if (node instanceof Element element) {
                            if (element.isBlock() || element.normalName().equals("br")) {
                                breakLine(text);
                            }
                            if (element.normalName().equals("li")) {
                                text.append("- ");
                            }
                        }
                    }

                    @Override
                    public void tail(Node node, int depth) {
                        if (node instanceof Element element && element.isBlock()) {
                            breakLine(text);
                        }
                    }
                },
                main == null ? page.body() : main);
        String body = text.toString().strip();
        return title.isBlank() ? body : title + "\n\n" + body;
    }

    private static void breakLine(StringBuilder text) {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            text.append('\n');
        }
    }
}
