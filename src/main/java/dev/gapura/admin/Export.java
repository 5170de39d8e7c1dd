package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Page;
import dev.gapura.parameter.Parameter;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes every request that a filter leaves, page by page: the next page is read when the client has taken the one
/// before, so that memory does not follow the number of requests. For one answer.
final class Export {
    /// How a file is written.
    ///
    /// @param begin what stands before the first row
    /// @param between what stands between two rows
    /// @param end what stands behind the last
    /// @param row writes one
    record Format(String begin, String between, String end, java.util.function.Function<Entry, String> row) {}

    private static final List<String> COLUMNS =
            EntryJson.SHAPE.members().stream().map(Parameter::name).toList();

    static final Format CSV = new Format(String.join(",", COLUMNS) + "\r\n", "", "", Export::csv);
    static final Format JSON = new Format("[\n", ",\n", "\n]\n", entry -> JsonTree.text(EntryJson.write(entry)));

    private final Ledger ledger;
    private final Filter filter;
    private final Format format;
    private final Outlet outlet;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean empty = true;

    Export(Ledger ledger, Filter filter, Format format, Outlet outlet) {
        this.ledger = ledger;
        this.filter = filter;
        this.format = format;
        this.outlet = outlet;
    }

    CompletableFuture<Void> run() {
        // The first page first: when it cannot be read, the answer is still an error.
        page(null, format.begin());
        return done;
    }

    private void page(@Nullable String cursor, String before) {
        ledger.page(filter, cursor, Ledger.MOST_ENTRIES)
                .thenAccept(page -> write(page, before))
                .exceptionally(this::failed);
    }

    private void write(Page page, String before) {
        StringBuilder text = new StringBuilder(before);
        for (Entry entry : page.entries()) {
            text.append(empty ? "" : format.between()).append(format.row().apply(entry));
            empty = false;
        }
        String next = page.next();
        if (next == null) {
            text.append(format.end());
        }
        outlet.write(text.toString().getBytes(StandardCharsets.UTF_8))
                .thenRun(() -> {
                    if (next == null) {
                        done.complete(null);
                    } else {
                        page(next, "");
                    }
                })
                .exceptionally(this::failed);
    }

    private @Nullable Void failed(Throwable why) {
        done.completeExceptionally(why);
        return null;
    }

    private static String csv(Entry entry) {
        ObjectNode row = EntryJson.write(entry);
        return COLUMNS.stream().map(name -> cell(row.get(name))).collect(Collectors.joining(",", "", "\r\n"));
    }

    /// A cell that a spreadsheet shows and does not run: callers choose the texts, and a text that begins
    /// like a formula, be it in full width, gets an apostrophe before it:
    /// https://owasp.org/www-community/attacks/CSV_Injection
    static String cell(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return "";
        }
        if (value.isNumber() || value.isBoolean()) {
            return value.asText();
        }
        String text = value.isTextual() ? value.textValue() : JsonTree.text(value);
        if (!text.isEmpty() && "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
