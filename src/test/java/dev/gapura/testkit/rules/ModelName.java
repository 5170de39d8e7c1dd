package dev.gapura.testkit.rules;

import java.util.regex.Pattern;

/// Asks a model's name.
final class ModelName {
    private ModelName() {}

    static boolean is(String model, String pattern) {
        return Pattern.compile(pattern).matcher(model).find();
    }
}
