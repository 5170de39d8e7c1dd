package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.NamePattern;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.tools.openapi.ApiDocument;
import dev.gapura.tools.openapi.ApiException;
import dev.gapura.tools.openapi.ApiRequest;
import dev.gapura.tools.openapi.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The operations of one OpenAPI document. A file is read when the source is made; an address is fetched by a virtual
/// thread of its own, again after a pause until it could be, and then once an hour. Any thread.
final class OpenApiSource implements ToolSource {
    private static final Logger LOG = LoggerFactory.getLogger(OpenApiSource.class);
    private static final String NOT_YET = "not read yet";
    private static final int MOST_BYTES = 8 << 20;
    /// So many tools are more than a model can choose from; documents of clouds have thousands.
    private static final int MOST_TOOLS = 1000;

    private static final int MOST_LINES = 20;

    private static final Duration REFRESH = Duration.ofHours(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final ToolEntry entry;
    private final ToolEntry.Source.OpenApi source;
    private final Outbound outbound;
    private final EgressRules rules;
    private final Mask mask;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final @Nullable Thread fetcher;
    private volatile List<ServerTool> tools = List.of();
    private volatile String trouble = NOT_YET;
    private volatile boolean closed;

    OpenApiSource(ToolEntry entry, ToolEntry.Source.OpenApi source, Outbound outbound, EgressRules rules) {
        this.entry = entry;
        this.source = source;
        this.outbound = outbound;
        this.rules = rules;
        this.mask = Mask.of(entry, source.headers().values());
        source.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value.reveal()));
        Path file = source.file();
        URI url = source.url();
        if (file != null) {
            fetcher = null;
            fromFile(file);
        } else if (url != null) {
            fetcher = Thread.ofVirtual().name("tools-" + entry.name()).unstarted(() -> keep(url));
            fetcher.start();
        } else {
            throw new IllegalArgumentException(entry.name());
        }
    }

    private void fromFile(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            take(in.readNBytes(MOST_BYTES + 1), null);
        } catch (IOException unreadable) {
            LOG.debug("{} cannot be read", file, unreadable);
            trouble("its file cannot be read");
        }
    }

    private void keep(URI url) {
        int failures = 0;
        while (!closed) {
            try {
                failures = fetch(url) ? 0 : failures + 1;
            } catch (InterruptedException over) {
                return;
            }
            long pause = failures == 0
                    ? REFRESH.toMillis()
                    : Math.min(LONGEST_PAUSE.toMillis(), 500L << Math.min(failures, 10));
            LockSupport.parkNanos(Duration.ofMillis(pause).toNanos());
        }
    }

    private boolean fetch(URI url) throws InterruptedException {
        Map<String, String> with = new LinkedHashMap<>(headers);
        with.put("accept", "application/json, application/yaml, text/yaml;q=0.9, */*;q=0.1");
        try (Outbound.Answer answer = outbound.call(new Outbound.Call("GET", url.toString(), with, null), rules)) {
            if (answer.status() != 200) {
                return trouble("its address answers with status " + answer.status());
            }
            return take(answer.readUpTo(MOST_BYTES + 1), url);
        } catch (Outbound.OutboundException broken) {
            return trouble(
                    broken.refused()
                            ? "its address may not be reached; name host and port under `egress.allow`"
                            : String.valueOf(broken.getMessage()));
        }
    }

    /// A document that cannot be had leaves what there was before.
    private boolean trouble(String why) {
        if (!closed && !why.equals(trouble)) {
            LOG.warn("tools {}: the document cannot be used: {}", entry.name(), why);
        }
        trouble = why;
        return false;
    }

    private boolean take(byte[] bytes, @Nullable URI place) {
        if (bytes.length > MOST_BYTES) {
            return trouble("the document is longer than " + MOST_BYTES + " bytes");
        }
        ApiDocument document;
        try {
            document = ApiDocument.read(bytes, place);
        } catch (ApiException broken) {
            return trouble(broken.reason());
        }
        List<NamePattern> wanted = source.operations() == null
                ? List.of(new NamePattern("*"))
                : source.operations().stream().map(NamePattern::new).toList();
        List<ServerTool> all = new ArrayList<>();
        document.leftOut().stream()
                .limit(MOST_LINES)
                .forEach(why -> LOG.warn("tools {}: left out: {}", entry.name(), why));
        for (Operation operation : document.operations()) {
            if (wanted.stream().noneMatch(pattern -> pattern.matches(operation.name()))) {
                continue;
            }
            String fault = fault(operation, place);
            if (fault != null) {
                LOG.warn("tools {}: '{}' is left out: {}", entry.name(), operation.name(), fault);
            } else if (all.size() < MOST_TOOLS) {
                all.add(tool(operation));
            }
        }
        for (NamePattern pattern : wanted) {
            boolean none = document.operations().stream().noneMatch(operation -> pattern.matches(operation.name()));
            if (none && source.operations() != null) {
                LOG.warn("tools {}: no operation is named '{}'", entry.name(), pattern.text());
            }
        }
        tools = List.copyOf(all);
        trouble = all.isEmpty() ? "the document has no operation that can be used" : "";
        LOG.info("tools {}: {} available", entry.name(), all.size() == 1 ? "1 tool" : all.size() + " tools");
        return true;
    }

    /// Secrets go where the operator said: to `base_url`, to what a file names, to the host of a
    /// document's address.
    private @Nullable String fault(Operation operation, @Nullable URI place) {
        if (source.baseUrl() == null && operation.server() == null) {
            return "the document names no server; set `base_url`";
        }
        if (source.baseUrl() == null
                && place != null
                && !headers.isEmpty()
                && !String.valueOf(operation.server())
                        .startsWith(place.resolve("/").toString())
                && !(operation.server() + "/").equals(place.resolve("/").toString())) {
            return "its server is another than that of the document, and would get `headers`; set `base_url`";
        }
        return SchemaCheck.fault(operation.schema());
    }

    private ServerTool tool(Operation operation) {
        return new ServerTool(
                entry.name() + "." + operation.name(),
                operation.description(),
                operation.schema(),
                ToolSources.terms(entry, operation.method().equals("GET")),
                arguments -> run(operation, arguments));
    }

    private ToolOutput run(Operation operation, ObjectNode arguments) throws InterruptedException {
        ApiRequest request;
        try {
            URI base = source.baseUrl();
            request = operation.request(base == null ? null : base.toString().replaceAll("/+$", ""), arguments);
        } catch (ApiException invalid) {
            return ToolOutput.failed("The call cannot be made: " + invalid.reason() + ".");
        }
        Map<String, String> all = new LinkedHashMap<>(request.headers());
        all.putAll(headers);
        Outbound.Call call = new Outbound.Call(request.method(), request.url(), all, request.body());
        try (Outbound.Answer answer = outbound.call(call, rules)) {
            return HttpAnswer.output(answer, null, mask);
        } catch (Outbound.OutboundException unreachable) {
            return ToolOutput.failed("The service could not be reached: " + unreachable.getMessage() + ".");
        }
    }

    @Override
    public List<ServerTool> tools() {
        return tools;
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public boolean tried() {
        return !trouble.equals(NOT_YET);
    }

    @Override
    public void close() {
        closed = true;
        Thread thread = fetcher;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
