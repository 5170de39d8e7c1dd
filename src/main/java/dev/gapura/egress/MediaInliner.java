package dev.gapura.egress;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// Puts the bytes of pictures, sounds and documents into a request whose provider cannot fetch their
/// addresses itself. Addresses that the provider's language passes on stay as they are. One instance a
/// process; called on the event loop of the exchange, where its futures complete.
public final class MediaInliner {
    /// Most distinct addresses of one request.
    static final int MAX_URLS = 20;
    /// Most bytes that are put into one request: what the default of `server.max_body_bytes` lets a caller
    /// send itself, and about what providers take.
    static final int MAX_BYTES = 32 << 20;

    /// Media types by the ending of a file's name.
    private static final Map<String, String> PRETENDED = Map.of(
            "jpg",
            "image/jpeg",
            "jpeg",
            "image/jpeg",
            "gif",
            "image/gif",
            "webp",
            "image/webp",
            "wav",
            "audio/wav",
            "mp3",
            "audio/mpeg",
            "txt",
            "text/plain",
            "mp4",
            "video/mp4");

    private final Vertx vertx;
    private final Fetcher fetcher;
    private final int maxBytes;

    public MediaInliner(Vertx vertx, Fetcher fetcher) {
        this(vertx, fetcher, MAX_BYTES);
    }

    MediaInliner(Vertx vertx, Fetcher fetcher, int maxBytes) {
        this.vertx = vertx;
        this.fetcher = fetcher;
        this.maxBytes = maxBytes;
    }

    /// How many distinct addresses would have to be fetched. Pure; any thread.
    ///
    /// @param passes as in [#inline]
    public static int count(ChatRequest request, Predicate<Part> passes) {
        return MediaUrls.of(request, passes).size();
    }

    /// The request as it would be, without fetching anything: each address that the provider cannot be given is
    /// replaced by a text that says so. For dry runs; pure, any thread.
    ///
    /// @param passes as in [#inline]
    public static ChatRequest pretend(ChatRequest request, Predicate<Part> passes) {
        Map<String, FetchAll.Encoded> pretended = new LinkedHashMap<>();
        MediaUrls.of(request, passes).forEach((url, wanted) -> {
            String path = url.split("[?#]", 2)[0];
            String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
            String ending = name.substring(name.lastIndexOf('.') + 1);
            String type = PRETENDED.getOrDefault(ending, wanted.picture() ? "image/png" : "application/pdf");
            String text = "(the bytes of " + url + ", fetched when the request is sent)";
            pretended.put(
                    url,
                    new FetchAll.Encoded(
                            type, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        });
        return replaced(request, passes, pretended);
    }

    /// The request with [Media.Inline] in place of each address that the provider cannot be given. Each
    /// distinct address is fetched once, four at a time; the first that fails ends them all.
    ///
    /// @param passes whether the provider can be given the address in a part, as
    ///     [dev.gapura.dialect.Dialect#passesUrl] tells
    /// @param rules what may be reached
    /// @return fails as [Fetcher#fetch] does, with the path of the part as `param`
    public Future<ChatRequest> inline(ChatRequest request, Predicate<Part> passes, EgressRules rules) {
        Map<String, MediaUrls.Wanted> wanted = MediaUrls.of(request, passes);
        if (wanted.isEmpty()) {
            return Future.succeededFuture(request);
        }
        String firstParam = wanted.values().iterator().next().param();
        if (!rules.media()) {
            return Future.failedFuture(new FetchFailures(firstParam).off());
        }
        if (wanted.size() > MAX_URLS) {
            String surplus = new ArrayList<>(wanted.values()).get(MAX_URLS).param();
            return Future.failedFuture(new FetchFailures(surplus).tooMany(MAX_URLS));
        }
        return new FetchAll(vertx, fetcher, rules, maxBytes)
                .fetch(wanted)
                .map(fetched -> replaced(request, passes, fetched));
    }

    private static ChatRequest replaced(
            ChatRequest request, Predicate<Part> passes, Map<String, FetchAll.Encoded> fetched) {
        List<Message> messages = new ArrayList<>();
        for (Message message : request.messages()) {
            messages.add(message.withParts(replaced(message.parts(), passes, fetched)));
        }
        return request.withMessages(messages);
    }

    private static List<Part> replaced(
            List<Part> parts, Predicate<Part> passes, Map<String, FetchAll.Encoded> fetched) {
        List<Part> all = new ArrayList<>();
        for (Part part : parts) {
            all.add(replaced(part, passes, fetched));
        }
        return all;
    }

    private static Part replaced(Part part, Predicate<Part> passes, Map<String, FetchAll.Encoded> fetched) {
        if (part instanceof Part.ToolResult result) {
            return new Part.ToolResult(
                    result.callId(), replaced(result.content(), passes, fetched), result.error(), result.cache());
        }
        Media.Url url = MediaUrls.url(part);
        FetchAll.Encoded bytes = url == null || passes.test(part) ? null : fetched.get(url.url());
        return url == null || bytes == null ? part : withMedia(part, inline(url, bytes));
    }

    private static Media inline(Media.Url url, FetchAll.Encoded bytes) {
        return new Media.Inline(bytes.type() == null ? url.type() : bytes.type(), bytes.base64());
    }

    private static Part withMedia(Part part, Media media) {
        return switch (part) {
            case Part.Image image -> new Part.Image(media, image.detail(), image.cache());
            case Part.Audio audio -> new Part.Audio(media, audio.cache());
            case Part.File file -> new Part.File(media, file.name(), file.cache());
            case Part.Text text -> text;
            case Part.ToolCall call -> call;
            case Part.ToolResult result -> result;
            case Part.Reasoning reasoning -> reasoning;
            case Part.Refusal refusal -> refusal;
            case Part.Opaque opaque -> opaque;
        };
    }
}
