package dev.gapura.credential;

import dev.gapura.config.Secret;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Identity.AwsKeys;
import java.net.URI;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/// Keys of AWS, which sign each request in version 4 of its signature: method, path, query, host, `content-type`,
/// `x-amz-*` and the body. Other headers may be changed on the way.
final class AwsCredential implements Credential {
    /// Set by whoever sends: a signature must not name them twice.
    private static final Set<String> OF_THE_REQUEST = Set.of("host", "content-type");

    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    private final AwsCredentialsIdentity keys;
    private final String region;
    private final String service;
    private final Clock clock;

    AwsCredential(AwsKeys keys, String region, String service, InstantSource clock) {
        Secret session = keys.sessionToken();
        String secret = keys.secretAccessKey().reveal();
        this.keys = session == null
                ? AwsCredentialsIdentity.create(keys.accessKeyId(), secret)
                : AwsSessionCredentialsIdentity.create(keys.accessKeyId(), secret, session.reveal());
        this.region = region;
        this.service = service;
        this.clock = clock.withZone(ZoneOffset.UTC);
    }

    @Override
    public boolean coversBody() {
        return true;
    }

    @Override
    public Map<String, String> headers(UnsignedCall call) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(call.method()))
                .uri(address(call.endpoint()));
        call.headers().forEach((name, value) -> {
            if (name.equals("content-type") || name.startsWith("x-amz-")) {
                request.putHeader(name, value);
            }
        });
        SignedRequest signed = SIGNER.sign(wanted -> wanted.identity(keys)
                .request(request.build())
                .payload(() -> call.body().get())
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(HttpSigner.SIGNING_CLOCK, clock));
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, List<String>> header : signed.request().headers().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!OF_THE_REQUEST.contains(name)) {
                headers.put(name, header.getValue().getFirst());
            }
        }
        return headers;
    }

    private static URI address(Endpoint endpoint) {
        String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
        return URI.create((endpoint.ssl() ? "https://" : "http://") + host + ":" + endpoint.port() + endpoint.target());
    }
}
