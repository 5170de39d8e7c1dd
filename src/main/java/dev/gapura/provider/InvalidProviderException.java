package dev.gapura.provider;

/// A provider entry of the configuration that cannot be used. The message says where it stands, what is wrong and what
/// to write instead; it holds no secret.
public final class InvalidProviderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String position;

    InvalidProviderException(String position, String problem) {
        super(position + ": " + problem);
        this.position = position;
    }

    /// `file:line:column` of the entry.
    public String position() {
        return position;
    }
}
