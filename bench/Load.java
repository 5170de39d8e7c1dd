package bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/// One block of open-loop traffic: requests start at moments fixed in advance (random, from a fixed seed, so that every
/// contestant sees the same ones), whether or not earlier ones were answered, and latency counts from the moment a
/// request was due, not from when it could be sent. First a ramp, then the measured window, then the rest is awaited
/// and verified like everything else.
///
/// Threads: the caller's thread waits for the moments and writes the requests, a second one reads the answers. A
/// connection belongs to one of them at a time and changes hands through [#idle].
final class Load {
    private static final long SEED = 20_260_801;
    private static final long DRAIN_NANOS = 8_000_000_000L;
    private static final int LOAD_CORE = 0;
    private static final int GATEWAY_CORE = 1;

    private final Work work;
    private final double rate;
    private final Contestant contestant;
    private final Script expected;
    private final List<Long> loadPids;
    private final ConcurrentLinkedQueue<Connection> idle = new ConcurrentLinkedQueue<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);
    private final Samples latency = new Samples();
    private final Samples firstEvent = new Samples();
    private final Samples lateness = new Samples();
    private final Selector selector;

    private volatile boolean measuring;
    private volatile boolean ended;
    private volatile long units;
    private volatile long completed;
    private volatile String failure;
    private long arrival;
    private int stalls;

    /// @param rate requests started a second
    /// @param mockPid process of the mock, for its share of the load core
    Load(Work work, double rate, Contestant contestant, long mockPid) throws IOException {
        this.work = work;
        this.rate = rate;
        this.contestant = contestant;
        this.expected = work.expected();
        this.loadPids = List.of(ProcessHandle.current().pid(), mockPid);
        this.selector = Selector.open();
    }

    private final class Connection implements Reply.Listener {
        final SocketChannel channel;
        final SelectionKey key;
        final ByteBuffer request;
        final int hole;
        final Reply reply = new Reply(expected, this);
        long id;
        long due;
        boolean measured;
        boolean begun;

        Connection(byte[] head, Script body) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", contestant.port()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            request = ByteBuffer.allocateDirect(head.length + body.length());
            request.put(head);
            hole = request.position() + body.holePosition(0);
            body.writeTo(request, 0, 0);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(long number, long dueNanos) throws IOException {
            id = number;
            due = dueNanos;
            begun = false;
            measured = measuring;
            Script.digits(request, hole, number);
            request.rewind();
            flush();
        }

        void flush() throws IOException {
            channel.write(request);
            if (request.hasRemaining()) {
                key.interestOpsOr(SelectionKey.OP_WRITE);
                selector.wakeup();
            } else if ((key.interestOps() & SelectionKey.OP_WRITE) != 0) {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        }

        @Override
        public void piece(Script.Hole hole, long value) {
            switch (hole) {
                case ID -> {
                    if (value != id) {
                        fail("answer of request " + value + " came for request " + id);
                    }
                    if (!begun) {
                        begun = true;
                        if (measured && work.stream) {
                            firstEvent.add(arrival - due);
                        }
                    }
                    if (work == Work.B3) {
                        units++;
                    }
                }
                case CLOCK -> {}
                case AT -> {
                    units++;
                    if (measuring) {
                        latency.add(arrival - value);
                    }
                }
            }
        }

        void read() throws IOException, Reply.Damaged {
            received.clear();
            int count = channel.read(received);
            arrival = System.nanoTime();
            if (count < 0) {
                throw new IOException("connection closed by the contestant");
            }
            if (reply.feed(received.flip())) {
                if (!work.paced() && measured) {
                    latency.add(arrival - due);
                }
                if (!work.stream) {
                    units++;
                }
                completed++;
                idle.add(this);
            }
        }
    }

    /// Runs the block.
    ///
    /// @param windowMillis length of the measured window
    Window run(int windowMillis) throws IOException {
        Thread reader = Thread.ofPlatform().name("reader").unstarted(this::receive);
        try {
            Script body = work.body();
            byte[] head = head(contestant.port(), work.key(), body.length());
            for (int i = 0; i < work.connections; i++) {
                idle.add(new Connection(head, body));
            }
            // Only now: a selector does not see what is registered while it waits.
            reader.start();
            Window window = send(windowMillis);
            return failure == null ? window : Window.failed(failure);
        } finally {
            ended = true;
            selector.wakeup();
            if (reader.isAlive()) {
                join(reader);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }

    /// The head of every request; all contestants get the same one, whether they look at the key or not.
    static byte[] head(int port, String key, int bodyLength) {
        return Conversation.ascii("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nAccept: */*\r\nUser-Agent: bench\r\nContent-Length: "
                + bodyLength + "\r\n\r\n");
    }

    private Window send(int windowMillis) throws IOException {
        Machine.preciseTimers();
        SplittableRandom random = new SplittableRandom(SEED);
        double gapNanos = 1e9 / rate;
        long start = System.nanoTime() + 50_000_000;
        long windowStart = start + work.rampMillis * 1_000_000L;
        long windowEnd = windowStart + windowMillis * 1_000_000L;
        long sent = 0;
        Snapshot opened = null;
        for (double due = start; due < windowEnd && failure == null; due -= gapNanos * Math.log(random.nextDouble())) {
            if (opened == null && due >= windowStart) {
                sleepUntil(windowStart);
                opened = new Snapshot();
                measuring = true;
            }
            sleepUntil((long) due);
            Connection connection = idle.poll();
            if (connection == null) {
                stalls++;
                connection = awaitIdle(windowEnd);
            }
            if (connection != null) {
                if (measuring) {
                    lateness.add(System.nanoTime() - (long) due);
                }
                connection.send(++sent, (long) due);
            }
        }
        sleepUntil(windowEnd);
        Snapshot closed = new Snapshot();
        measuring = false;
        long deadline = System.nanoTime() + DRAIN_NANOS;
        while (completed < sent && failure == null) {
            if (System.nanoTime() > deadline) {
                fail((sent - completed) + " answers did not end");
            }
            LockSupport.parkNanos(1_000_000);
        }
        return opened == null ? Window.failed("no window") : window(opened, closed);
    }

    private Connection awaitIdle(long deadline) {
        while (failure == null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(50_000);
            Connection connection = idle.poll();
            if (connection != null) {
                return connection;
            }
        }
        return null;
    }

    private static void sleepUntil(long moment) {
        for (long rest = moment - System.nanoTime(); rest > 0; rest = moment - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }

    private final class Snapshot {
        final long nanos = System.nanoTime();
        final long delivered = units;
        final long gatewayCpu = Machine.cpuNanos(contestant.pids());
        final long loadCpu = Machine.cpuNanos(loadPids);
        final Machine.Core loadCore = Machine.core(LOAD_CORE);
        final Machine.Core gatewayCore = Machine.core(GATEWAY_CORE);
    }

    private Window window(Snapshot from, Snapshot to) {
        double nanos = to.nanos - from.nanos;
        double gatewayBusy = (to.gatewayCpu - from.gatewayCpu) / nanos;
        double coreBusy = (to.gatewayCore.busyNanos() - from.gatewayCore.busyNanos()) / nanos;
        double stolen = (to.gatewayCore.stolenNanos()
                        - from.gatewayCore.stolenNanos()
                        + to.loadCore.stolenNanos()
                        - from.loadCore.stolenNanos())
                / (2 * nanos);
        return new Window(
                null,
                to.delivered - from.delivered,
                to.nanos - from.nanos,
                to.gatewayCpu - from.gatewayCpu,
                latency,
                firstEvent,
                lateness,
                (to.loadCpu - from.loadCpu) / nanos,
                gatewayBusy,
                Math.max(0, coreBusy - gatewayBusy),
                stolen,
                stalls);
    }

    private void receive() {
        try {
            while (!ended) {
                selector.select(this::ready);
            }
        } catch (IOException problem) {
            fail(problem.toString());
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.flush();
            }
            if (key.isReadable()) {
                connection.read();
            }
        } catch (IOException | Reply.Damaged problem) {
            fail(problem.getMessage());
            key.cancel();
        }
    }

    private void fail(String message) {
        if (failure == null) {
            failure = message;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
