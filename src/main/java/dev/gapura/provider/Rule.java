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
            String reason) implements Rule {}

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

    /// The provider takes the field. Says so in a profile that is closed, where a field without a rule is unsupported;
    /// a writer that puts it differently reports that itself.
    record Taken(String field, Scope scope) implements Rule {
        @Override
        public String reason() {
            return "";
        }
    }

    /// Where a rule holds: for which upstream models, and beside which value of another field.
    ///
    /// @param models pattern found in the upstream model's name, null: all
    /// @param beside another top-level field, null: whatever else the request says
    /// @param values JSON texts (no white space) of `beside` with which the rule holds
    record Scope(@Nullable Pattern models, @Nullable String beside, List<String> values) {
        /// Always.
        public static final Scope ALWAYS = new Scope(null, null, List.of());

        public Scope {
            values = List.copyOf(values);
        }

        /// For models whose name contains a match of this regular expression.
        public static Scope models(String pattern) {
            return new Scope(Pattern.compile(pattern), null, List.of());
        }

        /// The same, but only while another field has one of these values.
        public Scope beside(String field, String... jsonValues) {
            return new Scope(models, field, List.of(jsonValues));
        }

        boolean covers(String upstreamModel, Profile.FieldValues fields) {
            if (models != null && !models.matcher(upstreamModel).find()) {
                return false;
            }
            if (beside == null) {
                return true;
            }
            String value = fields.of(beside);
            return value != null && values.contains(value);
        }
    }
}
