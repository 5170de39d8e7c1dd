package dev.gapura.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseFramerTest {
    private record Event(String raw, String data, boolean error) {}

    private static List<Event> frame(byte[] stream, int... cuts) {
        List<Event> events = new ArrayList<>();
        SseFramer framer = new SseFramer(
                (bytes, start, end, data, dataStart, dataEnd, error) -> events.add(new Event(
                        new String(bytes, start, end - start, StandardCharsets.UTF_8),
                        new String(data, dataStart, dataEnd - dataStart, StandardCharsets.UTF_8),
                        error)),
                1 << 20);
        int from = 0;
        for (int cut : cuts) {
            framer.feed(stream, from, cut);
            from = cut;
        }
        framer.feed(stream, from, stream.length);
        framer.end();
        return events;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void showsEachEventWithItsData() {
        assertThat(frame(bytes("data: {\"a\":1}\n\ndata:two\n\n: note\n\n")))
                .containsExactly(
                        new Event("data: {\"a\":1}\n\n", "{\"a\":1}", false),
                        new Event("data:two\n\n", "two", false),
                        new Event(": note\n\n", "", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void takesEveryLineEnd(String end) {
        String stream = "data: one" + end + end + "event: error" + end + "data: two" + end + end;
        assertThat(frame(bytes(stream)))
                .extracting(Event::data, Event::error)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("one", false),
                        org.assertj.core.groups.Tuple.tuple("two", true));
    }

    @Test
    void joinsDataOfSeveralLines() {
        assertThat(frame(bytes("data: a\ndata:\ndata: c\n\n")))
                .extracting(Event::data)
                .containsExactly("a\n\nc");
    }

    @Test
    void showsAnEventThatLacksItsBlankLineAtTheEnd() {
        assertThat(frame(bytes("data: x\n\ndata: [DONE]")))
                .extracting(Event::data)
                .containsExactly("x", "[DONE]");
        assertThat(frame(bytes("data: [DONE]\n"))).extracting(Event::data).containsExactly("[DONE]");
        assertThat(frame(bytes("data: [DONE]\r"))).extracting(Event::data).containsExactly("[DONE]");
    }

    @Test
    void leavesOutAByteOrderMark() {
        assertThat(frame(bytes("\uFEFFdata: x\n\n"), 1, 2)).containsExactly(new Event("data: x\n\n", "x", false));
    }

    @Test
    void ignoresOtherFieldsAndLooksAlike() {
        assertThat(frame(bytes("id: 7\ndatabase: no\ndata: yes\nretry: 5\n\n")))
                .extracting(Event::data)
                .containsExactly("yes");
    }

    @Test
    void givesTheSameEventsHoweverTheStreamIsCut() {
        byte[] stream = bytes(
                "\uFEFFdata: {\"text\":\"h\u00e9llo \uD83D\uDE00\"}\r\n\r\n: ping\n\nevent: error\r\ndata: a\rdata: b\n\n"
                        + "\n\ndata: [DONE]\n\n");
        List<Event> whole = frame(stream);
        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second++) {
                assertThat(frame(stream, first, second))
                        .as("cut at %d and %d", first, second)
                        .isEqualTo(whole);
            }
        }
        int[] each = new int[stream.length];
        for (int index = 0; index < each.length; index++) {
            each[index] = index;
        }
        assertThat(frame(stream, each)).isEqualTo(whole);
    }

    @Test
    void keepsWhatItShowedUntouchedUntilFeedReturns() {
        SplittableRandom random = new SplittableRandom(11);
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < 200; index++) {
            text.append("data: ")
                    .append("x".repeat(random.nextInt(80)))
                    .append(index)
                    .append("\n\n");
        }
        byte[] stream = bytes(text.toString());
        StringBuilder relayed = new StringBuilder();
        List<Object[]> shown = new ArrayList<>();
        SseFramer framer = new SseFramer(
                (bytes, start, end, data, dataStart, dataEnd, error) -> shown.add(new Object[] {bytes, start, end}),
                1 << 20);
        for (int from = 0; from < stream.length; ) {
            int to = Math.min(stream.length, from + 1 + random.nextInt(300));
            framer.feed(stream, from, to);
            for (Object[] range : shown) {
                int start = (int) range[1];
                relayed.append(new String((byte[]) range[0], start, (int) range[2] - start, StandardCharsets.UTF_8));
            }
            shown.clear();
            from = to;
        }
        assertThat(relayed).hasToString(text.toString());
    }

    @Test
    void stopsAtAnEventThatIsTooLarge() {
        SseFramer framer = new SseFramer((bytes, start, end, data, dataStart, dataEnd, error) -> {}, 100);
        byte[] piece = bytes("data: " + "x".repeat(60));
        framer.feed(piece, 0, piece.length);
        assertThat(framer.tooLarge()).isFalse();
        framer.feed(piece, 0, piece.length);
        assertThat(framer.tooLarge()).isTrue();
    }

    @Test
    void findsLineEndsLikeALoopDoes() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int index = 0; index < bytes.length; index++) {
                bytes[index] =
                        (byte) (random.nextInt(12) == 0 ? (random.nextBoolean() ? 10 : 13) : random.nextInt(256));
            }
            int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
            int expected = -1;
            for (int index = from; index < bytes.length; index++) {
                if (bytes[index] == 10 || bytes[index] == 13) {
                    expected = index;
                    break;
                }
            }
            assertThat(SseFramer.lineEnd(bytes, from, bytes.length)).isEqualTo(expected);
        }
    }
}
