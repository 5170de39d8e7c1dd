package dev.gapura.credential;

import dev.gapura.provider.Identity;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// AWS' default chain: the first place that has something to do with keys counts, and is not passed over when it
/// fails. In order: environment, system properties, web identity, profile, container, instance. Source:
/// <https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/credentials-chain.html>. Blocks.
final class AwsChain implements CredentialSource {
    private final Identity.Aws identity;
    private final Map<String, String> environment;
    private final InstantSource clock;
    private final AwsRoles roles;
    private final AwsMetadata metadata;
    private final AwsProfile profiles;

    AwsChain(
            Identity.Aws identity,
            Map<String, String> environment,
            InstantSource clock,
            AwsRoles roles,
            AwsMetadata metadata) {
        this.identity = identity;
        this.environment = environment;
        this.clock = clock;
        this.roles = roles;
        this.metadata = metadata;
        this.profiles = new AwsProfile(environment, roles, metadata);
    }

    @Override
    public Issued issue() throws CredentialException {
        String profile = identity.profile();
        AwsAnswer found = profile == null ? chain() : named(profile, "profile");
        return new Issued(
                new AwsCredential(found.keys(), identity.region(), identity.service(), clock), found.expires());
    }

    private AwsAnswer chain() throws CredentialException {
        AwsAnswer found = keysOfTheProcess();
        if (found != null) {
            return found;
        }
        String tokenFile = environment.getOrDefault("AWS_WEB_IDENTITY_TOKEN_FILE", "");
        String role = environment.getOrDefault("AWS_ROLE_ARN", "");
        if (!tokenFile.isEmpty() && !role.isEmpty()) {
            return roles.withToken(role, environment.get("AWS_ROLE_SESSION_NAME"), tokenFile);
        }
        String profile = environment.getOrDefault("AWS_PROFILE", "");
        found = profile.isEmpty() ? profiles.keys("default") : named(profile, "AWS_PROFILE");
        found = found == null ? metadata.container() : found;
        if (found != null) {
            return found;
        }
        if (!metadata.instanceDisabled()) {
            try {
                return metadata.instance();
            } catch (CredentialException none) {
                throw new CredentialException(nothing(none.getMessage()), none);
            }
        }
        throw new CredentialException(nothing(null));
    }

    private @Nullable AwsAnswer keysOfTheProcess() {
        AwsAnswer found = environmentKeys(environment);
        return found != null
                ? found
                : AwsAnswer.lasting(
                        System.getProperty("aws.accessKeyId"),
                        System.getProperty("aws.secretAccessKey"),
                        System.getProperty("aws.sessionToken"));
    }

    /// Keys that stand in the environment; null where there are none.
    static @Nullable AwsAnswer environmentKeys(Map<String, String> environment) {
        return AwsAnswer.lasting(
                environment.get("AWS_ACCESS_KEY_ID"),
                environment.get("AWS_SECRET_ACCESS_KEY"),
                environment.get("AWS_SESSION_TOKEN"));
    }

    private AwsAnswer named(String profile, String by) throws CredentialException {
        AwsAnswer found = profiles.keys(profile);
        if (found == null) {
            throw new CredentialException(
                    "the AWS files have no profile '" + profile + "' with credentials, which " + by + " names");
        }
        return found;
    }

    private static String nothing(@Nullable String last) {
        return "nothing gives AWS keys to this process; set access_key_id and secret_access_key, or the variables "
                + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run it with a role"
                + (last == null ? "" : " (" + last + ")");
    }
}
