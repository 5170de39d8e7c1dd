package dev.gapura.config;

/// Something in a configuration that loads and yet does not do what its author may expect, most often a member that
/// this version does not act on.
///
/// @param position `file:line:column`
/// @param message one line; never contains a secret
public record Warning(String position, String message) {

    @Override
    public String toString() {
        return position + ": " + message;
    }
}
