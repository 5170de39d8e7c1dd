package dev.gapura.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.server.edge.RawRequests.Raw;
import dev.gapura.testkit.Certificates;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every request of [RawRequests] over a real socket: good ones are answered by the server, bad ones by the guard,
/// once,
/// before it closes, and the server never handles them. However the bytes are cut.
class RawRequestsTest {
    private static final long SEED = 20261123;

    private static EdgeServer clear;
    private static EdgeServer secured;

    @BeforeAll
    static void start() throws Exception {
        clear = new EdgeServer(EdgeServer.limits(), null);
        secured = new EdgeServer(EdgeServer.limits(), Certificates.selfSigned());
    }

    @AfterAll
    static void stop() throws Exception {
        clear.close();
        secured.close();
    }

    static Stream<Raw> requests() {
        return RawRequests.all().stream();
    }

    static Stream<Raw> smallRequests() {
        return requests().filter(raw -> raw.bytes().length < 4096);
    }

    @Test
    void theCorpusIsLarge() {
        assertThat(RawRequests.all()).hasSizeGreaterThan(60).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void inOnePiece(Raw raw) throws Exception {
        check(clear, raw, false, Integer.MAX_VALUE / 2);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void inRandomPieces(Raw raw) throws Exception {
        for (int longest : new int[] {7, 100}) {
            check(clear, raw, false, raw.bytes().length > 4096 ? longest * 100 : longest);
        }
    }

    @ParameterizedTest
    @MethodSource("smallRequests")
    void byteByByte(Raw raw) throws Exception {
        check(clear, raw, false, 1);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void overTls(Raw raw) throws Exception {
        check(secured, raw, true, Integer.MAX_VALUE / 2);
        check(secured, raw, true, raw.bytes().length > 4096 ? 5000 : 20);
    }

    private static void check(EdgeServer server, Raw raw, boolean tls, int longestPiece) throws Exception {
        int before = server.handled.get();
        int refused = server.refused.size();
        try (RawClient client = new RawClient(server.port, tls)) {
            client.send(raw.bytes(), longestPiece, new Random(SEED));
            List<Integer> statuses = client
                    .answers(raw.statuses().size(), raw.name().equals("head"))
                    .stream()
                    .map(RawClient.Answer::status)
                    .toList();
            assertThat(statuses).as(raw.name()).isEqualTo(raw.statuses());
            if (!raw.refused()) {
                client.socket.setSoTimeout(20_000);
                if (tls) {
                    client.close();
                } else {
                    client.socket.shutdownOutput();
                }
            }
            assertThat(client.socket.isClosed() || client.ended())
                    .as(raw.name())
                    .isTrue();
        }
        long good = raw.statuses().stream().filter(status -> status == 200).count();
        assertThat(server.handled.get() - before).as(raw.name()).isEqualTo((int) good);
        assertThat(server.refused.size() - refused).as(raw.name()).isEqualTo(raw.refused() ? 1 : 0);
    }
}
