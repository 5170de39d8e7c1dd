package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import dev.gapura.config.Config;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Quirks;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamRelayTest {
    private static final String ROLE = chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
    private static final String HELLO = chunk("{\"content\":\"Hello\"}", "null");
    private static final String STOP = chunk("{}", "\"stop\"");
    private static final String USAGE =
            "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static String chunk(String delta, String finish) {
        return chunk(0, delta, finish);
    }

    private static String chunk(int index, String delta, String finish) {
        return "data: {\"id\":\"c1\",\"choices\":[{\"index\":" + index + ",\"delta\":" + delta + ",\"finish_reason\":"
                + finish + "}],\"usage\":null}\n\n";
    }

    private StreamRelay relay(Quirks quirks, int choices, boolean withhold, boolean cutPadding) {
        Provider provider = new Provider(
                "acme",
                Provider.Dialect.OPENAI_CHAT,
                URI.create("http://127.0.0.1:1/v1"),
                Provider.PathStyle.PLAIN,
                null,
                "authorization",
                null,
                Map.of(),
                new Config.Timeouts(
                        Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                Profile.EVERYTHING,
                quirks,
                null,
                null);
        out.reset();
        return new StreamRelay(
                provider,
                "m",
                choices,
                withhold,
                cutPadding,
                new StreamRelay.Tools(new ErrorReader(InstantSource.system())),
                (bytes, from, to) -> out.write(bytes, from, to - from));
    }

    private StreamRelay relay() {
        return relay(new Quirks(false, true, false), 1, false, false);
    }

    private static void feed(StreamRelay relay, String... events) {
        byte[] bytes = String.join("", events).getBytes(StandardCharsets.UTF_8);
        relay.feed(bytes, 0, bytes.length);
    }

    private String relayed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void relaysTheBytesAsTheyAre() {
        StreamRelay relay = relay();
        String stream = ROLE + ": note\n\n" + HELLO.replace("\n\n", "\r\n\r\n") + STOP + USAGE + DONE;
        feed(relay, stream);
        assertThat(relayed()).isEqualTo(stream);
        assertThat(relay.done()).isTrue();
        assertThat(relay.usage()).isEqualTo(new Usage(5, 7, -1, -1, -1));
    }

    @Test
    void contentIsMoreThanARole() {
        StreamRelay relay = relay();
        feed(relay, ROLE);
        assertThat(relay.content()).isFalse();
        feed(relay, HELLO);
        assertThat(relay.content()).isTrue();
    }

    @Test
    void withholdsTheUsageChunkNobodyAskedFor() {
        StreamRelay relay = relay(new Quirks(false, true, false), 1, true, false);
        feed(relay, ROLE, HELLO, STOP, USAGE, DONE);
        assertThat(relayed()).isEqualTo(ROLE + HELLO + STOP + DONE);
        assertThat(relay.usage()).isEqualTo(new Usage(5, 7, -1, -1, -1));
    }

    @Test
    void usageBesideChoicesStays() {
        StreamRelay relay = relay(new Quirks(false, true, false), 1, true, false);
        String last = STOP.replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}");
        feed(relay, HELLO, last, DONE);
        assertThat(relayed()).isEqualTo(HELLO + last + DONE);
        assertThat(relay.usage()).isEqualTo(new Usage(1, 2, -1, -1, -1));
    }

    @Test
    void addsAMissingDone() {
        StreamRelay relay = relay();
        feed(relay, ROLE, HELLO, STOP);
        assertThat(relay.over()).isFalse();
        assertThat(relay.finished()).isTrue();
        relay.end();
        assertThat(relay.done()).isTrue();
        assertThat(relayed()).isEqualTo(ROLE + HELLO + STOP + DONE);
    }

    @Test
    void aCutAnywhereLeavesNoPartOfAnEventBehind() {
        String next = ": a comment\n\n" + STOP;
        for (int cut = 1; cut < next.length(); cut++) {
            out.reset();
            StreamRelay relay = relay();
            feed(relay, ROLE, HELLO, next.substring(0, cut));
            relay.end();
            assertThat(relayed()).as("cut after %d", cut).endsWith("\n\n");
            assertThat(relay.over()).isTrue();
        }
    }

    @Test
    void closesALastEventThatLacksItsBlankLine() {
        StreamRelay relay = relay();
        feed(relay, HELLO, STOP.stripTrailing());
        relay.end();
        assertThat(relayed()).isEqualTo(HELLO + STOP + DONE);
        assertThat(relay.done()).isTrue();
    }

    @Test
    void oneLineEndOfTwoBytesIsNoBlankLine() {
        StreamRelay relay = relay();
        feed(relay, HELLO, STOP.stripTrailing() + "\r\n");
        relay.end();
        assertThat(relayed()).isEqualTo(HELLO + STOP.stripTrailing() + "\r\n" + "\n\n" + DONE);
    }

    @Test
    void blankLinesPassHoweverTheyAreCut() {
        for (String blank : new String[] {"\n", "\r\n"}) {
            StreamRelay relay = relay();
            feed(relay, blank);
            feed(relay, blank);
            feed(relay, blank + HELLO + STOP + DONE);
            assertThat(relayed()).isEqualTo(blank + blank + blank + HELLO + STOP + DONE);
        }
    }

    @Test
    void aStreamThatEndsBeforeItsFinishReasonIsAFailure() {
        for (String end : new String[] {"", DONE, "data: {\"id\":\"c1\",\"cho"}) {
            StreamRelay relay = relay();
            feed(relay, ROLE, HELLO, end);
            relay.end();
            assertThat(relay.done()).isFalse();
            assertThat(relay.failure()).isNotNull();
            assertThat(relay.failure().kind()).isEqualTo(FailureKind.PROVIDER_CUT);
            assertThat(relayed()).isEqualTo(ROLE + HELLO);
        }
    }

    @Test
    void everyChoiceNeedsItsFinishReason() {
        StreamRelay relay = relay(new Quirks(false, true, false), 2, false, false);
        feed(relay, HELLO, STOP);
        relay.end();
        assertThat(relay.failure()).isNotNull();

        relay = relay(new Quirks(false, true, false), 2, false, false);
        feed(relay, HELLO, chunk(1, "{\"content\":\"x\"}", "null"), STOP, DONE);
        assertThat(relay.failure()).isNotNull();

        relay = relay(new Quirks(false, true, false), 2, false, false);
        feed(relay, HELLO, chunk(1, "{\"content\":\"x\"}", "\"stop\""), STOP);
        relay.end();
        assertThat(relay.done()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n",
                "data: {\"error\":\"broken\"}\n\n",
                "data: {\"code\":\"x\",\"error\":\"broken\"}\n\n",
                "data: {\"object\":\"error\",\"message\":\"broken\"}\n\n",
                "event: error\ndata: {\"message\":\"broken\"}\n\n",
                "data: {\"id\":\"1\",\"choices\":[],\"x_groq\":{\"error\":\"broken\"}}\n\n",
                "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}\n\n",
                "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"insufficient_system_resource\"}]}\n\n"
            })
    void anErrorInTheStreamStopsIt(String event) {
        StreamRelay relay = relay();
        feed(relay, HELLO, event, STOP, DONE);
        assertThat(relay.failure()).isNotNull();
        assertThat(relay.failure().provider()).isEqualTo("acme");
        assertThat(relayed()).isEqualTo(HELLO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {\"id\":}\n\n", "data: nonsense\n\n", "data: [1]\n\n", "data: {\"a\":1}x\n\n"})
    void whatIsNoChunkCannotBeRead(String event) {
        StreamRelay relay = relay();
        feed(relay, HELLO, event);
        assertThat(relay.failure()).isNotNull();
        assertThat(relay.failure().kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
        assertThat(relayed()).isEqualTo(HELLO);
    }

    @Test
    void raisesCompletionTokensWhereReasoningIsLeftOut() {
        StreamRelay relay = relay(new Quirks(true, true, false), 1, false, false);
        feed(
                relay,
                HELLO,
                STOP,
                "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":42,"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":30}}}\n\n",
                DONE);
        assertThat(relayed()).contains("\"completion_tokens\":37,\"total_tokens\":42");
        assertThat(relay.usage()).isEqualTo(new Usage(5, 37, -1, -1, 30));
    }

    @Test
    void doesNotAddReasoningTwice() {
        StreamRelay relay = relay(new Quirks(true, true, false), 1, false, false);
        String usage =
                "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":37,\"total_tokens\":42,"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":30}}}\n\n";
        feed(relay, HELLO, STOP, usage, DONE);
        assertThat(relayed()).contains(usage);
        assertThat(relay.usage()).isEqualTo(new Usage(5, 37, -1, -1, 30));
    }

    @Test
    void cutsPaddingOut() {
        for (String padded : new String[] {
            HELLO.replace("\"id\":\"c1\",", "\"id\":\"c1\",\"obfuscation\":\"aa\\\"b\","),
            HELLO.replace("\"id\":\"c1\",", "\"obfuscation\":\"aab\" , \"id\":\"c1\",")
                    .replace(" , ", ","),
            HELLO.replace(",\"usage\":null}", ",\"usage\":null,\"obfuscation\":\"aab\"}")
        }) {
            StreamRelay relay = relay(new Quirks(false, true, true), 1, false, true);
            feed(relay, padded);
            assertThat(relayed()).isEqualTo(HELLO);
        }
    }

    @Test
    void cutsPaddingAndRaisesUsageInOneEvent() {
        StreamRelay relay = relay(new Quirks(true, true, true), 1, false, true);
        feed(
                relay,
                "data: {\"obfuscation\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"completion_tokens\":1,\"completion_tokens_details\":{\"reasoning_tokens\":2}}}\n\n");
        assertThat(relayed())
                .isEqualTo(
                        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
                                + "\"usage\":{\"completion_tokens\":3,\"completion_tokens_details\":{\"reasoning_tokens\":2}}}\n\n");
    }

    @Test
    void ignoresWhatComesAfterTheEnd() {
        StreamRelay relay = relay();
        feed(relay, HELLO, STOP, DONE, HELLO);
        relay.end();
        assertThat(relayed()).isEqualTo(HELLO + STOP + DONE);
        assertThat(relay.failure()).isNull();
    }

    @Test
    void anyCutOfTheBytesGivesTheSame() {
        String stream = ROLE + ": é\r\n\r\n" + HELLO.replace("Hello", "Hé\uD83D\uDE00llo") + STOP + USAGE + DONE;
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            StreamRelay relay = relay(new Quirks(false, true, false), 1, true, false);
            relay.feed(bytes, 0, cut);
            relay.feed(bytes, cut, bytes.length);
            assertThat(relayed()).isEqualTo(stream.replace(USAGE, ""));
            assertThat(relay.done()).isTrue();
        }
    }

    @Test
    void cutAnywhereItNeverLooksComplete() {
        byte[] bytes = (ROLE + HELLO + STOP).getBytes(StandardCharsets.UTF_8);
        int complete = bytes.length - 2;
        for (int cut = 0; cut < bytes.length; cut++) {
            StreamRelay relay = relay();
            relay.feed(bytes, 0, cut);
            relay.end();
            assertThat(relay.done()).as("cut at %d", cut).isEqualTo(cut >= complete);
            assertThat(relayed().contains("[DONE]")).isEqualTo(cut >= complete);
        }
    }

    @Test
    void dataOfSeveralLinesIsOneLineWhereItIsRewritten() {
        StreamRelay relay = relay(new Quirks(true, true, false), 1, false, false);
        feed(
                relay,
                HELLO,
                STOP,
                "data: {\"id\":\"c1\",\"choices\":[],\ndata: \"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":42,\n"
                        + "data: \"completion_tokens_details\":{\"reasoning_tokens\":30}}}\n\n",
                DONE);
        assertThat(relayed())
                .contains(
                        "data: {\"id\":\"c1\",\"choices\":[], \"usage\":{\"prompt_tokens\":5,\"completion_tokens\":37,");
        assertThat(relayed().lines().filter(line -> !line.isEmpty())).allMatch(line -> line.startsWith("data: "));
    }

    @Test
    void commentsAreNoProgress() {
        StreamRelay relay = relay();
        feed(relay, ": one\n\n", "\n", ": two\n\n");
        assertThat(relay.progress()).isZero();
        feed(relay, ROLE);
        assertThat(relay.progress()).isEqualTo(1);
    }

    @Test
    void whatWasSaidIsNeverLessThanNothing() {
        StreamRelay silent = relay();
        assertThat(silent.said()).isZero();
        feed(silent, STOP, DONE);
        assertThat(silent.said()).isEqualTo(1);

        StreamRelay spoke = relay();
        feed(spoke, ROLE, HELLO, chunk("{\"content\":\"" + "x".repeat(400) + "\"}", "null"), STOP, DONE);
        assertThat(spoke.said()).isBetween(400L, 500L);
    }
}
