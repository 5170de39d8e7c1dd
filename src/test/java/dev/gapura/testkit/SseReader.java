package dev.gapura.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads an event stream the way the HTML standard describes it
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>). Written for
/// clarity, byte by byte, and apart from the gateway's own scanner, so that tests can hold one against the other.
/// Bytes may be fed in any slices. One thread at a time.
public final class SseReader {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private final List<String> comments = new ArrayList<>();
    private String type = "";
    private String id = "";
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;

    /// One dispatched event.
    ///
    /// @param type `message` when the stream named none
    /// @param id last event id, empty when none was given
    public record Event(String type, String data, String id) {}

    /// All events of a finished stream.
    public static List<Event> readAll(byte[] stream) {
        return new SseReader().feed(stream);
    }

    /// Data of all events of a finished stream.
    public static List<String> dataOf(byte[] stream) {
        return readAll(stream).stream().map(Event::data).toList();
    }

    /// Takes more bytes and gives the events that they completed.
    public List<Event> feed(byte[] bytes) {
        List<Event> events = new ArrayList<>();
        for (byte one : bytes) {
            boolean secondHalf = afterCarriageReturn && one == '\n';
            afterCarriageReturn = one == '\r';
            if (secondHalf) {
                continue;
            }
            if (one == '\n' || one == '\r') {
                endLine(events);
            } else {
                line.write(one);
            }
        }
        return events;
    }

    /// Comment lines so far, without their colon.
    public List<String> comments() {
        return List.copyOf(comments);
    }

    /// True when the stream stopped inside an event: such data is never dispatched.
    public boolean isInsideEvent() {
        return hasData || line.size() > 0;
    }

    /// What would still be dispatched if the stream were closed by a blank line; for providers that leave it out.
    public List<Event> finish() {
        List<Event> events = new ArrayList<>();
        if (line.size() > 0) {
            endLine(events);
        }
        endLine(events);
        return events;
    }

    private void endLine(List<Event> events) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (firstLine) {
            firstLine = false;
            text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
        if (text.isEmpty()) {
            dispatch(events);
            return;
        }
        int colon = text.indexOf(':');
        if (colon == 0) {
            comments.add(text.substring(1));
            return;
        }
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        field(field, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void field(String field, String value) {
        switch (field) {
            case "data" -> {
                data.append(hasData ? "\n" : "").append(value);
                hasData = true;
            }
            case "event" -> type = value;
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            default -> {
                // the standard says: ignore
            }
        }
    }

    private void dispatch(List<Event> events) {
        if (hasData) {
            events.add(new Event(type.isEmpty() ? "message" : type, data.toString(), id));
        }
        data.setLength(0);
        hasData = false;
        type = "";
    }
}
