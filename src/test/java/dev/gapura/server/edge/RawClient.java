package dev.gapura.server.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A socket that sends bytes as they are and reads answers strictly.
final class RawClient implements AutoCloseable {
    /// @param body empty for HEAD
    record Answer(int status, String head, String body) {}

    final Socket socket;
    private final InputStream in;

    RawClient(int port, boolean tls) throws Exception {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(20_000);
        socket = tls ? trustingContext().getSocketFactory().createSocket(plain, "localhost", port, true) : plain;
        in = socket.getInputStream();
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// Sends in pieces of random length up to `longest`; what a peer that closed no longer takes is not sent.
    void send(byte[] bytes, int longest, Random random) throws IOException {
        try {
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(longest));
                send(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
        } catch (SocketException closed) {
            // The answers tell whether it was right to close.
        }
    }

    /// Everything until the server closes, or until `count` answers are there.
    List<Answer> answers(int count, boolean headMethod) throws IOException {
        List<Answer> answers = new ArrayList<>();
        while (answers.size() < count) {
            Answer answer = answer(headMethod);
            if (answer == null) {
                break;
            }
            if (answer.status != 100) {
                answers.add(answer);
            }
        }
        return answers;
    }

    /// The next answer, or null at the end.
    Answer answer(boolean headMethod) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                if (head.size() > 0) {
                    throw new IOException("connection ended inside a head: " + head);
                }
                return null;
            }
            head.write(b);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int status = Integer.parseInt(text.substring(9, 12));
        String lower = text.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\ncontent-length:");
        int length = at < 0 || headMethod
                ? 0
                : Integer.parseInt(
                        lower.substring(at + 17, lower.indexOf('\r', at + 17)).strip());
        return new Answer(status, text, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /// True when the server has closed and nothing more came.
    boolean ended() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static SSLContext trustingContext() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        return context;
    }

    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
