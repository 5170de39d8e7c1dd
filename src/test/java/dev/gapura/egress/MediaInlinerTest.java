package dev.gapura.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.gapura.chat.CacheMark;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MediaInlinerTest {
    private static final byte[] PNG = "\u0089PNG\r\n\u001a\n and more".getBytes(StandardCharsets.ISO_8859_1);
    private static final Predicate<Part> NONE_PASSES = part -> false;

    private Vertx vertx;
    private FileServer server;
    private Fetcher fetcher;
    private MediaInliner inliner;

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        server = new FileServer();
        fetcher = new Fetcher(vertx, ProxySettings.NONE);
        inliner = new MediaInliner(vertx, fetcher);
    }

    @AfterEach
    void stop() throws IOException {
        Waiting.until("all permits given back", () -> fetcher.permits().free() == 16);
        fetcher.close();
        server.close();
        Waiting.get(vertx.close());
    }

    private EgressRules rules(boolean media) {
        return new EgressRules(
                new Config.Egress(List.of(), List.of(new Config.HostPort("127.0.0.1", server.port())), media));
    }

    private static ChatRequest request(Message... messages) {
        return new ChatRequest("m", List.of(messages), List.of(), null, null, null, false, Map.of(), Map.of());
    }

    private Part.Image image(String path) {
        return new Part.Image(new Media.Url(null, server.url(path)), "low", CacheMark.DEFAULT);
    }

    private static Media.Inline inline(String type, byte[] bytes) {
        return new Media.Inline(type, Base64.getEncoder().encodeToString(bytes));
    }

    private ChatRequest inlined(ChatRequest request, Predicate<Part> passes) {
        return Waiting.get(inliner.inline(request, passes, rules(true)));
    }

    private static Failure failure(Future<ChatRequest> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            return fail("inlined");
        } catch (ExecutionException failed) {
            return ((GatewayException) failed.getCause()).failure();
        } catch (Exception other) {
            throw new AssertionError(other);
        }
    }

    private Failure failure(ChatRequest request) {
        return failure(inliner.inline(request, NONE_PASSES, rules(true)));
    }

    @Test
    void everyPartWithAnAddressGetsItsBytes() {
        byte[] csv = "a;b".getBytes(StandardCharsets.US_ASCII);
        server.file("/a", "image/jpeg", PNG)
                .file("/b", "application/octet-stream", csv)
                .file("/c", "audio/mpeg", csv);
        Part.Text text = Part.Text.of("look");
        Part.Opaque opaque = new Part.Opaque("x", com.fasterxml.jackson.databind.node.NullNode.instance);
        Part.File file = new Part.File(new Media.Url("text/csv", server.url("/b")), "b.csv", null);
        Part.Audio audio = new Part.Audio(new Media.Url(null, server.url("/c")), null);
        Part.Image ready = new Part.Image(inline("image/gif", csv), null, null);
        Part.File stored = new Part.File(new Media.Stored(null, "file-1"), null, null);
        ChatRequest request = request(
                Message.of(Role.SYSTEM, text),
                new Message(Role.USER, List.of(image("/a"), text, file, audio, ready, stored, opaque), "ann"),
                Message.of(Role.TOOL, new Part.ToolResult("c1", List.of(text, image("/a")), true, CacheMark.DEFAULT)));

        ChatRequest done = inlined(request, NONE_PASSES);

        Part.Image picture = new Part.Image(inline("image/png", PNG), "low", CacheMark.DEFAULT);
        assertThat(done.messages())
                .containsExactly(
                        request.messages().get(0),
                        new Message(
                                Role.USER,
                                List.of(
                                        picture,
                                        text,
                                        new Part.File(inline("text/csv", csv), "b.csv", null),
                                        new Part.Audio(inline("audio/mpeg", csv), null),
                                        ready,
                                        stored,
                                        opaque),
                                "ann"),
                        Message.of(
                                Role.TOOL, new Part.ToolResult("c1", List.of(text, picture), true, CacheMark.DEFAULT)));
        assertThat(server.heads).hasSize(3);
    }

    @Test
    void whatTheProviderTakesStays() {
        server.file("/a", "image/png", PNG);
        Part.Image image = image("/a");
        Part.File file = new Part.File(new Media.Url(null, "gs://bucket/x"), null, null);
        ChatRequest request = request(Message.of(Role.USER, image, file));

        assertThat(MediaInliner.count(request, part -> true)).isZero();
        assertThat(MediaInliner.count(request, NONE_PASSES)).isPositive();
        assertThat(inlined(request, part -> true)).isSameAs(request);
        assertThat(inlined(request, Part.File.class::isInstance)
                        .messages()
                        .getFirst()
                        .parts())
                .containsExactly(new Part.Image(inline("image/png", PNG), "low", CacheMark.DEFAULT), file);
    }

    @Test
    void failuresNameTheirPart() {
        server.file("/html", "text/html", "<html>".getBytes(StandardCharsets.US_ASCII));
        Part.Text text = Part.Text.of("x");
        Part.Reasoning thought = Part.Reasoning.plain("hm");
        Part.Image private_ = new Part.Image(new Media.Url(null, "https://10.0.0.1/"), null, null);
        Part.File video = new Part.File(new Media.Url("video/mp4", "https://10.0.0.1/"), null, null);
        Part.File file = new Part.File(new Media.Url(null, "gs://bucket/x"), null, null);

        assertThat(failure(request(Message.of(Role.USER, text), Message.of(Role.USER, text, private_))))
                .satisfies(failure -> {
                    assertThat(failure.param()).isEqualTo("messages[1].content[1].image_url.url");
                    assertThat(failure.code()).isEqualTo("media_fetch_refused");
                    assertThat(failure.message()).doesNotContain("10.0.0.1");
                });
        assertThat(failure(request(Message.of(Role.USER, video))).param())
                .isEqualTo("messages[0].content[0].video_url.url");
        assertThat(failure(request(Message.of(Role.USER, file))).param())
                .isEqualTo("messages[0].content[0].file.file_data");
        assertThat(failure(request(Message.of(Role.ASSISTANT, thought, text, private_)))
                        .param())
                .isEqualTo("messages[0].content[1].image_url.url");
        assertThat(failure(request(
                                Message.of(Role.USER, text),
                                Message.of(Role.TOOL, new Part.ToolResult("c", List.of(private_), false, null))))
                        .param())
                .isEqualTo("messages[1].content[0].image_url.url");
        assertThat(failure(request(Message.of(Role.USER, image("/html"))))).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo("media_fetch_failed");
            assertThat(failure.message()).contains("not an image");
        });
    }

    @Test
    void atMostTwenty() {
        server.file("/0", "image/png", PNG);
        List<Part> parts = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            server.file("/" + index, "image/png", PNG);
            parts.add(image("/" + index));
            parts.add(image("/0"));
        }
        assertThat(inlined(request(new Message(Role.USER, parts, null)), NONE_PASSES)
                        .messages()
                        .getFirst()
                        .parts())
                .allSatisfy(part -> assertThat(((Part.Image) part).media()).isEqualTo(inline("image/png", PNG)));
        assertThat(server.heads).hasSize(20);

        parts.add(image("/20"));
        Failure failure = failure(request(new Message(Role.USER, parts, null)));
        assertThat(failure.code()).isEqualTo("media_fetch_refused");
        assertThat(failure.param()).isEqualTo("messages[0].content[40].image_url.url");
        assertThat(server.heads).hasSize(20);
    }

    @Test
    void soMuchTogether() {
        byte[] large = Arrays.copyOf(PNG, 400_000);
        MediaInliner narrow = new MediaInliner(vertx, fetcher, 1_000_000);
        for (int index = 0; index < 3; index++) {
            server.file("/" + index, "image/png", large);
        }
        ChatRequest two = request(Message.of(Role.USER, image("/0"), image("/1")));
        ChatRequest three = request(Message.of(Role.USER, image("/0"), image("/1"), image("/2")));

        assertThat(Waiting.get(narrow.inline(two, NONE_PASSES, rules(true)))
                        .messages()
                        .getFirst()
                        .parts())
                .containsOnly(new Part.Image(inline("image/png", large), "low", CacheMark.DEFAULT));
        assertThat(failure(narrow.inline(three, NONE_PASSES, rules(true))).code())
                .isEqualTo("media_too_large");
    }

    @Test
    void theFirstFailureEndsTheOthers() {
        server.on("/slow", out -> server.hold());
        long start = System.nanoTime();
        Failure failure = failure(request(Message.of(
                Role.USER, image("/slow"), image("/missing"), image("/slow?1"), image("/slow?2"), image("/slow?3"))));
        assertThat(failure.message()).contains("status 404");
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    }

    @Test
    void itCanBeSwitchedOff() {
        ChatRequest request = request(Message.of(Role.USER, image("/a")));
        Failure failure = failure(inliner.inline(request, NONE_PASSES, rules(false)));
        assertThat(failure.code()).isEqualTo("media_fetch_refused");
        assertThat(failure.param()).isEqualTo("messages[0].content[0].image_url.url");
        assertThat(Waiting.get(inliner.inline(request, part -> true, rules(false))))
                .isSameAs(request);
        assertThat(server.connections).hasValue(0);
    }
}
