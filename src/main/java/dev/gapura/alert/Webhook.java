package dev.gapura.alert;

import dev.gapura.config.Alerts;
import dev.gapura.config.Secret;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Posts messages as Standard Webhooks does (https://www.standardwebhooks.com): with an id that stays the same however
/// often it is sent, a time, and the HMAC-SHA256 of both and the body. Goes out behind the egress check; redirects are
/// not followed.
final class Webhook {
    /// From the first byte to the head of the answer.
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String PREFIX = "whsec_";

    private final Outbound outbound;
    private final Supplier<EgressRules> rules;

    /// @param rules what may be reached
    Webhook(Outbound outbound, Supplier<EgressRules> rules) {
        this.outbound = outbound;
        this.rules = rules;
    }

    /// What sending came to.
    ///
    /// @param delivered whether the receiver took it
    /// @param text for operators: the status, or why there is none
    record Sent(boolean delivered, String text) {}

    /// Sends one message and waits for its answer. Blocks; on a virtual thread.
    Sent send(Alerts to, String id, Instant now, byte[] body) throws InterruptedException {
        Map<String, String> headers = new HashMap<>();
        headers.put("content-type", "application/json");
        headers.put("webhook-id", id);
        String seconds = Long.toString(now.getEpochSecond());
        headers.put("webhook-timestamp", seconds);
        Secret secret = to.secret();
        if (secret != null) {
            headers.put("webhook-signature", "v1," + signature(secret, id, seconds, body));
        }
        Outbound.Call call = new Outbound.Call("POST", to.url().reveal(), headers, body);
        CompletableFuture<Sent> sent = new CompletableFuture<>();
        Thread sending = Thread.ofVirtual().name("alert").start(() -> sent.complete(send(call)));
        try {
            return sent.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return new Sent(false, "it did not answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            sending.interrupt();
        }
    }

    private Sent send(Outbound.Call call) {
        try (Outbound.Answer answer = outbound.call(call, rules.get())) {
            boolean taken = answer.status() >= 200 && answer.status() < 300;
            return new Sent(taken, "status " + answer.status());
        } catch (Outbound.OutboundException failed) {
            String why = String.valueOf(failed.getMessage());
            return new Sent(false, failed.refused() ? why + "; name its host and port under egress.allow" : why);
        } catch (InterruptedException late) {
            return new Sent(false, "nobody waited for it any more");
        } catch (RuntimeException fault) {
            return new Sent(false, "a fault of the gateway: " + fault.getClass().getSimpleName());
        }
    }

    /// Base64 of the HMAC-SHA256 of id, time and body, joined by dots.
    ///
    /// @param secret `whsec_` and base64, or any other text as it is
    static String signature(Secret secret, String id, String seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret.reveal()), "HmacSHA256"));
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA256", impossible);
        }
    }

    private static byte[] key(String secret) {
        byte @Nullable [] decoded = null;
        if (secret.startsWith(PREFIX)) {
            try {
                decoded = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            } catch (IllegalArgumentException other) {
                decoded = null;
            }
        }
        return decoded == null || decoded.length == 0 ? secret.getBytes(StandardCharsets.UTF_8) : decoded;
    }
}
