package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/// The built-in tool `web_fetch`: a public page as text that can be read. What it may reach is what media fetches may.
/// Immutable; runs on virtual threads.
final class WebFetch implements ToolRunner {
    /// Longer pages are read no further.
    private static final int MOST_BYTES = 4 << 20;

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
            if (media.equals("text/html") || media.equals("application/xhtml+xml") || media.isEmpty()) {
                return ToolOutput.of(readable(Jsoup.parse(new String(bytes, StandardCharsets.UTF_8), url)));
            }
            return media.startsWith("text/") || media.endsWith("json") || media.endsWith("xml")
                    ? ToolOutput.of(new String(bytes, StandardCharsets.UTF_8))
                    : ToolOutput.failed("At this address are " + bytes.length + " bytes of " + media
                            + ", which cannot be read as text.");
        } catch (Outbound.OutboundException unreachable) {
            return ToolOutput.failed("The page could not be fetched: " + unreachable.getMessage() + ".");
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
