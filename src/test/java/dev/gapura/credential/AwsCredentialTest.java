package dev.gapura.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Secret;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Identity.AwsKeys;
import dev.gapura.testkit.AwsSignature;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Signatures of requests to AWS. What they are compared with is computed by [AwsSignature], and that is held to the
/// example that AWS publishes.
class AwsCredentialTest {
    private static final String ID = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2015-08-30T12:36:00Z"));
    private static final String HOST = "bedrock-runtime.us-east-1.amazonaws.com";

    /// The values of AWS' own example (IAM, `ListUsers`, 2015-08-30), in which each step is given.
    @Test
    void theYardstickGivesWhatAwsPublished() {
        String target = "/?Action=ListUsers&Version=2010-05-08";
        String signed = "content-type;host;x-amz-date";
        Map<String, String> headers = Map.of(
                "content-type", "application/x-www-form-urlencoded; charset=utf-8",
                "host", "iam.amazonaws.com",
                "x-amz-date", "20150830T123600Z");
        String scope = "20150830/us-east-1/iam/aws4_request";

        String canonical = AwsSignature.canonical("GET", target, signed, headers, new byte[0]);

        assertThat(AwsSignature.hash(canonical.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
        assertThat(HexFormat.of().formatHex(AwsSignature.key(SECRET, scope)))
                .isEqualTo("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
        assertThat(AwsSignature.expected("GET", target, signed, headers, new byte[0], scope, SECRET))
                .isEqualTo("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    @Test
    void aRequestIsSignedWithItsBodyAndNothingElseOfItsHeaders() {
        Map<String, String> headers = signed("/model/plain/converse", "{\"a\":1}", null);

        assertThat(headers).containsOnlyKeys("authorization", "x-amz-date", "x-amz-content-sha256");
        assertThat(headers.get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=" + ID + "/20150830/us-east-1/bedrock/aws4_request, ")
                .contains("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,");
        assertThat(fault("/model/plain/converse", "{\"a\":1}", headers)).isEmpty();
        assertThat(fault("/model/plain/converse", "{\"a\":2}", headers)).isNotEmpty();
    }

    @Test
    void modelIdsWithColonsAndSlashesAreSignedAsTheyAreSentAndEncodedOnceMore() {
        for (String target : new String[] {
            "/model/anthropic.claude-3-5-haiku-20241022-v1%3A0/converse-stream",
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fmine/converse",
            "/prefix/model/%C3%BC%20x/converse?b=2&a=1%2F2",
        }) {
            assertThat(fault(target, "{}", signed(target, "{}", null)))
                    .as(target)
                    .isEmpty();
        }
    }

    @Test
    void theTokenOfTemporaryKeysIsSentAndSigned() {
        Map<String, String> headers = signed("/model/m/converse", "{}", "session-token/==");

        assertThat(headers).containsEntry("x-amz-security-token", "session-token/==");
        assertThat(headers.get("authorization")).contains(";x-amz-security-token,");
        assertThat(fault("/model/m/converse", "{}", headers)).isEmpty();
    }

    @Test
    void portsThatAreNotUsualBelongToTheHost() {
        AwsCredential credential = credential(null);
        for (boolean ssl : new boolean[] {true, false}) {
            Endpoint endpoint = new Endpoint("127.0.0.1", 4567, ssl, "/model/m/converse");
            Map<String, String> headers = credential.headers(call(endpoint, "{}".getBytes(StandardCharsets.UTF_8)));
            Map<String, String> arrived = new HashMap<>(headers);
            arrived.put("host", "127.0.0.1:4567");
            arrived.put("content-type", "application/json");
            assertThat(AwsSignature.fault(
                            "POST", "/model/m/converse", arrived, "{}".getBytes(StandardCharsets.UTF_8), ID, SECRET))
                    .isEmpty();
        }
    }

    @Test
    void bodiesOfAnyLengthAndContentAreSigned() {
        Random random = new Random(7);
        for (int length : new int[] {0, 1, 4095, 4096, 300_000}) {
            byte[] body = new byte[length];
            random.nextBytes(body);
            Endpoint endpoint = new Endpoint(HOST, 443, true, "/model/m/converse");
            Map<String, String> arrived = new HashMap<>(credential(null).headers(call(endpoint, body)));
            arrived.put("host", HOST);
            arrived.put("content-type", "application/json");
            assertThat(AwsSignature.fault("POST", "/model/m/converse", arrived, body, ID, SECRET))
                    .as("%d bytes", length)
                    .isEmpty();
        }
    }

    private static AwsCredential credential(String token) {
        Secret session = token == null ? null : new Secret(token);
        return new AwsCredential(new AwsKeys(ID, new Secret(SECRET), session), "us-east-1", "bedrock", CLOCK);
    }

    private static UnsignedCall call(Endpoint endpoint, byte[] body) {
        return new UnsignedCall(
                "POST",
                endpoint,
                Map.of("content-type", "application/json", "user-agent", "gapura/1", "x-gapura-hop", "f00d"),
                () -> new ByteArrayInputStream(body));
    }

    private static Map<String, String> signed(String target, String body, String token) {
        return credential(token)
                .headers(call(new Endpoint(HOST, 443, true, target), body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String fault(String target, String body, Map<String, String> headers) {
        Map<String, String> arrived = new HashMap<>(headers);
        arrived.put("host", HOST);
        arrived.put("content-type", "application/json");
        return AwsSignature.fault("POST", target, arrived, body.getBytes(StandardCharsets.UTF_8), ID, SECRET);
    }
}
