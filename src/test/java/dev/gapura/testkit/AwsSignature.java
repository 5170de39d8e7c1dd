package dev.gapura.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Version 4 of AWS' signature, computed from what arrived, as AWS describes it
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>): without the library
/// that the gateway signs with.
public final class AwsSignature {
    private AwsSignature() {}

    /// The signature that a request must have.
    ///
    /// @param target path and query as they stand in the request line
    /// @param signed names of the signed headers, in lower case, as `Authorization` lists them
    /// @param headers of the request by lower case name
    /// @param scope `20150830/us-east-1/iam/aws4_request`
    public static String expected(
            String method,
            String target,
            String signed,
            Map<String, String> headers,
            byte[] body,
            String scope,
            String secret) {
        String request = hash(canonical(method, target, signed, headers, body).getBytes(StandardCharsets.UTF_8));
        String toSign = "AWS4-HMAC-SHA256\n" + headers.get("x-amz-date") + "\n" + scope + "\n" + request;
        return HexFormat.of().formatHex(mac(key(secret, scope), toSign));
    }

    /// The form of a request that is hashed.
    public static String canonical(
            String method, String target, String signed, Map<String, String> headers, byte[] body) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        String sorted = Stream.of(query.split("&"))
                .map(pair -> query.isEmpty() || pair.contains("=") ? pair : pair + "=")
                .sorted()
                .collect(Collectors.joining("&"));
        StringBuilder lines = new StringBuilder();
        for (String name : signed.split(";")) {
            lines.append(name).append(':').append(headers.get(name).strip()).append('\n');
        }
        return method + "\n" + encoded(path) + "\n" + sorted + "\n" + lines + "\n" + signed + "\n" + hash(body);
    }

    /// Checks the header `Authorization` of a request that arrived.
    ///
    /// @return what is wrong with it; empty where nothing is
    public static String fault(
            String method, String target, Map<String, String> headers, byte[] body, String id, String secret) {
        String authorization = headers.getOrDefault("authorization", "");
        Map<String, String> parts = new TreeMap<>();
        for (String part : authorization.replaceFirst("^AWS4-HMAC-SHA256 ", "").split(", *")) {
            int equals = part.indexOf('=');
            parts.put(part.substring(0, Math.max(equals, 0)), part.substring(equals + 1));
        }
        String credential = parts.getOrDefault("Credential", "");
        if (!authorization.startsWith("AWS4-HMAC-SHA256 ") || !credential.startsWith(id + "/")) {
            return "no signature of " + id + ": " + authorization;
        }
        String signed = parts.getOrDefault("SignedHeaders", "");
        if (!signed.contains("host")
                || headers.keySet().stream()
                        .anyMatch(name ->
                                name.startsWith("x-amz-") && !(";" + signed + ";").contains(";" + name + ";"))) {
            return "not all that must be is signed: " + signed;
        }
        String scope = credential.substring(id.length() + 1);
        String expected = expected(method, target, signed, headers, body, scope, secret);
        return expected.equals(parts.get("Signature")) ? "" : "the signature is not " + expected;
    }

    /// Each octet of the path but unreserved ones and slashes, as it stands in the request: what was encoded is
    /// encoded again.
    private static String encoded(String path) {
        StringBuilder out = new StringBuilder();
        for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xff);
            if (character < 0x80 && (Character.isLetterOrDigit(character) || "-._~/".indexOf(character) >= 0)) {
                out.append(character);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return out.toString();
    }

    /// The key that a day, a region and a service have.
    public static byte[] key(String secret, String scope) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String step : scope.split("/")) {
            key = mac(key, step);
        }
        return key;
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// SHA-256 in hexadecimal.
    public static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
