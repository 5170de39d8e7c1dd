package dev.gapura.access;

import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import java.util.Locale;

/// Checks names and addresses that people type.
final class Names {
    private static final int MOST_CHARACTERS = 200;
    /// RFC 5321 4.5.3.1.3, without the brackets.
    private static final int MOST_EMAIL_CHARACTERS = 254;

    private Names() {}

    /// A name without blanks around it.
    ///
    /// @throws GatewayException 400
    static String checked(String param, String name) {
        String stripped = name.strip();
        if (stripped.isEmpty()
                || stripped.length() > MOST_CHARACTERS
                || stripped.chars().anyMatch(Character::isISOControl)) {
            throw new GatewayException(Failure.invalid(
                    param, param + " must have 1 to " + MOST_CHARACTERS + " characters, none of them a control."));
        }
        return stripped;
    }

    /// An address in lower case.
    ///
    /// @throws GatewayException 400
    static String email(String text) {
        String email = normal(text);
        int at = email.indexOf('@');
        if (at <= 0
                || at != email.lastIndexOf('@')
                || at == email.length() - 1
                || email.length() > MOST_EMAIL_CHARACTERS
                || email.chars().anyMatch(c -> c <= ' ' || Character.isISOControl(c))) {
            throw new GatewayException(Failure.invalid("email", "email must be an address such as ani@example.org."));
        }
        return email;
    }

    static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    static GatewayException taken(String param, String what) {
        return new GatewayException(
                Failure.invalid(param, what + "; choose another " + param + ".").withCode(param + "_taken"));
    }
}
