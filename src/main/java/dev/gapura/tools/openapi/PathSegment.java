package dev.gapura.tools.openapi;

/// What an argument may be that stands in the path of an address. Stateless; any thread.
public final class PathSegment {
    private PathSegment() {}

    /// The text as it is. Nothing, `.` and `..` would make another path, one that the secrets of the tool
    /// are not meant for; without them no part of a path becomes a step upwards, whatever stands beside the
    /// argument.
    ///
    /// @param argument its name
    /// @param text percent-encoded
    /// @throws ApiException where it cannot stand there
    public static String checked(String argument, String text) throws ApiException {
        if (text.isEmpty() || text.equals(".") || text.equals("..")) {
            throw new ApiException("the argument '" + argument + "' cannot stand in a path");
        }
        return text;
    }
}
