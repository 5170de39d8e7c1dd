package dev.gapura.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.testkit.EventStreams;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamFramerTest {
    private static final int LARGEST = 1 << 20;

    /// What was shown of a stream.
    private static final class Read implements EventStreamFramer.Messages {
        private final EventStreamFramer framer;
        private final List<String> messages = new ArrayList<>();

        Read(int largest) {
            framer = new EventStreamFramer(this, largest);
        }

        /// Each slice is an array of its own that is overwritten afterwards: nothing may be kept of it.
        Read feed(byte[] bytes, int... cuts) {
            int at = 0;
            for (int i = 0; i <= cuts.length; i++) {
                int to = i < cuts.length ? cuts[i] : bytes.length;
                byte[] slice = Arrays.copyOfRange(bytes, at, to);
                framer.feed(slice, 0, slice.length);
                Arrays.fill(slice, (byte) 0x55);
                at = to;
            }
            return this;
        }

        @Override
        public void message(Map<String, String> headers, byte[] bytes, int from, int to) {
            String type = headers.getOrDefault(":event-type", headers.get(":exception-type"));
            messages.add(type + " " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
        }
    }

    private static Read read(byte[] bytes, int... cuts) {
        return new Read(LARGEST).feed(bytes, cuts);
    }

    private static final byte[] TWO = EventStreams.stream(
            EventStreams.event("first", "{\"a\":1}"), EventStreams.exception("second", "{\"text\":\"ä€😀\"}"));
    private static final List<String> SAID = List.of("first {\"a\":1}", "second {\"text\":\"ä€😀\"}");

    @Test
    void messagesAreShownWithTypeAndPayload() {
        Read read = read(TWO);

        assertThat(read.messages).isEqualTo(SAID);
        assertThat(read.framer.fault()).isNull();
        assertThat(read.framer.incomplete()).isFalse();
    }

    @Test
    void everyCutGivesTheSame() {
        for (int first = 0; first <= TWO.length; first++) {
            for (int second = first; second <= TWO.length; second++) {
                assertThat(read(TWO, first, second).messages).isEqualTo(SAID);
            }
        }
        int[] everywhere = new int[TWO.length];
        Arrays.setAll(everywhere, at -> at);
        assertThat(read(TWO, everywhere).messages).isEqualTo(SAID);
    }

    @Test
    void anEndInsideAMessageShows() {
        int secondStart = EventStreams.event("first", "{\"a\":1}").length;
        for (int length = 0; length < TWO.length; length++) {
            Read read = read(Arrays.copyOf(TWO, length));
            assertThat(read.framer.incomplete()).as("cut at " + length).isEqualTo(length != 0 && length != secondStart);
            assertThat(read.framer.fault()).isNull();
        }
    }

    @Test
    void noFlippedBitPasses() {
        for (int bit = 0; bit < TWO.length * 8; bit++) {
            byte[] broken = TWO.clone();
            broken[bit / 8] ^= (byte) (1 << bit % 8);
            for (Read read : List.of(read(broken), read(broken, TWO.length / 3, TWO.length / 2))) {
                assertThat(read.framer.fault()).as("bit " + bit).contains("checksum");
                assertThat(SAID.indexOf(String.join("", read.messages))).isLessThan(1);
            }
        }
    }

    @Test
    void headersOfAllTypesAreSteppedOver() {
        byte[] headers = EventStreams.stream(
                EventStreams.name("true", 0),
                EventStreams.name("false", 1),
                EventStreams.name("byte", 2),
                new byte[1],
                EventStreams.name("short", 3),
                new byte[2],
                EventStreams.name("int", 4),
                new byte[4],
                EventStreams.name("long", 5),
                new byte[8],
                EventStreams.name("bytes", 6),
                new byte[] {0, 3, 1, 2, 3},
                EventStreams.name("moment", 8),
                new byte[8],
                EventStreams.name("uuid", 9),
                new byte[16],
                EventStreams.headers(":event-type", "behind them all"));

        assertThat(read(EventStreams.message(headers, new byte[0])).messages).containsExactly("behind them all ");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10, 127})
    void anUnknownTypeOfHeaderIsAFault(int type) {
        byte[] headers = EventStreams.stream(EventStreams.name("a", type), new byte[40]);

        assertThat(read(EventStreams.message(headers, new byte[0])).framer.fault())
                .contains("headers");
    }

    @Test
    void headersThatReachBeyondTheirLengthAreAFault() {
        byte[] headers = EventStreams.headers(":event-type", "x", ":content-type", "application/json");
        int secondStart = EventStreams.headers(":event-type", "x").length;
        for (int length = 1; length < headers.length; length++) {
            Read read = read(EventStreams.message(Arrays.copyOf(headers, length), new byte[50]));
            if (length == secondStart) {
                assertThat(read.framer.fault()).isNull();
            } else {
                assertThat(read.framer.fault()).as("cut at " + length).contains("headers");
            }
        }
        assertThat(read(EventStreams.message(new byte[] {0, 0}, new byte[0]))
                        .framer
                        .fault())
                .contains("headers");
    }

    @Test
    void lengthsThatCannotBeAreAFault() {
        for (int[] lengths : new int[][] {{0, 0}, {15, 0}, {40, 25}, {200_000, 140_000}, {40, -1}}) {
            assertThat(read(prelude(lengths[0], lengths[1])).framer.fault())
                    .as(Arrays.toString(lengths))
                    .contains("lengths that cannot be");
        }
        for (int total : new int[] {LARGEST + 1, Integer.MAX_VALUE, -1}) {
            assertThat(read(prelude(total, 0)).framer.fault()).contains("larger than 1048576 bytes");
        }
        assertThat(read(prelude(LARGEST, 0)).framer.fault()).isNull();
    }

    /// A prelude whose own checksum is right.
    private static byte[] prelude(int total, int headers) {
        ByteBuffer out = ByteBuffer.allocate(12).putInt(total).putInt(headers);
        CRC32 crc = new CRC32();
        crc.update(out.array(), 0, 8);
        return out.putInt((int) crc.getValue()).array();
    }

    @Test
    void nothingIsReadBehindAFault() {
        byte[] broken = EventStreams.event("first", "{}");
        broken[broken.length - 1] ^= 1;

        Read read = read(EventStreams.stream(broken, TWO));
        assertThat(read.messages).isEmpty();
        read.feed(TWO);
        assertThat(read.messages).isEmpty();
    }

    @Test
    void aLargeMessageInSmallPiecesIsRead() {
        byte[] large = EventStreams.event("large", "x".repeat(900_000));
        int[] cuts = new int[large.length / 1_000];
        Arrays.setAll(cuts, at -> at * 1_000);

        assertThat(read(large, cuts).messages).hasSize(1);
    }

    @Test
    void recordedStreamsAreWhole() {
        Recordings.assumeAvailable();
        int whole = 0;
        int broken = 0;
        for (Recording recording : Recordings.ofProtocols("bedrock-converse", "bedrock-invoke")) {
            byte[] body = recording.response().rawBody();
            if (body.length < 4 || body[0] != 0) {
                continue;
            }
            int[] cuts = new Random(body.length)
                    .ints(body.length / 20, 0, body.length)
                    .sorted()
                    .toArray();
            Read read = read(body, cuts);
            boolean malformed = recording.features().contains("malformed_frames");
            assertThat(read.framer.fault() != null).as(recording.file()).isEqualTo(malformed);
            assertThat(read.framer.incomplete()).isFalse();
            assertThat(read.messages.isEmpty()).isEqualTo(malformed);
            whole += malformed ? 0 : 1;
            broken += malformed ? 1 : 0;
        }
        System.out.println("recorded event streams: " + whole + " whole, " + broken + " malformed");
        assertThat(whole).isGreaterThanOrEqualTo(66);
        assertThat(broken).isEqualTo(1);
    }
}
