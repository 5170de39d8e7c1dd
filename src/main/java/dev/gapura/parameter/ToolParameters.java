package dev.gapura.parameter;

import static dev.gapura.parameter.MessageParameters.ordered;
import static dev.gapura.parameter.Parameter.of;
import static dev.gapura.parameter.Shape.anyOf;
import static dev.gapura.parameter.Shape.listOf;
import static dev.gapura.parameter.Shape.members;
import static dev.gapura.parameter.Shape.name;
import static dev.gapura.parameter.Shape.object;
import static dev.gapura.parameter.Shape.only;
import static dev.gapura.parameter.Shape.orOthers;
import static dev.gapura.parameter.Shape.tagged;
import static dev.gapura.parameter.Shape.text;
import static dev.gapura.parameter.Shape.usually;

import dev.gapura.parameter.Shape.Flag;
import dev.gapura.parameter.Shape.Members;

/// The tools part of the [ParameterTable]: definitions, choice, and the form of the answer.
final class ToolParameters {
    /// A function as the model sees it; left out `parameters` means no arguments.
    static final Members FUNCTION = members(
            of("name", name(), "Name by which the model calls it.").asRequired(),
            of("description", text(), "What it does and when to use it."),
            of("parameters", object(), "JSON Schema of its arguments."),
            of("strict", new Flag(), "Whether arguments must follow the schema exactly.")
                    .withDefault("false"));

    private static final Members GRAMMAR = members(
            of("syntax", usually("lark", "regex"), "Notation of the grammar.").asRequired(),
            of("definition", text(), "The grammar.").asRequired());

    private static final Shape INPUT_FORMAT = orOthers(tagged(
            "type",
            ordered(
                    "text",
                    object(),
                    "grammar",
                    members(of("grammar", GRAMMAR, "Grammar that the input follows.")
                            .asRequired()))));

    private static final Members CUSTOM = members(
            of("name", name(), "Name by which the model calls it.").asRequired(),
            of("description", text(), "What it does and when to use it."),
            of("format", INPUT_FORMAT, "What its input looks like."));

    /// Tools by `type`. Types of other providers pass unchecked.
    static final Shape TOOL = orOthers(tagged(
            "type",
            ordered(
                    "function",
                    members(
                            of("function", FUNCTION, "The function.")
                                    .asRequired()
                                    .asStructural(),
                            MessageParameters.CACHE_CONTROL),
                    "custom",
                    members(of("custom", CUSTOM, "A tool that takes free text.")
                            .asRequired()
                            .asStructural()))));

    /// `tool_choice`. `any` is what Mistral and Fireworks call `required`.
    static final Shape TOOL_CHOICE = anyOf(
            only("none", "auto", "required", "any"),
            orOthers(tagged(
                    "type",
                    ordered(
                            "function",
                            members(of("function", named("Function to call."), "The function that must be called.")
                                    .asRequired()),
                            "custom",
                            members(of("custom", named("Custom tool to call."), "The custom tool that must be called.")
                                    .asRequired()),
                            "allowed_tools",
                            members(of(
                                            "allowed_tools",
                                            members(
                                                    of(
                                                                    "mode",
                                                                    only("auto", "required"),
                                                                    "Whether one of them must be called.")
                                                            .asRequired(),
                                                    of(
                                                                    "tools",
                                                                    listOf(object()),
                                                                    "Tools out of `tools`, by type and name.")
                                                            .asRequired()),
                                            "The tools that may be called.")
                                    .asRequired())))));

    /// `response_format`, by `type`. Grammar types of other providers pass unchecked.
    static final Shape RESPONSE_FORMAT = orOthers(tagged(
            "type",
            ordered(
                    "text",
                    object(),
                    "json_object",
                    object(),
                    "json_schema",
                    members(of(
                                    "json_schema",
                                    members(
                                            of("name", name(), "Name of the schema.")
                                                    .asRequired(),
                                            of("description", text(), "What the answer is for."),
                                            of("schema", object(), "The JSON Schema."),
                                            of(
                                                            "strict",
                                                            new Flag(),
                                                            "Whether the answer must follow the schema exactly.")
                                                    .withDefault("false")),
                                    "The schema that the answer follows.")
                            .asRequired()))));

    private ToolParameters() {}

    private static Members named(String description) {
        return members(of("name", name(), description).asRequired());
    }
}
