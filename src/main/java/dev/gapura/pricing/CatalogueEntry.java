package dev.gapura.pricing;

import dev.gapura.pricing.ModelFacts.Ability;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.ModelRules;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Providers;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that is known of one model at one provider: the one picture that requests are decided by, lists show and
/// costs are counted from. The configuration is right over the catalogue, and the catalogue, where it knows this
/// very model, over what its family's profile says of limits and of what the model sees. Immutable; any thread.
///
/// @param kin the model that this one is, or is like: the name by which rules, profiles and limits were found
/// @param kinProvider whose model that is where the configuration names another provider's; otherwise null
/// @param facts limits and abilities, the configuration's among them; what nobody says of this very model is that
///     of its family's newest
/// @param own what of this is known of the very model, the configuration's word included
/// @param said what of this the configuration says
/// @param prices null where nobody says: the cost is unknown then, never zero
public record CatalogueEntry(
        String kin,
        @Nullable String kinProvider,
        ModelFacts facts,
        ModelFacts own,
        ModelFacts said,
        @Nullable PriceList prices) {

    /// What goes when a model calls no tools.
    private static final Set<ModelProfile.Ability> OF_TOOLS = EnumSet.of(
            ModelProfile.Ability.TOOLS,
            ModelProfile.Ability.FORCED_TOOL,
            ModelProfile.Ability.FORCED_TOOL_WITH_THINKING,
            ModelProfile.Ability.STRICT_TOOLS,
            ModelProfile.Ability.CUSTOM_TOOLS,
            ModelProfile.Ability.ALLOWED_TOOLS);

    private static final Set<ModelProfile.Ability> OF_SCHEMAS =
            EnumSet.of(ModelProfile.Ability.JSON_SCHEMA, ModelProfile.Ability.JSON_SCHEMA_WITH_TOOLS);

    private static final Set<ModelProfile.Ability> OF_SAMPLING = EnumSet.of(
            ModelProfile.Ability.SAMPLING,
            ModelProfile.Ability.SAMPLING_WITH_THINKING,
            ModelProfile.Ability.TEMPERATURE_WITH_TOP_P);

    private static final Set<ModelProfile.Ability> OF_THINKING =
            EnumSet.of(ModelProfile.Ability.THINKS_BY_DEFAULT, ModelProfile.Ability.THINKING_CAN_BE_OFF);

    /// Whether anything is known of the very model; otherwise the facts are those of its family's newest, or
    /// nothing.
    public boolean known() {
        return !own.isNothing();
    }

    /// The model's rates at a time.
    ///
    /// @param serviceTier what the provider says it used; null: the ordinary one
    /// @return null where they are not known
    public @Nullable Price priceAt(Instant instant, @Nullable String serviceTier) {
        return prices == null ? null : prices.priceAt(instant, serviceTier);
    }

    /// Which request fields the model takes at a provider.
    public ModelRules rules(Provider provider) {
        Profile kins = kinProvider == null ? null : Providers.rulesOf(kinProvider, provider.dialect());
        boolean relayed = provider.dialect() == Provider.Dialect.OPENAI_CHAT;
        return new ModelRules(
                relayed ? FactRules.saidOfRelayed(said) : FactRules.said(said),
                kins == null ? provider.profile() : kins,
                relayed ? FactRules.known(own) : Profile.EVERYTHING,
                said.outputTokens(),
                kin);
    }

    /// What the model accepts where requests are written in a dialect.
    public ModelProfile profile(Provider.Dialect dialect) {
        ModelProfile family = ModelProfiles.of(dialect.configName(), kin);
        boolean thinks = family.thinking() != Thinking.NONE && !own.lacks(Ability.REASONING);
        return family.with(
                outputTokens(family),
                thinks ? family.thinking() : Thinking.NONE,
                thinks ? efforts(family) : List.of(),
                abilities(family, thinks),
                inputs(family));
    }

    /// Longest answer in tokens where requests are written in a dialect; 0 where unknown.
    public int longestAnswer(Provider.Dialect dialect) {
        return outputTokens(ModelProfiles.of(dialect.configName(), kin));
    }

    private int outputTokens(ModelProfile family) {
        return own.outputTokens() > 0
                ? own.outputTokens()
                : family.outputTokens() > 0 ? family.outputTokens() : facts.outputTokens();
    }

    private Set<String> inputs(ModelProfile family) {
        if (!said.inputs().isEmpty()) {
            return Set.copyOf(said.inputs());
        }
        List<String> listed = own.inputs().isEmpty() && family.isUnknown() ? facts.inputs() : own.inputs();
        if (listed.isEmpty()) {
            return family.inputs();
        }
        Set<String> seen = new HashSet<>(listed);
        if (family.sees("file")) {
            // Documents are read by the provider, for any of its models; the lists often leave that out.
            seen.add("file");
        }
        return seen;
    }

    private List<String> efforts(ModelProfile family) {
        if (!said.efforts().isEmpty()) {
            return said.efforts();
        }
        return family.efforts().isEmpty() || own.efforts().isEmpty() ? family.efforts() : own.efforts();
    }

    /// The profile of a family says more finely than the catalogue what its models can do, so that only what the
    /// configuration says goes over it, and that a model calls no tools or does not think.
    private Set<ModelProfile.Ability> abilities(ModelProfile family, boolean thinks) {
        EnumSet<ModelProfile.Ability> able = EnumSet.noneOf(ModelProfile.Ability.class);
        able.addAll(family.abilities());
        if (said.can(Ability.TOOLS)) {
            able.add(ModelProfile.Ability.TOOLS);
        } else if (own.lacks(Ability.TOOLS)) {
            able.removeAll(OF_TOOLS);
        }
        ModelFacts over = family.isUnknown() ? own : said;
        if (over.can(Ability.JSON_SCHEMA)) {
            able.add(ModelProfile.Ability.JSON_SCHEMA);
        } else if (over.lacks(Ability.JSON_SCHEMA)) {
            able.removeAll(OF_SCHEMAS);
        }
        if (over.can(Ability.TEMPERATURE)) {
            able.add(ModelProfile.Ability.SAMPLING);
            able.add(ModelProfile.Ability.TEMPERATURE_WITH_TOP_P);
        } else if (over.lacks(Ability.TEMPERATURE)) {
            able.removeAll(OF_SAMPLING);
        }
        if (!thinks) {
            able.removeAll(OF_THINKING);
        }
        return able;
    }
}
