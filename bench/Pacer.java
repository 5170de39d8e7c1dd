package bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/// Writes the chunks of paced streams, each at its own moment. All streams have the same pace, so the one served last
/// is due last and a plain queue keeps them in order. A chunk carries the moment at which it was *due*: the pacer's own
/// lateness counts as latency, for every contestant alike.
final class Pacer implements Runnable {
    private final Script messagesChunk = Script.of(Conversation.chunked(List.of(Conversation.messagesPaced())));
    private final Script messagesEnding =
            Script.of(Conversation.chunked(Conversation.messagesEnding()) + Mock.LAST_CHUNK);
    private final Script chunk = Script.of(Conversation.chunked(List.of(Conversation.paced())));
    private final Script ending = Mock.framedEnding(false);
    private final Script endingWithUsage = Mock.framedEnding(true);
    private final ConcurrentLinkedQueue<Stream> streams = new ConcurrentLinkedQueue<>();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(4_096);

    private static final class Stream {
        final Mock.Connection connection;
        final long id;
        final Script chunk;
        final Script ending;
        long due;
        int sent;

        Stream(Mock.Connection connection, long id, Script chunk, Script ending, long due) {
            this.connection = connection;
            this.id = id;
            this.chunk = chunk;
            this.ending = ending;
            this.due = due;
        }
    }

    /// Begins a stream whose first event is written already; its next chunk follows after one pace. Called by the
    /// mock's thread.
    void add(Mock.Connection connection, long id, boolean usage) {
        add(connection, id, chunk, usage ? endingWithUsage : ending);
    }

    /// The same for a stream in Anthropic's Messages.
    void addMessages(Mock.Connection connection, long id) {
        add(connection, id, messagesChunk, messagesEnding);
    }

    private void add(Mock.Connection connection, long id, Script pieces, Script last) {
        streams.add(new Stream(connection, id, pieces, last, System.nanoTime() + Conversation.PACE_NANOS));
    }

    @Override
    public void run() {
        Machine.preciseTimers();
        while (true) {
            Stream next = streams.peek();
            // A stream that comes while nothing is to do is due one pace later, so half a pace never oversleeps it.
            long wait = next == null ? Conversation.PACE_NANOS / 2 : next.due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            } else {
                streams.remove();
                if (write(next)) {
                    next.due += Conversation.PACE_NANOS;
                    streams.add(next);
                }
            }
        }
    }

    /// @return whether more is to come
    private boolean write(Stream stream) {
        boolean last = stream.sent == Conversation.PACED_CHUNKS;
        Script script = last ? stream.ending : stream.chunk;
        bytes.clear();
        script.writeTo(bytes, stream.id, stream.due);
        bytes.flip();
        stream.sent++;
        try {
            stream.connection.channel.write(bytes);
            if (bytes.hasRemaining()) {
                // A reader that is a whole socket buffer behind has failed; closing lets its client notice.
                stream.connection.channel.close();
                return false;
            }
            return !last;
        } catch (IOException failure) {
            return false;
        }
    }
}
