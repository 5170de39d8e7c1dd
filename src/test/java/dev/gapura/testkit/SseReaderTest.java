package dev.gapura.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The parser against the examples of the standard, and its slicing against itself.
class SseReaderTest {
    @Test
    void examplesOfTheStandard() {
        assertThat(data("data: YHOO\ndata: +2\ndata: 10\n\n")).containsExactly("YHOO\n+2\n10");
        assertThat(data("data\n\ndata\ndata\n\ndata:")).containsExactly("", "\n");
        assertThat(data("data:test\n\ndata: test\n\n")).containsExactly("test", "test");
        assertThat(data(": comment\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third"))
                .containsExactly("first", "second");
        assertThat(events("event: add\ndata: 73857293\n\ndata: x\n\n"))
                .extracting(SseReader.Event::type)
                .containsExactly("add", "message");
    }

    @Test
    void everyLineEndAndAByteOrderMark() {
        assertThat(data("\uFEFFdata: a\r\rdata: b\r\n\r\ndata: c\n\n")).containsExactly("a", "b", "c");
        assertThat(data("data: line\u2028sep\n\n")).containsExactly("line\u2028sep");
        assertThat(data(" data: not a field\n\n")).isEmpty();
    }

    @Test
    void commentsAndOpenEvents() {
        SseReader reader = new SseReader();
        assertThat(reader.feed(Replies.bytes(": ping\n\n:pong\ndata: open"))).isEmpty();
        assertThat(reader.comments()).containsExactly(" ping", "pong");
        assertThat(reader.isInsideEvent()).isTrue();
        assertThat(reader.finish()).extracting(SseReader.Event::data).containsExactly("open");
    }

    @Test
    void slicesChangeNothing() {
        byte[] stream = Replies.bytes("data: é🦜\r\n\r\n: c\r\ndata: {\"ü\":1}\r\ndata:z\n\nevent:e\rdata:中\r\r");
        List<SseReader.Event> whole = SseReader.readAll(stream);
        assertThat(whole).hasSize(3);
        boolean insideCharacter = false;
        boolean insideLineEnd = false;
        for (int seed = 0; seed < 200; seed++) {
            SseReader reader = new SseReader();
            List<SseReader.Event> events = new ArrayList<>();
            int sum = 0;
            for (byte[] slice : Replies.slices(stream, new Random(seed), 9)) {
                events.addAll(reader.feed(slice));
                sum += slice.length;
                insideCharacter |= (slice[0] & 0xC0) == 0x80;
                insideLineEnd |= slice[0] == '\n' && stream[sum - slice.length - 1] == '\r';
            }
            assertThat(events).isEqualTo(whole);
            assertThat(sum).isEqualTo(stream.length);
        }
        assertThat(insideCharacter).isTrue();
        assertThat(insideLineEnd).isTrue();
    }

    private static List<String> data(String stream) {
        return SseReader.dataOf(Replies.bytes(stream));
    }

    private static List<SseReader.Event> events(String stream) {
        return SseReader.readAll(Replies.bytes(stream));
    }
}
