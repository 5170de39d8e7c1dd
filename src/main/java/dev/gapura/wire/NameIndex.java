package dev.gapura.wire;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A fixed set of texts, each with something that belongs to it, found for the string or name on which a
/// scanner stands without building a string. Immutable; any thread.
///
/// @param <T> what belongs to a text
public final class NameIndex<T> {
    private record Entry<T>(byte[] text, T value, @Nullable Entry<T> next) {}

    private final Map<String, T> byText;
    private final @Nullable Entry<T>[] cells;

    /// @param entries texts and what belongs to them
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic record
    public NameIndex(Map<String, T> entries) {
        byText = new LinkedHashMap<>(entries);
        cells = new Entry[Integer.highestOneBit(entries.size() + 1) * 4];
        entries.forEach((text, value) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int first = bytes.length == 0 ? '"' : bytes[0] & 0xFF;
            int cell = cell(bytes.length << 8 | first);
            cells[cell] = new Entry<>(bytes, value, cells[cell]);
        });
    }

    /// What belongs to the string or name on which the scanner stands, or null.
    public @Nullable T find(JsonScanner json) {
        if (json.hasEscapes()) {
            return byText.get(json.string());
        }
        for (Entry<T> entry = cells[cell(json.signature())]; entry != null; entry = entry.next) {
            if (json.valueIs(entry.text)) {
                return entry.value;
            }
        }
        return null;
    }

    private int cell(int signature) {
        int mixed = signature * 0x9E3779B1;
        return (mixed ^ mixed >>> 15) & cells.length - 1;
    }
}
