package bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// How long calls of tools took, from the last byte of the mock's answer that asks for one to the request that brings
/// its result: the tool, the gateway's work around it, and the machine's own way there and back.
///
/// @param count how many there were
record HandOver(int count, double p50Micros, double p99Micros) {
    /// The same without the machine's own way.
    HandOver less(double wayMicros) {
        return new HandOver(count, p50Micros - wayMicros, p99Micros - wayMicros);
    }

    /// Takes what the mock has seen since the last time.
    static HandOver take(int mockPort) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", mockPort)) {
            socket.getOutputStream()
                    .write(Conversation.ascii("GET /hand-over HTTP/1.1\r\nHost: mock\r\nContent-Length: 0\r\n\r\n"));
            byte[] answer = new byte[1_024];
            int length = 0;
            InputStream in = socket.getInputStream();
            while (true) {
                int count = in.read(answer, length, answer.length - length);
                if (count <= 0) {
                    throw new IOException("no answer of the mock");
                }
                length += count;
                int head = Bytes.find(answer, 0, length, Bytes.HEAD_END);
                int body = head + Bytes.HEAD_END.length;
                if (head >= 0 && length >= body + Bytes.contentLength(answer, head)) {
                    String[] parts = new String(answer, body, length - body, StandardCharsets.US_ASCII).split(" ");
                    return new HandOver(
                            Integer.parseInt(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
                }
            }
        }
    }
}
