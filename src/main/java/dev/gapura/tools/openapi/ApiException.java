package dev.gapura.tools.openapi;

/// Why a document or an operation cannot be used, in words that end a sentence, such as "it has no `paths`".
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    ApiException(String reason) {
        super(reason, null, false, false);
    }

    /// The words.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
