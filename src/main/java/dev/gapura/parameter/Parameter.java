package dev.gapura.parameter;

import org.jspecify.annotations.Nullable;

/// One row of the parameter table: a request field with its type, limits, default and what becomes of it
/// where a target lacks it. The check, the verdicts, `/openapi.json` and the reference page all read these
/// rows. Immutable; any thread.
///
/// @param name member name on the wire
/// @param shape what its value may be; JSON `null` counts as absent for fields that are not required
/// @param description one sentence for people
/// @param required whether the object that holds it is refused without it
/// @param standard what its absence means, as JSON text; null where nothing or something unknown; never sent
///     upstream
/// @param deprecated whether another field took its place
/// @param extension whether it is none of OpenAI's fields but one that clients of other providers send
/// @param bearing what becomes of it where a target lacks it
public record Parameter(
        String name,
        Shape shape,
        String description,
        boolean required,
        @Nullable String standard,
        boolean deprecated,
        boolean extension,
        Bearing bearing) {

    /// How much the answer leans on a field; the default of `x-gapura-unsupported` follows from it.
    public enum Bearing {
        /// The answer keeps its structure without it: left out and reported.
        HINT,
        /// The answer would have another structure, or speak of another question: refused with 400 before
        /// any call.
        STRUCTURAL
    }

    /// An optional field, a hint, without default.
    public static Parameter of(String name, Shape shape, String description) {
        return new Parameter(name, shape, description, false, null, false, false, Bearing.HINT);
    }

    /// The same as a field that must be there.
    public Parameter asRequired() {
        return new Parameter(name, shape, description, true, standard, deprecated, extension, bearing);
    }

    /// The same with what its absence means, as JSON text.
    public Parameter withDefault(String json) {
        return new Parameter(name, shape, description, required, json, deprecated, extension, bearing);
    }

    Parameter asDeprecated() {
        return new Parameter(name, shape, description, required, standard, true, extension, bearing);
    }

    Parameter asExtension() {
        return new Parameter(name, shape, description, required, standard, deprecated, true, bearing);
    }

    Parameter asStructural() {
        return new Parameter(name, shape, description, required, standard, deprecated, extension, Bearing.STRUCTURAL);
    }
}
