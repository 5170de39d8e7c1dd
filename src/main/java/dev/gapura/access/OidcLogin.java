package dev.gapura.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.gapura.config.Config;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Login at an identity provider by OpenID Connect: the code flow with PKCE, state and nonce. What a login that was
/// begun needs at its end is in a cookie of the browser that began it, so that any gateway may finish it. Blocking
/// work is done on virtual threads; any thread may call.
public final class OidcLogin {
    private static final Logger LOG = LoggerFactory.getLogger(OidcLogin.class);

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int MOST_BYTES = 256 * 1024;
    /// Signatures with keys that only the provider has. Those with the client's secret are not taken.
    private static final Set<JWSAlgorithm> SIGNATURES = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final Config.Oidc settings;
    private final ClientID client;
    private volatile @Nullable OIDCProviderMetadata known;

    public OidcLogin(Config.Oidc settings) {
        this.settings = settings;
        client = new ClientID(settings.clientId());
    }

    /// A login that was begun.
    ///
    /// @param location where the browser goes to
    /// @param pending what the browser keeps until it is back, for ten minutes at the most
    public record Begun(URI location, String pending) {}

    /// Who somebody is at the provider.
    ///
    /// @param email in lower case, null where it is not known or the provider does not vouch for it
    record Identity(
            String issuer,
            String subject,
            @Nullable String email,
            @Nullable String name) {}

    /// What decides who may come in.
    Config.Oidc settings() {
        return settings;
    }

    /// Where the provider sends browsers back to.
    ///
    /// @param derived what follows from the request, where the configuration does not say it
    public String callback(String derived) {
        URI configured = settings.redirectUrl();
        return configured == null ? derived : configured.toString();
    }

    /// Begins a login.
    ///
    /// @param callback where the provider sends the browser back to
    public CompletableFuture<Begun> begin(String callback) {
        return blocking(() -> {
            String state = Fresh.secret();
            String nonce = Fresh.secret();
            String verifier = Fresh.secret();
            URI location = new AuthenticationRequest.Builder(
                            ResponseType.CODE,
                            new Scope(settings.scopes().toArray(String[]::new)),
                            client,
                            URI.create(callback))
                    .endpointURI(metadata().getAuthorizationEndpointURI())
                    .state(new State(state))
                    .nonce(new Nonce(nonce))
                    .codeChallenge(new CodeVerifier(verifier), CodeChallengeMethod.S256)
                    .build()
                    .toURI();
            return new Begun(location, state + "." + nonce + "." + verifier);
        });
    }

    /// Finds out who has logged in.
    ///
    /// @param pending as it was given to the browser
    CompletableFuture<Identity> finish(String callback, String code, String state, @Nullable String pending) {
        String[] parts = pending == null ? new String[0] : pending.split("\\.", -1);
        if (parts.length != 3
                || !MessageDigest.isEqual(
                        parts[0].getBytes(StandardCharsets.UTF_8), state.getBytes(StandardCharsets.UTF_8))) {
            return CompletableFuture.failedFuture(refused("This login was not begun in this browser. Begin it again."));
        }
        return blocking(() -> identity(tokens(callback, code, parts[2]), new Nonce(parts[1])));
    }

    private OIDCTokenResponse tokens(String callback, String code, String verifier)
            throws IOException, ParseException, GeneralException {
        AuthorizationCodeGrant grant = new AuthorizationCodeGrant(
                new AuthorizationCode(code), URI.create(callback), new CodeVerifier(verifier));
        OIDCProviderMetadata metadata = metadata();
        HTTPResponse answer =
                send(new TokenRequest.Builder(metadata.getTokenEndpointURI(), authentication(metadata), grant)
                        .build()
                        .toHTTPRequest());
        TokenResponse response = OIDCTokenResponseParser.parse(answer);
        if (response instanceof OIDCTokenResponse tokens) {
            return tokens;
        }
        LOG.warn(
                "{} refused a code: {}",
                settings.issuer(),
                response.toErrorResponse().getErrorObject());
        throw refused("The identity provider did not accept this login. Begin it again.");
    }

    private ClientAuthentication authentication(OIDCProviderMetadata metadata) {
        Secret secret = new Secret(settings.clientSecret().reveal());
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean postOnly = methods != null
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return postOnly ? new ClientSecretPost(client, secret) : new ClientSecretBasic(client, secret);
    }

    private Identity identity(OIDCTokenResponse tokens, Nonce nonce)
            throws IOException, ParseException, GeneralException, BadJOSEException, JOSEException {
        OIDCProviderMetadata metadata = metadata();
        JWT token = tokens.getOIDCTokens().getIDToken();
        if (!(token instanceof SignedJWT signed)
                || !SIGNATURES.contains(signed.getHeader().getAlgorithm())) {
            throw refused("The identity provider signs with what is not taken here.");
        }
        ClaimsSet claims = new IDTokenValidator(
                        metadata.getIssuer(),
                        client,
                        signed.getHeader().getAlgorithm(),
                        metadata.getJWKSetURI().toURL(),
                        new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MOST_BYTES))
                .validate(token, nonce);
        String subject = Objects.requireNonNull(claims.getStringClaim("sub"));
        if (claims.getStringClaim("email") == null && metadata.getUserInfoEndpointURI() != null) {
            claims = userInfo(metadata, tokens.getOIDCTokens().getBearerAccessToken(), subject);
        }
        String email = claims.getStringClaim("email");
        boolean vouched = Boolean.TRUE.equals(claims.getBooleanClaim("email_verified"));
        return new Identity(
                metadata.getIssuer().getValue(),
                subject,
                email != null && vouched ? Names.email(email) : null,
                claims.getStringClaim("name"));
    }

    private ClaimsSet userInfo(OIDCProviderMetadata metadata, BearerAccessToken token, String subject)
            throws IOException, ParseException {
        UserInfoResponse answer = UserInfoResponse.parse(
                send(new UserInfoRequest(metadata.getUserInfoEndpointURI(), token).toHTTPRequest()));
        if (!answer.indicatesSuccess()
                || answer.toSuccessResponse().getUserInfo() == null
                || !subject.equals(
                        answer.toSuccessResponse().getUserInfo().getSubject().getValue())) {
            throw refused("The identity provider does not say who this is.");
        }
        return answer.toSuccessResponse().getUserInfo();
    }

    private OIDCProviderMetadata metadata() throws IOException, GeneralException {
        OIDCProviderMetadata metadata = known;
        if (metadata == null) {
            metadata = OIDCProviderMetadata.resolve(new Issuer(settings.issuer()), TIMEOUT_MILLIS, TIMEOUT_MILLIS);
            known = metadata;
        }
        return metadata;
    }

    private static HTTPResponse send(HTTPRequest request) throws IOException {
        request.setConnectTimeout(TIMEOUT_MILLIS);
        request.setReadTimeout(TIMEOUT_MILLIS);
        request.setFollowRedirects(false);
        return request.send();
    }

    private <T> CompletableFuture<T> blocking(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().name("oidc").start(() -> {
            try {
                result.complete(work.call());
            } catch (GatewayException told) {
                result.completeExceptionally(told);
            } catch (BadJOSEException | ParseException wrong) {
                LOG.warn("a login at {} was not right: {}", settings.issuer(), wrong.getMessage());
                result.completeExceptionally(refused("The identity provider's answer is not right. Begin again."));
            } catch (Exception away) {
                LOG.warn("{} cannot be asked who somebody is", settings.issuer(), away);
                result.completeExceptionally(new GatewayException(Failure.of(
                                FailureKind.UNAVAILABLE, "The identity provider cannot be asked now. Try again later.")
                        .withCode("oidc_unavailable")
                        .withRetryable(true)));
            }
        });
        return result;
    }

    static GatewayException refused(String message) {
        return new GatewayException(Failure.of(FailureKind.UNAUTHENTICATED, message)
                .withCode("login_failed")
                .withRetryable(false));
    }
}
