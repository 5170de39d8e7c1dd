package dev.gapura.provider;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One line of a [Profile]: how a provider departs from the dialect in one top-level request field.
public sealed interface Rule {
    /// Top-level request field it speaks of.
    String field();

    /// Where it holds.
    Scope scope();

    /// Why, in words for the caller; shown with the verdict.
    String reason();

    /// The provider does not have this field. What becomes of it is decided by the caller's policy and the
    /// weight that the parameter table gives the field.
    record Unsupported(String field, Scope scope, String reason) implements Rule {}

    /// The provider takes only these values; any other counts as unsupported.
    ///
    /// @param accepted values as JSON text without white space
    record OnlyValues(String field, Scope scope, List<String> accepted, String reason) implements Rule {
        public OnlyValues {
            accepted = List.copyOf(accepted);
        }
    }

    /// A number outside these limits is set to the nearer one; null: no limit on that side.
    record Clamp(
            String field,
            Scope scope,
            @Nullable BigDecimal min,
            @Nullable BigDecimal max,
            String reason) implements Rule {

        /// The limit of a model's answers, as the configuration says it.
        public static Clamp atMost(String field, int tokens) {
            return new Clamp(
                    field,
                    Scope.ALWAYS,
                    null,
                    BigDecimal.valueOf(tokens),
                    "the configuration says that no answer is longer");
        }
    }

    /// The provider knows the field under another name. Where the request has both, `field` is left out
    /// unless it `wins`.
    ///
    /// @param wins the renamed field replaces a member that has the other name already
    record Rename(String field, Scope scope, String to, boolean wins, String reason) implements Rule {}

    /// Some values have another spelling.
    ///
    /// @param values JSON text as sent by the client → JSON text as sent to the provider
    record Convert(String field, Scope scope, Map<String, String> values, String reason) implements Rule {
        public Convert {
            values = Map.copyOf(values);
        }
    }

    /// The provider takes the value of this string field as a request header.
    ///
    /// @param header lower case name
    record ToHeader(String field, Scope scope, String header, String reason) implements Rule {
        /// Whether a value can stand in a header line.
        public static boolean legal(String value) {
            return !value.isBlank()
                    && value.length() <= 256
                    && value.equals(value.strip())
                    && value.chars().allMatch(character -> character >= 0x20 && character < 0x7f);
        }
    }

    /// The provider takes the field. Says so in a profile that is closed, where a field without a rule is
    /// unsupported; a writer that puts it differently reports that itself.
    record Taken(String field, Scope scope) implements Rule {
        @Override
        public String reason() {
            return "";
        }
    }

    /// An effort that the model does not know becomes the nearest one that it knows, the higher of two. Words that
    /// nobody knows pass.
    ///
    /// @param efforts words from least to most
    record Nearest(String field, Scope scope, List<String> efforts, String reason) implements Rule {
        public Nearest {
            efforts = List.copyOf(efforts);
        }
    }

    /// Some values are said with another field there.
    ///
    /// @param values JSON text as sent by the client → JSON text of the other field
    /// @param to the other field; where the request has it already, this one is left out
    /// @param otherwise decides about all other values; null: they pass
    record Move(
            String field,
            Scope scope,
            Map<String, String> values,
            String to,
            @Nullable Rule otherwise,
            String reason) implements Rule {
        public Move {
            values = Map.copyOf(values);
        }
    }

    /// A wish for reasoning in the words of another provider, which this one says with a field of its own.
    ///
    /// @param to the own field; where the request has it already, this one is left out
    record Wish(String field, Scope scope, String to, ReasoningField form, String reason) implements Rule {}

    /// The provider has nothing of the kind and answers in text all the same: a hint, whatever the parameter table
    /// says of the field.
    record Dispensable(String field, Scope scope, String reason) implements Rule {}

    /// The provider has no schemas for answers: the schema is asked for in words, beside the nearest form that
    /// it has.
    ///
    /// @param sent JSON text of that form
    record SchemaInWords(String field, Scope scope, String sent, String reason) implements Rule {}

    /// How a provider's own field says how much to think.
    enum ReasoningField {
        /// `reasoning_effort: "high"`
        EFFORT,
        /// `thinking: {"type": "enabled"}`
        TYPE,
        /// `enable_thinking: true`
        FLAG
    }

    /// Something that goes along although the client did not send it.
    sealed interface Addition {
        /// Top-level request field it speaks of.
        String field();

        /// Where it holds.
        Scope scope();
    }

    /// Where the client left the field out, the provider gets this.
    ///
    /// @param value JSON text
    record Fill(String field, Scope scope, String value) implements Addition {}

    /// A caller who wants unsupported fields rejected wants the same of a provider that passes requests on.
    ///
    /// @param field an object of the request
    /// @param name member of it
    /// @param value JSON text of the member
    record Strict(String field, Scope scope, String name, String value) implements Addition {}

    /// Whether two JSON texts mean the same value; numbers may be spelled differently.
    static boolean same(String one, String other) {
        if (one.equals(other)) {
            return true;
        }
        boolean numbers = isNumber(one) && isNumber(other);
        return numbers && new BigDecimal(one).compareTo(new BigDecimal(other)) == 0;
    }

    private static boolean isNumber(String json) {
        return !json.isEmpty() && json.length() <= 32 && (json.charAt(0) == '-' || Character.isDigit(json.charAt(0)));
    }

    /// What a value becomes, null where the table has nothing for it.
    static @Nullable String converted(Map<String, String> values, String json) {
        String exact = values.get(json);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, String> entry : values.entrySet()) {
            if (same(entry.getKey(), json)) {
                return entry.getValue();
            }
        }
        return null;
    }

    /// Where a rule holds: for which upstream models, and beside which value of another field.
    ///
    /// @param models pattern found in the upstream model's name, null: all
    /// @param beside another top-level field, null: whatever else the request says
    /// @param values JSON texts (no white space) of `beside` with which the rule holds
    /// @param unless whether it holds with all others, and without the field, instead
    record Scope(@Nullable Pattern models, @Nullable String beside, List<String> values, boolean unless) {
        /// Always.
        public static final Scope ALWAYS = new Scope(null, null, List.of(), false);

        public Scope {
            values = List.copyOf(values);
        }

        /// For models whose name contains a match of this regular expression.
        public static Scope models(String pattern) {
            return new Scope(Pattern.compile(pattern), null, List.of(), false);
        }

        /// The same, but only while another field has one of these values.
        public Scope beside(String field, String... jsonValues) {
            return new Scope(models, field, List.of(jsonValues), false);
        }

        /// The same, but not while another field has one of these values.
        public Scope unless(String field, String... jsonValues) {
            return new Scope(models, field, List.of(jsonValues), true);
        }

        /// Whether it holds for a model and the rest of a request.
        public boolean covers(String upstreamModel, Profile.FieldValues fields) {
            if (models != null && !models.matcher(upstreamModel).find()) {
                return false;
            }
            if (beside == null) {
                return true;
            }
            String value = fields.of(beside);
            return unless != (value != null && values.contains(value));
        }
    }
}
