package dev.gapura.dialect.openai;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.parameter.ShapeCheck;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonMark;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a chat completions body in one pass: checks that it is JSON two parsers cannot disagree on, checks
/// every field against the parameter table, and notes where the top-level members stand. Nothing is built
/// from the text of the conversation. Called once per request on the event loop; needs no other thread and
/// never blocks.
public final class RequestReader {
    /// Objects and arrays that may be open at once; the contract's number.
    static final int MAX_DEPTH = 64;

    /// Top-level members taken; OpenAI and all extensions together know fewer than 70.
    static final int MAX_MEMBERS = 256;

    private final byte[] body;
    private final int length;
    private final boolean streamAccepted;
    private final JsonScanner json;
    private final ShapeCheck check;
    private final List<ChatCompletionRequest.Member> members = new ArrayList<>(16);

    private @Nullable String model;
    private boolean stream;
    private boolean logprobs;
    private @Nullable Boolean includeUsage;
    private @Nullable Boolean includeObfuscation;
    private int choices = 1;

    private RequestReader(byte[] body, int length, boolean streamAccepted) {
        this.streamAccepted = streamAccepted;
        this.body = body;
        this.length = length;
        this.json = new JsonScanner(body, 0, length, MAX_DEPTH);
        this.check = new ShapeCheck(json);
    }

    /// Reads and checks a body. The array is kept, not copied, and never written to.
    ///
    /// @param body the client's bytes
    /// @param length how many of them count
    /// @throws GatewayException with status 400 and the path of the field at fault
    public static ChatCompletionRequest read(byte[] body, int length) {
        return read(body, length, false);
    }

    /// The same for a request whose headers may ask for a stream: `stream_options` then needs no `stream:
    /// true`.
    ///
    /// @param streamAccepted whether a stream is asked for where the body does not say
    /// @throws GatewayException with status 400 and the path of the field at fault
    public static ChatCompletionRequest read(byte[] body, int length, boolean streamAccepted) {
        RequestReader reader = new RequestReader(body, length, streamAccepted);
        try {
            return reader.read();
        } catch (JsonException fault) {
            if (isBlank(body, length)) {
                throw refusal(
                        "body_empty", null, "The body is empty. Send a JSON object with at least model and messages.");
            }
            throw reader.check.malformed(fault);
        }
    }

    private ChatCompletionRequest read() {
        if (json.next() != JsonToken.OBJECT) {
            // Broken JSON is the better message, where it is that.
            json.skip();
            json.next();
            throw refusal("invalid_type", null, "The body must be one JSON object with at least model and messages.");
        }
        while (json.next() == JsonToken.NAME) {
            member();
        }
        json.next();
        require("model");
        require("messages");
        stream |= streamAccepted && !present("stream");
        if (present("top_logprobs") && !logprobs) {
            throw refusal(
                    "invalid_value",
                    "top_logprobs",
                    "`top_logprobs` works only together with `logprobs: true`. Set that too, or leave it out.");
        }
        if (present("stream_options") && !stream) {
            throw refusal(
                    "invalid_value",
                    "stream_options",
                    "`stream_options` works only together with `stream: true`. Set that too, or leave it out.");
        }
        return new ChatCompletionRequest(
                body, length, List.copyOf(members), model(), stream, includeUsage, includeObfuscation, choices);
    }

    private void member() {
        if (members.size() == MAX_MEMBERS) {
            throw refusal("invalid_value", null, "The body has more than " + MAX_MEMBERS + " top-level fields.");
        }
        int nameStart = json.start();
        Parameter parameter = ParameterTable.chatField(json);
        String name = parameter == null ? json.string() : parameter.name();
        JsonToken kind = check.enter(name);
        int valueStart = json.start();
        boolean isNull = kind == JsonToken.NULL;
        if (parameter == null) {
            check.skip();
        } else {
            JsonMark mark = kind == JsonToken.OBJECT && name.equals("stream_options") ? json.mark() : null;
            check.check(parameter);
            if (mark != null) {
                json.reset(mark);
                streamOptions();
            }
            if (!isNull) {
                keep(name, kind);
            }
        }
        members.add(new ChatCompletionRequest.Member(name, parameter, nameStart, valueStart, json.end(), isNull));
    }

    private void keep(String name, JsonToken kind) {
        switch (name) {
            case "model" -> model = json.string();
            case "stream" -> stream = kind == JsonToken.TRUE;
            case "logprobs" -> logprobs = kind == JsonToken.TRUE;
            case "n" -> choices = Math.toIntExact(json.longValue());
            default -> {}
        }
    }

    private void streamOptions() {
        while (json.next() == JsonToken.NAME) {
            String name = json.string();
            JsonToken kind = json.next();
            if (name.equals("include_usage")) {
                includeUsage = flag(kind);
            } else if (name.equals("include_obfuscation")) {
                includeObfuscation = flag(kind);
            } else {
                json.skip();
            }
        }
    }

    private static @Nullable Boolean flag(JsonToken kind) {
        return kind == JsonToken.NULL ? null : Boolean.valueOf(kind == JsonToken.TRUE);
    }

    private void require(String name) {
        if (!present(name)) {
            throw check.missing(ParameterTable.chatField(name));
        }
    }

    private boolean present(String name) {
        for (ChatCompletionRequest.Member member : members) {
            if (!member.isNull() && member.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private String model() {
        if (model == null) {
            throw check.missing(ParameterTable.chatField("model"));
        }
        return model;
    }

    private static boolean isBlank(byte[] body, int length) {
        for (int at = 0; at < length; at++) {
            if (body[at] != ' ' && body[at] != '\n' && body[at] != '\r' && body[at] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static GatewayException refusal(String code, @Nullable String param, String message) {
        return new GatewayException(new Failure(FailureKind.INVALID_REQUEST, message, code, param, null, null, null));
    }
}
