package dev.gapura.testkit;

import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Makes replies for a fake provider out of raw text or bytes.
public final class Replies {
    private static final Step FLUSH = new Step.Pause(Duration.ZERO);
    private static final Step APART = new Step.Pause(Duration.ofMillis(1));

    private Replies() {}

    /// Any body in one piece.
    public static Reply raw(int status, Map<String, String> headers, Reply.Framing framing, byte[] body) {
        return new Reply(status, headers, framing, List.of(new Step.Send(body), new Step.End()));
    }

    /// A JSON document with its length.
    public static Reply json(int status, String json) {
        return Reply.json(status, json);
    }

    /// Status 200 with this event stream, in one piece.
    public static Reply sse(String stream) {
        return Reply.stream(List.of(Step.Send.text(stream), new Step.End()));
    }

    /// An event stream of these data, each event flushed by itself, `[DONE]` last.
    public static Reply events(List<String> data) {
        List<Step> steps = new ArrayList<>();
        for (String one : data) {
            steps.add(Step.Send.text("data: " + one + "\n\n"));
            steps.add(FLUSH);
        }
        steps.add(Step.Send.text("data: [DONE]\n\n"));
        return Reply.stream(steps);
    }

    /// The same reply with its body cut at random places, each slice flushed by itself. Slices have one to
    /// `longest` bytes; characters of several bytes and CR LF pairs are cut on purpose about every second time.
    /// The same seed cuts at the same places.
    public static Reply sliced(Reply reply, long seed, int longest) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        for (Step step : reply.steps()) {
            if (step instanceof Step.Send(byte[] bytes)) {
                for (byte[] slice : slices(bytes, random, longest)) {
                    steps.add(new Step.Send(slice));
                    steps.add(FLUSH);
                }
            } else {
                steps.add(step);
            }
        }
        return reply.withSteps(steps);
    }

    /// A reply cut by [#sliced], with a real pause of a millisecond at up to `pauses` of its cuts, so that what
    /// lies before and behind them arrives apart: pieces sent close together are joined on their way. Cuts inside
    /// characters and line ends are taken first.
    public static Reply paced(Reply sliced, long seed, int pauses) {
        List<Step> steps = new ArrayList<>(sliced.steps());
        List<Integer> seams = new ArrayList<>();
        List<Integer> cuts = new ArrayList<>();
        for (int at = 1; at + 1 < steps.size(); at++) {
            if (steps.get(at) == FLUSH
                    && steps.get(at - 1) instanceof Step.Send(byte[] before)
                    && steps.get(at + 1) instanceof Step.Send(byte[] behind)) {
                boolean insideLineEnd = before[before.length - 1] == '\r' && behind[0] == '\n';
                boolean insideCharacter = (behind[0] & 0xC0) == 0x80;
                (insideLineEnd || insideCharacter ? seams : cuts).add(at);
            }
        }
        Random random = new Random(seed);
        Collections.shuffle(seams, random);
        Collections.shuffle(cuts, random);
        seams.addAll(cuts);
        seams.subList(0, Math.min(pauses, seams.size())).forEach(at -> steps.set(at, APART));
        return sliced.withSteps(steps);
    }

    /// Bytes cut as [#sliced] does.
    public static List<byte[]> slices(byte[] bytes, Random random, int longest) {
        List<byte[]> slices = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(longest));
            int seam = seam(bytes, from + 1, to);
            if (seam > 0 && random.nextBoolean()) {
                to = seam;
            }
            slices.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return slices;
    }

    /// Bytes until `count`, then the last step: a body that stops early. With [Step.End] the body ends as if whole.
    public static Reply stopped(Reply reply, long count, Step way) {
        List<Step> steps = new ArrayList<>();
        long left = count;
        for (Step step : reply.steps()) {
            if (step instanceof Step.Send(byte[] bytes)) {
                if (bytes.length >= left) {
                    steps.add(new Step.Send(Arrays.copyOf(bytes, (int) left)));
                    break;
                }
                left -= bytes.length;
            }
            if (step instanceof Step.End) {
                break;
            }
            steps.add(step);
        }
        steps.add(way);
        Reply stopped = reply.withSteps(steps);
        return reply.framing() == Reply.Framing.LENGTH && !(way instanceof Step.End)
                ? stopped.withHeader("content-length", Long.toString(reply.bodyBytes()))
                : stopped;
    }

    /// Never answers, not even a head.
    public static Reply silence() {
        return new Reply(200, Map.of(), List.of(new Step.Silence()));
    }

    /// Closes without an answer.
    public static Reply hangUp() {
        return new Reply(200, Map.of(), List.of(new Step.Cut()));
    }

    /// Text as UTF-8.
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The first place from `from` to `to` that lies inside a character or between CR and LF; 0 when there is none.
    private static int seam(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            boolean insideCharacter = (bytes[at] & 0xC0) == 0x80;
            boolean insideLineEnd = bytes[at] == '\n' && bytes[at - 1] == '\r';
            if (insideCharacter || insideLineEnd) {
                return at;
            }
        }
        return 0;
    }
}
