package dev.gapura.egress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A server on loopback that writes by the byte what its script for a path says, so that it can lie, stall
/// and break off. A thread a connection; one request a connection.
final class FileServer implements AutoCloseable {
    /// Writes one answer.
    interface Script {
        void answer(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    /// What the thread's connection still brings.
    private final ThreadLocal<InputStream> rest = new ThreadLocal<>();
    /// Request heads, as they came.
    final List<String> heads = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    FileServer() throws IOException {
        this("127.0.0.1");
    }

    FileServer(String address) throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.ofLiteral(address));
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket connection = socket.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(connection));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    int port() {
        return socket.getLocalPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    FileServer on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    /// For scripts: says nothing more until the other side hangs up.
    void hold() throws IOException {
        while (rest.get().read() >= 0) {}
    }

    /// A file as servers usually send one.
    FileServer file(String path, String type, byte[] body, String... headers) {
        return on(path, out -> {
            write(
                    out,
                    "HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\ncontent-length: " + body.length + "\r\n"
                            + String.join("", headers) + "\r\n");
            out.write(body);
        });
    }

    FileServer redirect(String path, int status, String location) {
        return on(
                path,
                out -> write(
                        out, "HTTP/1.1 " + status + " Go\r\nlocation: " + location + "\r\ncontent-length: 0\r\n\r\n"));
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void serve(Socket connection) {
        open.incrementAndGet();
        try (connection) {
            InputStream in = connection.getInputStream();
            rest.set(in);
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            heads.add(head.toString());
            String path = head.toString().split(" ")[1];
            Script script = scripts.get(path);
            if (script == null) {
                write(connection.getOutputStream(), "HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n");
            } else {
                script.answer(connection.getOutputStream());
                connection.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // the other side hung up, as it may
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
