package dev.gapura.limit;

import dev.gapura.access.NamePattern;
import dev.gapura.config.Config;
import dev.gapura.config.Quota;
import dev.gapura.config.Restrictions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every quota there is, of the configuration and of the store; made anew whenever either changes. Where both say
/// something of the same scope, the configuration does. Immutable; asked on event loops: a few look-ups in tables, and
/// nothing is allocated where nothing applies.
public final class Quotas {
    /// Stands for every end user, or every person, that has no quota of its own.
    public static final String EACH = "*";

    /// Nothing is limited.
    public static final Quotas NONE = new Quotas(Map.of());

    private record OfModels(NamePattern pattern, Limited limited) {}

    private final Map<Scope, Quota> all;
    private final List<OfModels> models = new ArrayList<>();
    private final @Nullable Quota eachPerson;
    private final @Nullable Quota eachEndUser;
    private final boolean endUsers;

    /// @param all by scope; a model's id is a pattern, [#EACH] of a person or an end user stands for each
    Quotas(Map<Scope, Quota> all) {
        Map<Scope, Quota> kept = new HashMap<>(all);
        kept.values().removeIf(Quota::isNone);
        this.all = Map.copyOf(kept);
        this.all.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> {
            Scope scope = each.getKey();
            if (scope.kind() == Scope.Kind.MODEL) {
                models.add(new OfModels(new NamePattern(scope.id()), new Limited(scope, each.getValue())));
            }
        });
        eachPerson = this.all.get(new Scope(Scope.Kind.PERSON, EACH));
        eachEndUser = this.all.get(new Scope(Scope.Kind.END_USER, EACH));
        endUsers = this.all.keySet().stream().anyMatch(scope -> scope.kind() == Scope.Kind.END_USER);
    }

    /// Joins both sources.
    public static Quotas of(List<Config.Key> keys, Restrictions restrictions, Map<Scope, Quota> stored) {
        Map<Scope, Quota> all = new HashMap<>(stored);
        keys.forEach(key -> put(all, Scope.Kind.KEY, configured(key.name()), key.limits()));
        restrictions.models().forEach((pattern, quota) -> put(all, Scope.Kind.MODEL, pattern, quota));
        put(all, Scope.Kind.PERSON, EACH, restrictions.people());
        put(all, Scope.Kind.END_USER, EACH, restrictions.endUsers());
        put(all, Scope.Kind.EVERYONE, "", restrictions.everyone());
        return new Quotas(all);
    }

    /// Id of a key of the configuration.
    public static String configured(String name) {
        return "config:" + name;
    }

    private static void put(Map<Scope, Quota> all, Scope.Kind kind, String id, Quota quota) {
        if (!quota.isNone()) {
            all.put(new Scope(kind, id), quota);
        }
    }

    /// All of them, by scope.
    Map<Scope, Quota> all() {
        return all;
    }

    /// Whether nothing is limited for anybody.
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /// What applies to a request; empty where nothing does.
    ///
    /// @param model `provider/model` that is called
    public List<Limited> of(Caller caller, String model) {
        if (all.isEmpty()) {
            return List.of();
        }
        List<Limited> found = new ArrayList<>(4);
        add(found, Scope.Kind.KEY, caller.keyId());
        addPerson(found, caller);
        add(found, Scope.Kind.TEAM, caller.team());
        add(found, Scope.Kind.ORGANIZATION, caller.organization());
        for (OfModels one : models) {
            if (one.pattern().matches(model)) {
                found.add(one.limited());
            }
        }
        addEndUser(found, caller);
        add(found, Scope.Kind.EVERYONE, "");
        return found;
    }

    /// What a scope may use; [Quota#NONE] where nothing limits it.
    public Quota of(Scope scope) {
        Quota own = all.get(scope);
        if (own != null) {
            return own;
        }
        Quota each = scope.kind() == Scope.Kind.PERSON ? eachPerson : null;
        return each == null ? Quota.NONE : each;
    }

    /// What applies to a caller whatever model is called: with the quotas of all models.
    public List<Limited> of(Caller caller) {
        List<Limited> found = new ArrayList<>();
        add(found, Scope.Kind.KEY, caller.keyId());
        addPerson(found, caller);
        add(found, Scope.Kind.TEAM, caller.team());
        add(found, Scope.Kind.ORGANIZATION, caller.organization());
        models.forEach(one -> found.add(one.limited()));
        addEndUser(found, caller);
        add(found, Scope.Kind.EVERYONE, "");
        return found;
    }

    private void add(List<Limited> found, Scope.Kind kind, @Nullable String id) {
        if (id != null) {
            Scope scope = new Scope(kind, id);
            Quota quota = all.get(scope);
            if (quota != null) {
                found.add(new Limited(scope, quota));
            }
        }
    }

    /// Whoever may make keys would otherwise make one more where the last one is used up.
    private void addPerson(List<Limited> found, Caller caller) {
        String person = caller.person();
        if (person != null) {
            Scope scope = new Scope(Scope.Kind.PERSON, person);
            Quota quota = all.getOrDefault(scope, eachPerson);
            if (quota != null) {
                found.add(new Limited(scope, quota));
            }
        }
    }

    /// End users are names that whoever holds a key chooses: those of one key say nothing of another's.
    private void addEndUser(List<Limited> found, Caller caller) {
        String name = caller.endUser();
        if (!endUsers || name == null) {
            return;
        }
        Scope scope = new Scope(Scope.Kind.END_USER, caller.keyId() + "/" + name);
        Quota quota = all.getOrDefault(scope, eachEndUser);
        if (quota != null) {
            found.add(new Limited(scope, quota));
        }
    }
}
