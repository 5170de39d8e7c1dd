package dev.gapura.credential;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/// Profiles of the files that AWS' tools share: keys, a process that gives them, roles, logins of people. Read anew
/// each time. Source:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>. Blocks.
final class AwsProfile {
    private static final int PROCESS_SECONDS = 60;
    private static final int MAX_BYTES = 64 * 1024;

    private final Map<String, String> environment;
    private final AwsRoles roles;
    private final AwsMetadata metadata;

    AwsProfile(Map<String, String> environment, AwsRoles roles, AwsMetadata metadata) {
        this.environment = environment;
        this.roles = roles;
        this.metadata = metadata;
    }

    /// Keys of a profile; null where there is none of that name, or none that has to do with keys.
    @Nullable
    AwsAnswer keys(String name) throws CredentialException {
        return keys(files(), name, new HashSet<>());
    }

    private @Nullable AwsAnswer keys(ProfileFile file, String name, Set<String> asked) throws CredentialException {
        Profile profile = file.profile(name).orElse(null);
        if (profile == null) {
            return null;
        }
        String who = "profile '" + name + "' of the AWS files";
        if (!asked.add(name)) {
            throw new CredentialException(who + " leads back to itself by source_profile");
        }
        Map<String, String> has = profile.properties();
        if (has.containsKey("role_arn")) {
            return role(file, who, name, has, asked);
        }
        if (has.containsKey("credential_process")) {
            return process(who, has.getOrDefault("credential_process", ""));
        }
        AwsAnswer own = own(has);
        if (own != null) {
            return own;
        }
        if (has.containsKey("aws_access_key_id") || has.containsKey("aws_secret_access_key")) {
            throw new CredentialException(
                    who + " has one half of a key: it needs aws_access_key_id and aws_secret_access_key");
        }
        if (has.keySet().stream().anyMatch(key -> key.startsWith("sso_"))) {
            return login(file, who, name, has);
        }
        if (has.containsKey("login_session")) {
            throw new CredentialException(who + " logs a person in, which the gateway does not do; take a profile "
                    + "with: credential_process = aws configure export-credentials --profile " + name
                    + " --format process");
        }
        return null;
    }

    private AwsAnswer role(ProfileFile file, String who, String name, Map<String, String> has, Set<String> asked)
            throws CredentialException {
        String role = has.getOrDefault("role_arn", "");
        String session = has.get("role_session_name");
        String tokenFile = has.get("web_identity_token_file");
        if (tokenFile != null) {
            return roles.withToken(role, session, tokenFile);
        }
        if (has.containsKey("mfa_serial")) {
            throw new CredentialException(who + " asks for a second factor, which the gateway cannot give");
        }
        String source = has.get("source_profile");
        String from = has.get("credential_source");
        AwsAnswer first;
        if (source != null) {
            // A role may be taken on with keys that stand beside it.
            first = source.equals(name) ? own(has) : keys(file, source, asked);
            if (first == null) {
                throw new CredentialException(who + " takes its role on with a source_profile that has no keys");
            }
        } else {
            first = switch (from) {
                case "Environment" -> AwsChain.environmentKeys(environment);
                case "EcsContainer" -> metadata.container();
                case "Ec2InstanceMetadata" -> metadata.instance();
                case null, default ->
                    throw new CredentialException(who
                            + " has a role_arn and nothing to take it on with; add source_profile, credential_source "
                            + "(Environment, EcsContainer, Ec2InstanceMetadata) or web_identity_token_file");
            };
            if (first == null) {
                throw new CredentialException(who + " takes its role on with a credential_source that has no keys");
            }
        }
        return roles.withKeys(first.keys(), role, session, has.get("external_id"));
    }

    private AwsAnswer login(ProfileFile file, String who, String name, Map<String, String> has)
            throws CredentialException {
        String session = has.get("sso_session");
        if (session == null) {
            return roles.logins().keys(who, name, has, null);
        }
        Profile says = file.getSection("sso-session", session).orElse(null);
        if (says == null) {
            throw new CredentialException(who + " names the sso_session '" + session + "', which is not there");
        }
        return roles.logins().keys(who, name, has, says.properties());
    }

    private static @Nullable AwsAnswer own(Map<String, String> has) {
        return AwsAnswer.lasting(
                has.get("aws_access_key_id"), has.get("aws_secret_access_key"), has.get("aws_session_token"));
    }

    /// A command of the operator's, run as a shell would.
    private static AwsAnswer process(String who, String command) throws CredentialException {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        Process process = null;
        try {
            process = new ProcessBuilder(windows ? List.of("cmd.exe", "/C", command) : List.of("sh", "-c", command))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Who hangs is ended, with what it started, so that the next renewal can begin.
            Process running = process;
            running.onExit().orTimeout(PROCESS_SECONDS, TimeUnit.SECONDS).exceptionally(late -> end(running));
            process.getOutputStream().close();
            byte[] said = process.getInputStream().readNBytes(MAX_BYTES);
            if (process.waitFor() != 0) {
                throw new CredentialException("the credential_process of " + who + " failed; run it by hand");
            }
            return AwsAnswer.ofJson("the credential_process of " + who, new String(said, StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new CredentialException("the credential_process of " + who + " cannot be run", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CredentialException("the gateway is stopping", interrupted);
        } finally {
            if (process != null) {
                end(process);
            }
        }
    }

    private static Process end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        return process.destroyForcibly();
    }

    private ProfileFile files() throws CredentialException {
        ProfileFile.Aggregator both = ProfileFile.aggregator();
        // What stands in both is taken from the file of credentials, as AWS' tools do.
        add(both, "AWS_SHARED_CREDENTIALS_FILE", "credentials", ProfileFile.Type.CREDENTIALS);
        add(both, "AWS_CONFIG_FILE", "config", ProfileFile.Type.CONFIGURATION);
        return both.build();
    }

    private void add(ProfileFile.Aggregator both, String variable, String usual, ProfileFile.Type type)
            throws CredentialException {
        String named = environment.getOrDefault(variable, "");
        Path path = named.isEmpty() ? Homes.of(environment).resolve(".aws").resolve(usual) : Path.of(named);
        if (!Files.isRegularFile(path)) {
            return;
        }
        try {
            both.addFile(ProfileFile.builder()
                    .content(Files.readString(path))
                    .type(type)
                    .build());
        } catch (IOException | IllegalArgumentException malformed) {
            throw new CredentialException(
                    "AWS' file '" + usual + "' cannot be read; `aws configure list` says more", malformed);
        }
    }
}
