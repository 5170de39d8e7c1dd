package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.pricing.Cost;
import dev.gapura.pricing.ModelFacts;
import dev.gapura.pricing.Price;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/// What `POST /v1/chat/completions:explain` answers: what would be done with a request, without doing it.
/// Keys, headers that the operator configured and the provider's address are not shown. Stateless; not for
/// event loops, since a long conversation takes a while to count.
public final class Explanation {
    private static final String MASKED = "***";

    private Explanation() {}

    /// @param decision made with details
    /// @param headers all request headers that the provider would get
    public static ObjectNode write(Decision decision, Map<String, String> headers) {
        Decision.Terms terms = decision.terms();
        Provider provider = terms.target().provider();
        ObjectNode out = JsonTree.object();
        out.put("object", "chat.completion.explanation");
        out.put("model", terms.modelAsked());
        ObjectNode route = out.putObject("route");
        route.put("provider", provider.name());
        route.put("model", terms.target().upstreamModel());
        route.put("dialect", provider.dialect().configName());
        route.put("relayed", terms.translation() == null);
        route.put("calls", terms.calls());
        ModelProfile profile = terms.model().profile(provider.dialect());
        route.put("profile", profile.isUnknown() ? null : profile.family());
        Details details = terms.details();
        if (details != null) {
            out.set("params", Details.params(details.verdicts()));
        }
        byte[] body = decision.body().toBytes();
        JsonNode sent = JsonTree.read(body, 0, body.length);
        ObjectNode upstream = out.putObject("upstream");
        upstream.put("method", "POST");
        upstream.put("path", behindBase(provider, decision.endpoint().target()));
        ObjectNode shown = upstream.putObject("headers");
        new TreeMap<>(headers).forEach((name, value) -> {
            boolean secret = name.equals(provider.credentialHeader())
                    || provider.headers().containsKey(name)
                    || name.equals("authorization");
            shown.put(name, secret ? MASKED : value);
        });
        upstream.set("body", sent);
        estimate(out, terms, sent);
        return out;
    }

    /// Tokens, and the least and the most that the answer can cost. Without a limit in the request the
    /// longest answer of the model is taken; unknown is null, never zero.
    private static void estimate(ObjectNode out, Decision.Terms terms, JsonNode sent) {
        long prompt = TokenEstimate.prompt(sent);
        int calls = Math.max(1, terms.calls());
        long answers = Math.ceilDiv(Math.max(1, terms.choices()), calls);
        long limit = TokenEstimate.limit(sent, terms.target().provider().dialect());
        long longest = terms.model().longestAnswer(terms.target().provider().dialect());
        long most = limit > 0 ? limit : longest;
        ObjectNode tokens = out.putObject("tokens");
        tokens.put("prompt_estimate", prompt);
        ModelFacts facts = terms.model().facts();
        put(tokens, "prompt_max", facts.longestPrompt());
        put(tokens, "completion_max", most * answers * calls);
        String tier = JsonTree.string(sent, "service_tier");
        Price price = terms.model().priceAt(terms.decidedAt(), tier);
        String least = Details.usd(Cost.least(prompt, calls, price));
        String highest = most == 0 ? null : Details.usd(Cost.most(prompt, most * answers, calls, price));
        ObjectNode range = out.putObject("price_usd");
        range.put("min", least == null ? null : new BigDecimal(least));
        range.put("max", highest == null ? null : new BigDecimal(highest));
    }

    private static void put(ObjectNode node, String name, long tokens) {
        if (tokens > 0) {
            node.put(name, tokens);
        } else {
            node.putNull(name);
        }
    }

    /// The path without what the operator put in front of it.
    private static String behindBase(Provider provider, String target) {
        String base = provider.baseUrl().getRawPath();
        return base != null && target.startsWith(base) ? target.substring(base.length()) : target;
    }
}
