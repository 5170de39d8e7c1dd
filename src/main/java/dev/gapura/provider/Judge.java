package dev.gapura.provider;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Verdict.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Gives every field of one translated request its verdict, by the caller's policy, and keeps them. [Sieve] asks it
/// about whole fields, the writer of a dialect about what depends on model and conversation. One instance a model
/// call, one thread.
public final class Judge {
    private static final String MESSAGE = "messages[";

    /// Places inside one field that a caller is told of: a body may have a million.
    private static final int MOST_PLACES = 64;

    private final Provider provider;
    private final UnsupportedPolicy policy;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    /// The client's index of each message; empty: they are the client's.
    private List<Integer> clientsMessages = List.of();

    public Judge(Provider provider, UnsupportedPolicy policy) {
        this.provider = provider;
        this.policy = policy;
    }

    /// Who will get the request.
    public Provider provider() {
        return provider;
    }

    /// The verdicts so far, in the order in which they were given.
    public List<Verdict> verdicts() {
        return FieldNames.shared(verdicts);
    }

    /// Whether the request has this field, so far as verdicts were given.
    public boolean has(String field) {
        return verdicts.stream().anyMatch(verdict -> verdict.field().equals(field));
    }

    /// The first of these names of one wish that the request has, for the verdict; the first of all where it
    /// has none.
    public String named(String... names) {
        for (String name : names) {
            if (has(name)) {
                return name;
            }
        }
        return names[0];
    }

    /// Tells that the messages are no longer one for one those of the client: from now on whoever says
    /// `messages[2]` means the third that there is, and the client is told its own index.
    ///
    /// @param clients the client's index of each message
    public void numbered(List<Integer> clients) {
        clientsMessages = List.copyOf(clients);
    }

    private String atClients(String place) {
        int end = place.indexOf(']');
        if (clientsMessages.isEmpty() || !place.startsWith(MESSAGE) || end < 0) {
            return place;
        }
        int index = Integer.parseInt(place.substring(MESSAGE.length(), end));
        return MESSAGE + clientsMessages.get(index) + place.substring(end);
    }

    /// The field went on as it came.
    public void passed(String field) {
        verdicts.add(Verdict.passed(field));
    }

    /// Keeps a verdict. The last one about a field that is no plain pass takes the place of its plain pass. Of
    /// those with a detail the first 64 of a field are kept.
    ///
    /// @param name of the field; where the request says it by an older name, the verdict is about that one
    /// @param said for the header, in brackets; null: nothing to add
    public void report(String name, Outcome outcome, @Nullable String said, String reason) {
        String field = FieldNames.asSent(name, this::has);
        String detail = said == null ? null : atClients(said);
        verdicts.removeIf(earlier ->
                earlier.outcome() == Outcome.PASSED && earlier.field().equals(field));
        boolean again = verdicts.removeIf(earlier -> earlier.outcome() == outcome
                && earlier.field().equals(field)
                && Objects.equals(earlier.detail(), detail));
        if (again || detail == null || places.merge(field, 1, Integer::sum) <= MOST_PLACES) {
            verdicts.add(new Verdict(field, outcome, detail, reason));
        }
    }

    /// Whether the caller wants this field sent, supported or not.
    boolean isIgnored(String field) {
        return policy.actionFor(field, false) == UnsupportedPolicy.Action.IGNORE;
    }

    /// Something that the provider or the model does not support. Throws where that refuses the request.
    ///
    /// @param structural whether the answer would have another structure without it
    /// @return whether it is to be sent all the same, because the caller said `ignore`; otherwise leave it out
    /// @throws GatewayException (400, code `unsupported_parameter`)
    public boolean unsupported(String field, boolean structural, String reason) {
        return unsupported(field, field, structural, reason);
    }

    /// The same for one place inside a field.
    ///
    /// @param place its path, as in `messages[2].content[0]`
    public boolean unsupported(String name, String place, boolean structural, String reason) {
        String field = FieldNames.asSent(name, this::has);
        String param = place.equals(name) ? field : place;
        return switch (policy.actionFor(field, structural)) {
            case STRIP -> {
                report(field, Outcome.STRIPPED, param.equals(field) ? null : param, reason);
                yield false;
            }
            case IGNORE -> {
                report(field, Outcome.IGNORED, param.equals(field) ? null : param, reason);
                yield true;
            }
            case REJECT -> throw refusal(param, reason, field);
        };
    }

    /// Something that the provider's language has no words for, so that nobody can have it sent: it is left
    /// out, unless the policy refuses the request for it.
    ///
    /// @param param path of the place, as in `messages[2].content[0]`
    /// @throws GatewayException (400, code `unsupported_parameter`)
    public void unspeakable(String field, String param, boolean structural, String reason) {
        if (policy.actionFor(field, structural) == UnsupportedPolicy.Action.REJECT) {
            throw refusal(param, reason, field);
        }
        report(field, Outcome.STRIPPED, param.equals(field) ? null : param, reason);
    }

    /// Refuses the request because of something that no policy can leave out.
    public GatewayException refusal(String place, String reason) {
        String param = atClients(place);
        return new GatewayException(new Failure(
                FailureKind.INVALID_REQUEST,
                "Provider '" + provider.name() + "' cannot take '" + param + "' as it is sent here: " + reason + ".",
                "unsupported_value",
                param,
                provider.name(),
                null,
                null));
    }

    private GatewayException refusal(String param, String reason, String field) {
        return refusal(provider, atClients(param), reason, field);
    }

    /// The refusal of something that the caller's policy could leave out or have sent.
    ///
    /// @param param path of the place
    /// @param field top-level field that it belongs to, which the policy speaks of
    public static GatewayException refusal(Provider provider, String param, String reason, String field) {
        return new GatewayException(new Failure(
                FailureKind.INVALID_REQUEST,
                "Provider '" + provider.name() + "' does not support '" + param + "' as it is sent here (" + reason
                        + "). Remove it, or send the header '" + UnsupportedPolicy.HEADER + ": " + field
                        + "=strip' to have it left out, '" + field + "=ignore' to have it sent all the same.",
                "unsupported_parameter",
                param,
                provider.name(),
                null,
                null));
    }
}
