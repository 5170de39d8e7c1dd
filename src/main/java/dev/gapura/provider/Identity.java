package dev.gapura.provider;

import dev.gapura.config.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How calls prove who they are where a key in a header does not do: credentials that expire, or a signature over each
/// request. Data; getting credentials and signing is the business of `credential`. Immutable; any thread; equal where
/// the same credentials would be got.
public sealed interface Identity {
    /// What must never be shown of it.
    List<Secret> secrets();

    /// AWS Signature Version 4.
    ///
    /// @param region of the service, as the signature names it
    /// @param service name that the signature gives the service (`bedrock`)
    /// @param keys what the configuration names; null: the default chain
    /// @param profile profile of the shared files of AWS to take, in place of the chain; null: none
    record Aws(
            String region,
            String service,
            @Nullable AwsKeys keys,
            @Nullable String profile) implements Identity {
        @Override
        public List<Secret> secrets() {
            List<Secret> all = new ArrayList<>();
            if (keys != null) {
                all.add(new Secret(keys.accessKeyId()));
                all.add(keys.secretAccessKey());
                if (keys.sessionToken() != null) {
                    all.add(keys.sessionToken());
                }
            }
            return all;
        }
    }

    /// Keys of an AWS account.
    ///
    /// @param sessionToken goes with temporary keys
    record AwsKeys(
            String accessKeyId,
            Secret secretAccessKey,
            @Nullable Secret sessionToken) {
        /// Leaves out the access key's id too: it tells the account.
        @Override
        public String toString() {
            return "AwsKeys[***]";
        }
    }

    /// Google's application-default credentials: an OAuth 2.0 access token.
    ///
    /// @param file what the configuration names; null: where Google's own libraries look
    record Google(@Nullable Path file) implements Identity {
        @Override
        public List<Secret> secrets() {
            return List.of();
        }
    }

    /// An application of Microsoft Entra ID with a client secret: an OAuth 2.0 access token.
    ///
    /// @param tenant id or domain of the directory
    record Entra(String tenant, String clientId, Secret clientSecret) implements Identity {
        @Override
        public List<Secret> secrets() {
            return List.of(clientSecret);
        }
    }

    /// What Azure gave the machine or the service that this runs on: an OAuth 2.0 access token of Entra ID.
    ///
    /// @param clientId which identity of several, null: the only one, or the machine's own
    record EntraManaged(@Nullable String clientId) implements Identity {
        @Override
        public List<Secret> secrets() {
            return List.of();
        }
    }

    /// A workload in Kubernetes that Entra ID trusts by the cluster's token; the environment tells all of
    /// it.
    record EntraWorkload() implements Identity {
        @Override
        public List<Secret> secrets() {
            return List.of();
        }
    }
}
