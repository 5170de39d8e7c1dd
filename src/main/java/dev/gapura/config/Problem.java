package dev.gapura.config;

/// One fault of a configuration: where it stands and what to do about it, in one line.
///
/// @param position `file:line:column`, or the name of an environment variable
/// @param message what is wrong, followed by the remedy; never contains a secret
public record Problem(String position, String message) {

    @Override
    public String toString() {
        return position + ": " + message;
    }
}
