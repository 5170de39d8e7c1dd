package dev.gapura.limit;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// A script that runs in Redis as a whole. It is sent by its SHA-1, and in full where Redis does not know it.
///
/// @param text of the script
/// @param sha1 of the text, in hexadecimal
record Script(String text, String sha1) {
    /// Reads one from the class path, beside this class.
    static Script read(String name) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(name), name)) {
            byte[] bytes = in.readAllBytes();
            return new Script(
                    new String(bytes, StandardCharsets.UTF_8),
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-1", impossible);
        }
    }

    Future<Response> run(Redis redis, List<String> keys, List<String> values) {
        return redis.send(request(Command.EVALSHA, sha1, keys, values))
                .recover(failed -> String.valueOf(failed.getMessage()).startsWith("NOSCRIPT")
                        ? redis.send(request(Command.EVAL, text, keys, values))
                        : Future.failedFuture(failed))
                .map(answer -> Objects.requireNonNull(answer, "scripts answer with a list"));
    }

    private static Request request(Command command, String script, List<String> keys, List<String> values) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        values.forEach(request::arg);
        return request;
    }
}
