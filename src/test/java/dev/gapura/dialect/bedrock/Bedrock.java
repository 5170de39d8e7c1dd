package dev.gapura.dialect.bedrock;

import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.Secret;
import dev.gapura.provider.Provider;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.TranslatedRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// A provider that speaks Converse, for the tests of its dialect.
final class Bedrock {
    static final BedrockDialect DIALECT = new BedrockDialect(RecordedAnswers.ERRORS);

    static final Provider PROVIDER = dev.gapura.provider.Providers.build(Map.of(
                    "aws",
                    new ProviderEntry(
                            "aws",
                            "bedrock",
                            URI.create("https://bedrock-runtime.us-east-1.amazonaws.com"),
                            new Secret("canary-0042-wXyZ-77"),
                            null,
                            Map.of(),
                            new Config.Timeouts(
                                    Duration.ofSeconds(5),
                                    Duration.ofSeconds(120),
                                    Duration.ofSeconds(120),
                                    Duration.ofMinutes(15)),
                            null,
                            null,
                            "test:1:1")))
            .get("aws");

    /// A Claude that knows most of what Converse does.
    static final String CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    static final String NOVA = "us.amazon.nova-2-lite-v1:0";

    private Bedrock() {}

    /// A chat request as it is sent; `'` stands for `"`.
    static TranslatedRequest write(String model, String chat) {
        return TranslatedRequest.of(DIALECT, PROVIDER, model, chat);
    }

    /// The same with a policy of the caller's.
    static TranslatedRequest write(String model, String chat, String policy) {
        return TranslatedRequest.of(DIALECT, PROVIDER, model, chat, UnsupportedPolicy.parse(policy));
    }
}
