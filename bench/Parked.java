package bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What open streams cost in memory: so many streams get their first event and then nothing. Compared are resident
/// memory and, for a JVM, the live heap after a full collection, before and while they are open. Afterwards all clients
/// leave, and it is awaited that the provider sees it.
///
/// @param failure why there is no result, or null
/// @param heapBytes live heap per stream, `NaN` where there is no JVM
/// @param residentBytes resident memory per stream; says little about a JVM, whose heap was touched before
/// @param idleResidentBytes resident memory before
/// @param releasedMillis from the last client's leaving until the provider had lost every stream
record Parked(
        String failure,
        int streams,
        double heapBytes,
        double residentBytes,
        long idleResidentBytes,
        long releasedMillis) {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Pattern USED = Pattern.compile("^ ?[a-zA-Z].*used (\\d+)K");

    static Parked measure(Contestant contestant, int mockPort, int streams, Path jdk) throws Exception {
        double heapBefore = liveHeap(contestant, jdk);
        long residentBefore = Machine.residentBytes(contestant.pids());
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < streams; i++) {
                sockets.add(open(contestant.port(), i));
            }
            double heap = liveHeap(contestant, jdk) - heapBefore;
            long resident = Machine.residentBytes(contestant.pids()) - residentBefore;
            if (parked(mockPort) != streams) {
                return failed(parked(mockPort) + " of " + streams + " streams stayed open");
            }
            for (Socket socket : sockets) {
                socket.close();
            }
            long left = System.nanoTime();
            while (parked(mockPort) > 0) {
                if (System.nanoTime() - left > TIMEOUT_MILLIS * 1_000_000L) {
                    return failed(parked(mockPort) + " streams still open 10 s after their clients left");
                }
                Thread.sleep(Duration.ofMillis(5));
            }
            long released = (System.nanoTime() - left) / 1_000_000;
            return new Parked(null, streams, heap / streams, (double) resident / streams, residentBefore, released);
        } catch (IOException problem) {
            return failed(problem + " at stream " + sockets.size());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Parked failed(String failure) {
        return new Parked(failure, 0, Double.NaN, Double.NaN, 0, 0);
    }

    private static Socket open(int port, int id) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        Script body = Script.of(Conversation.body("mock/parked", true, false));
        byte[] head = Load.head(port, Bench.KEY, body.length());
        ByteBuffer request = ByteBuffer.allocate(head.length + body.length());
        body.writeTo(request.put(head), id, 0);
        socket.getOutputStream().write(request.array());
        byte[] answer = new byte[4_096];
        int length = 0;
        byte[] wanted = Conversation.ascii("\"role\":\"assistant\"");
        while (Bytes.find(answer, 0, length, wanted) < 0) {
            int count = socket.getInputStream().read(answer, length, answer.length - length);
            if (count <= 0) {
                throw new IOException("no first event: " + new String(answer, 0, length, StandardCharsets.US_ASCII));
            }
            length += count;
        }
        return socket;
    }

    private static int parked(int mockPort) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", mockPort)) {
            OutputStream out = socket.getOutputStream();
            out.write(Conversation.ascii("GET /parked HTTP/1.1\r\nHost: mock\r\n\r\n"));
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[1_024];
            int length = in.read(answer);
            String text = new String(answer, 0, length, StandardCharsets.US_ASCII);
            return Integer.parseInt(text.substring(text.lastIndexOf('\n') + 1));
        }
    }

    /// Bytes of heap in use right after a full collection; `NaN` where there is no JVM.
    private static double liveHeap(Contestant contestant, Path jdk) throws IOException, InterruptedException {
        if (!contestant.jvm()) {
            return Double.NaN;
        }
        String pid = contestant.pids().getFirst().toString();
        jcmd(jdk, pid, "GC.run");
        long kib = 0;
        for (String line : jcmd(jdk, pid, "GC.heap_info").lines().toList()) {
            Matcher used = USED.matcher(line);
            if (used.find() && !line.contains("Metaspace") && !line.contains("class space")) {
                kib += Long.parseLong(used.group(1));
            }
        }
        return kib * 1024.0;
    }

    private static String jcmd(Path jdk, String pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(jdk.resolve("bin/jcmd").toString(), pid, command)
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("jcmd " + command + " failed: " + text);
        }
        return text;
    }
}
