package bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A provider on loopback that costs next to nothing: `POST .../chat/completions`, answered from bytes made in advance.
/// The model decides what comes: `json`, `unpaced`, `paced`, `parked` (two events, then silence), also behind a prefix
/// (`mock/json`), and `rounds-N`: N calls of a tool before the answer (`rounds-N-thread`: with long arguments). A request whose `messages` did not arrive as they were sent is refused with 400, which makes the load
/// generator throw the measurement away. `GET` answers with the number of parked streams, `GET /hand-over` with the
/// times between calls of tools and their results.
///
/// Threads: the main one accepts, reads and answers; [Pacer] writes the paced chunks, because a selector waits in whole
/// milliseconds and would send the chunks of many streams in bunches. A connection is written by one of them at a time:
/// its client sends nothing before the answer is complete.
final class Mock {
    private static final String STREAM_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            + "Cache-Control: no-cache\r\nx-request-id: req_bench\r\nTransfer-Encoding: chunked\r\n\r\n";

    static final String LAST_CHUNK = "0\r\n\r\n";

    /// How far into a body, and from its end, the members other than `messages` may stand.
    private static final int MEMBERS_BYTES = 1_024;

    private static final byte[] MODEL = Conversation.ascii("\"model\":\"");
    private static final byte[] MESSAGES = Conversation.ascii("\"messages\":[");
    private static final byte[] NUMBER = Conversation.ascii("Request ");
    private static final byte[] MESSAGES_MODEL = Conversation.ascii("\"model\":\"paced-messages\"");
    private static final byte[] ROUNDS = Conversation.ascii("\"model\":\"rounds-");
    private static final byte[] RESULT = Conversation.ascii(Conversation.TOOL_RESULT);
    private static final byte[] HAND_OVER = Conversation.ascii(" /hand-over ");
    private static final byte[] INCLUDE_USAGE = Conversation.ascii("\"include_usage\":true");

    private final Script smallMessages = Script.of(Conversation.messages(false));
    private final Script largeMessages = Script.of(Conversation.messages(true));
    private final Script json = Script.of("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + Conversation.answer().length() + "\r\nx-request-id: req_bench\r\n\r\n" + Conversation.answer());
    /// With content: a gateway may hold the head of a stream back until there is some.
    private final Script parkedOpening = Script.of(
            STREAM_HEAD + Conversation.chunked(List.of(Conversation.role(), Conversation.unpaced())));
    private final Script messagesOpening =
            Script.of(STREAM_HEAD + Conversation.chunked(Conversation.messagesOpening()));
    private final Script opening = Script.of(STREAM_HEAD + Conversation.chunked(List.of(Conversation.role())));
    private final Script unpaced = Script.of(unpacedStream(false));
    private final Script unpacedWithUsage = Script.of(unpacedStream(true));

    private final Script toolCall = toolCall(false);
    private final Script threadedToolCall = toolCall(true);

    /// When the tool was called, by the number of the request.
    private final Map<Long, Long> calledNanos = new HashMap<>();

    private Samples handOver = new Samples();
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);
    private final Selector selector;
    private final Pacer pacer = new Pacer();
    private int parked;

    private Mock(Selector selector) {
        this.selector = selector;
    }

    /// One connection and the answer it is writing.
    static final class Connection {
        final SocketChannel channel;
        final SelectionKey key;
        byte[] request = new byte[4_096];
        int length;
        ByteBuffer answer = ByteBuffer.allocateDirect(2_048);
        boolean parked;

        Connection(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }
    }

    /// @param arguments the port
    public static void main(String[] arguments) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 4_096);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        new Mock(selector).serve();
    }

    private void serve() throws IOException {
        Thread.ofPlatform().daemon().name("pacer").start(pacer);
        while (true) {
            selector.select(this::ready);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
                return;
            }
            Connection connection = (Connection) key.attachment();
            if (key.isWritable()) {
                flush(connection);
            }
            if (key.isReadable()) {
                read(connection);
            }
        } catch (IOException failure) {
            // A contestant may drop its connections: the load generator sees what that does to an answer.
            close(key);
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        SocketChannel channel = server.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new Connection(channel, key));
        }
    }

    private void close(SelectionKey key) {
        if (key.attachment() instanceof Connection connection && connection.parked) {
            connection.parked = false;
            parked--;
        }
        try {
            key.channel().close();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void read(Connection connection) throws IOException {
        received.clear();
        int count = connection.channel.read(received);
        if (count < 0) {
            close(connection.key);
            return;
        }
        if (connection.length + count > connection.request.length) {
            int size = Math.max(connection.length + count, 2 * connection.request.length);
            connection.request = java.util.Arrays.copyOf(connection.request, size);
        }
        received.flip().get(connection.request, connection.length, count);
        connection.length += count;
        byte[] request = connection.request;
        int headEnd = Bytes.find(request, 0, Math.min(connection.length, 8_192), Bytes.HEAD_END);
        if (headEnd < 0) {
            return;
        }
        int bodyStart = headEnd + Bytes.HEAD_END.length;
        int bodyLength = request[0] == 'G' ? 0 : Bytes.contentLength(request, headEnd);
        if (bodyLength >= 0 && connection.length < bodyStart + bodyLength) {
            return;
        }
        connection.length = 0;
        if (request[0] == 'G') {
            boolean times = Bytes.find(request, 0, headEnd, HAND_OVER) >= 0;
            answer(connection, Script.of(plain("200 OK", times ? handOver() : String.valueOf(parked))), 0);
        } else if (bodyLength < 0) {
            answer(connection, Script.of(plain("411 Length Required", "no content length")), 0);
        } else {
            chat(connection, bodyStart, bodyStart + bodyLength);
        }
    }

    private void chat(Connection connection, int from, int to) throws IOException {
        byte[] request = connection.request;
        int head = Math.min(to, from + MEMBERS_BYTES);
        if (Bytes.find(request, from, head, MESSAGES_MODEL) >= 0) {
            translated(connection, from, to);
            return;
        }
        if (Bytes.find(request, from, head, ROUNDS) >= 0) {
            rounds(connection, from, to);
            return;
        }
        int model = Bytes.find(request, from, head, MODEL);
        int messages = Bytes.find(request, from, head, MESSAGES);
        long id = messages < 0 ? -1 : messagesId(request, messages, to);
        if (model < 0 || id < 0) {
            answer(connection, Script.of(plain("400 Bad Request", "the body arrived damaged")), 0);
            return;
        }
        boolean usage = Bytes.find(request, from, head, INCLUDE_USAGE) >= 0
                || Bytes.find(request, Math.max(from, to - MEMBERS_BYTES), to, INCLUDE_USAGE) >= 0;
        int nameStart = model + MODEL.length;
        int nameEnd = Bytes.find(request, nameStart, head, new byte[] {'"'});
        String name = new String(request, nameStart, nameEnd - nameStart, java.nio.charset.StandardCharsets.ISO_8859_1);
        switch (name.substring(name.lastIndexOf('/') + 1)) {
            case "json" -> answer(connection, json, id);
            case "unpaced" -> answer(connection, usage ? unpacedWithUsage : unpaced, id);
            case "parked" -> {
                connection.parked = true;
                parked++;
                answer(connection, parkedOpening, id);
            }
            case "paced" -> {
                answer(connection, opening, id);
                pacer.add(connection, id, usage);
            }
            default -> answer(connection, Script.of(plain("404 Not Found", "no such model")), 0);
        }
    }

    /// A request in Anthropic's Messages: written by a gateway, so only the number in it is known.
    private void translated(Connection connection, int from, int to) throws IOException {
        int number = Bytes.find(connection.request, from, to, NUMBER);
        if (number < 0) {
            answer(connection, Script.of(plain("400 Bad Request", "the body arrived damaged")), 0);
            return;
        }
        long id = Bytes.number(connection.request, number + NUMBER.length);
        answer(connection, messagesOpening, id);
        pacer.addMessages(connection, id);
    }

    /// A request that offers a tool: the client's messages are untouched, and behind them stand the calls
    /// so far with their results.
    private void rounds(Connection connection, int from, int to) throws IOException {
        byte[] request = connection.request;
        int messages = Bytes.find(request, from, to, MESSAGES);
        int hole = smallMessages.holePosition(0);
        int last = smallMessages.length() - 1;
        boolean same = messages >= 0
                && to - messages > last
                && java.util.Arrays.equals(
                        request, messages, messages + hole, smallMessages.bytes(), 0, hole)
                && java.util.Arrays.equals(
                        request,
                        messages + hole + Script.WIDTH,
                        messages + last,
                        smallMessages.bytes(),
                        hole + Script.WIDTH,
                        last);
        long id = same ? Bytes.number(request, messages + hole) : -1;
        int model = Bytes.find(request, from, to, ROUNDS);
        if (id < 0) {
            answer(connection, Script.of(plain("400 Bad Request", "the body arrived damaged")), 0);
            return;
        }
        int results = 0;
        for (int at = Bytes.find(request, messages + last, to, RESULT);
                at >= 0;
                at = Bytes.find(request, at + RESULT.length, to, RESULT)) {
            results++;
        }
        Long called = calledNanos.remove(id);
        if (called != null && results > 0) {
            handOver.add(System.nanoTime() - called);
        }
        int rounds = model + ROUNDS.length;
        if (results < request[rounds] - '0') {
            answer(connection, request[rounds + 1] == '-' ? threadedToolCall : toolCall, id);
            calledNanos.put(id, System.nanoTime());
        } else {
            answer(connection, json, id);
        }
    }

    private static Script toolCall(boolean thread) {
        String body = Conversation.toolCall(thread);
        return Script.of("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\nx-request-id: req_bench\r\n\r\n" + body);
    }

    private String handOver() {
        Samples taken = handOver;
        handOver = new Samples();
        return taken.count() + " " + taken.micros(0.5) + " " + taken.micros(0.99);
    }

    /// The number in the last message, or -1 when the messages are not what the load generator sends.
    private long messagesId(byte[] request, int from, int to) {
        Script messages = to - from > largeMessages.length() - 1 ? largeMessages : smallMessages;
        if (to - from < messages.length()) {
            return -1;
        }
        int hole = messages.holePosition(0);
        int rest = hole + Script.WIDTH;
        boolean same = java.util.Arrays.equals(request, from, from + hole, messages.bytes(), 0, hole)
                && java.util.Arrays.equals(
                        request, from + rest, from + messages.length(), messages.bytes(), rest, messages.length());
        return same ? Bytes.number(request, from + hole) : -1;
    }

    private void answer(Connection connection, Script script, long id) throws IOException {
        if (connection.answer.capacity() < script.length()) {
            connection.answer = ByteBuffer.allocateDirect(script.length());
        }
        connection.answer.clear();
        script.writeTo(connection.answer, id, 0);
        connection.answer.flip();
        flush(connection);
    }

    private static void flush(Connection connection) throws IOException {
        connection.channel.write(connection.answer);
        int interest =
                connection.answer.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (connection.key.interestOps() != interest) {
            connection.key.interestOps(interest);
        }
    }

    private static String unpacedStream(boolean usage) {
        List<String> events = new ArrayList<>();
        events.add(Conversation.role());
        events.addAll(Conversation.unpacedEvents());
        events.addAll(ending(usage));
        return STREAM_HEAD + Conversation.chunked(events) + LAST_CHUNK;
    }

    /// What every stream ends with.
    static List<String> ending(boolean usage) {
        return usage
                ? List.of(Conversation.finish(), Conversation.usageEvent(), Conversation.done())
                : List.of(Conversation.finish(), Conversation.done());
    }

    /// The bytes of [#ending] with the framing that ends the answer.
    static Script framedEnding(boolean usage) {
        return Script.of(Conversation.chunked(ending(usage)) + LAST_CHUNK);
    }

    private static String plain(String status, String text) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain\r\nContent-Length: " + text.length() + "\r\n\r\n"
                + text;
    }
}
