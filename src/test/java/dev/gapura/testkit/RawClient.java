package dev.gapura.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An HTTP/1.1 client on a plain socket, for tests: what it sends is exactly what the test says, what it reads is told
/// apart to the byte, and it can stop reading, close or reset at any moment. Every read has a deadline, so a hang is a
/// failed test. One thread at a time.
public final class RawClient implements AutoCloseable {
    /// Longest wait of one read.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;
    private final InputStream in;
    private final SseReader sse = new SseReader();
    private final List<SseReader.Event> events = new ArrayList<>();
    private Body body = new Body(0, false, false);

    /// Status line and headers of a response.
    ///
    /// @param headers names in lower case, repeated ones joined by `, `
    public record Head(String version, int status, String reason, Map<String, String> headers) {}

    /// A whole response.
    ///
    /// @param complete false when the connection ended before the body did
    public record Response(Head head, byte[] body, boolean complete) {
        /// Status code.
        public int status() {
            return head.status();
        }

        /// A header by its lower-case name, null when absent.
        public String header(String name) {
            return head.headers().get(name);
        }

        /// The body as UTF-8.
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /// Connects to a port of 127.0.0.1.
    public static RawClient connect(int port) {
        return connect(port, 0);
    }

    /// Connects to host and port of an address.
    public static RawClient connect(URI address) {
        return connect(address.getPort());
    }

    /// Connects with a receive buffer of about so many bytes, for a slow reader; 0 leaves the system's own.
    public static RawClient connect(int port, int receiveBufferBytes) {
        try {
            Socket socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends bytes as they are.
    public RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends text as ISO-8859-1, so that every char below 256 is one byte.
    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends a well-formed request. `host` and `content-length` are added.
    public RawClient request(String method, String path, Map<String, String> headers, byte[] content) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (content.length > 0 || !method.equals("GET")) {
            head.append("content-length: ").append(content.length).append("\r\n");
        }
        byte[] headBytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[headBytes.length + content.length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(content, 0, all, headBytes.length, content.length);
        return send(all);
    }

    /// Sends a JSON request with a bearer key.
    public RawClient postJson(String path, String key, String json) {
        return request(
                "POST",
                path,
                Map.of("authorization", "Bearer " + key, "content-type", "application/json"),
                json.getBytes(StandardCharsets.UTF_8));
    }

    /// Reads status line and headers; interim responses (1xx) are passed over.
    ///
    /// @throws UncheckedIOException with an [EOFException] when the connection ends first
    public Head readHead() {
        try {
            Head head = head();
            while (head.status() >= 100 && head.status() < 200) {
                head = head();
            }
            body = Body.of(head);
            return head;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a whole response, also one that is cut short.
    public Response readResponse() {
        Head head = readHead();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean complete = true;
        try {
            for (byte[] part = readSome(); part.length > 0; part = readSome()) {
                bytes.writeBytes(part);
            }
        } catch (UncheckedIOException e) {
            complete = false;
            if (e.getCause() instanceof java.net.SocketTimeoutException) {
                throw e;
            }
        }
        return new Response(head, bytes.toByteArray(), complete);
    }

    /// Reads some more of the body, transfer coding removed; empty at its end.
    ///
    /// @throws UncheckedIOException when the connection ends or breaks before the body does
    public byte[] readSome() {
        try {
            return body.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads the next event of a stream as soon as it is there; empty at the proper end of the body.
    ///
    /// @throws UncheckedIOException when the connection ends or breaks before the body does
    public Optional<SseReader.Event> readEvent() {
        while (events.isEmpty()) {
            byte[] part = readSome();
            if (part.length == 0) {
                return Optional.empty();
            }
            events.addAll(sse.feed(part));
        }
        return Optional.of(events.removeFirst());
    }

    /// The stream parser used by [#readEvent()], to see comments and unfinished data.
    public SseReader sse() {
        return sse;
    }

    /// Reads everything until the other side closes, without looking at it.
    public byte[] readToEnd() {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for the connection to end and says whether it did within the deadline; bytes that come are dropped.
    public boolean awaitClose(Duration deadline) {
        long until = System.nanoTime() + deadline.toNanos();
        try {
            while (true) {
                long leftMillis = (until - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    return false;
                }
                socket.setSoTimeout((int) leftMillis);
                if (in.read() < 0) {
                    return true;
                }
            }
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// Says that nothing more will be sent (FIN) and goes on reading.
    public void finishSending() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Leaves with a reset (RST).
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Leaves with an ordinary close.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Head head() throws IOException {
        String[] status = Body.line(in).split(" ", 3);
        if (status.length < 2) {
            throw new IOException("not a status line: " + String.join(" ", status));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = Body.line(in); !line.isEmpty(); line = Body.line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a header: " + line);
            }
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (first, more) -> first + ", " + more);
        }
        return new Head(status[0], Integer.parseInt(status[1]), status.length > 2 ? status[2] : "", headers);
    }
}
