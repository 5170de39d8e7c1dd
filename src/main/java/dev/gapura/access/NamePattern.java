package dev.gapura.access;

/// A pattern over names of models (`provider/model`), tools or keys in which `*` stands for any run of characters,
/// slashes and dots included.
/// Case counts. Matching takes no more than the product of both lengths and allocates nothing. Immutable; any
/// thread.
public record NamePattern(String text) {

    /// Whether the pattern covers the whole name.
    public boolean matches(String name) {
        int at = 0;
        int star = -1;
        int resume = 0;
        int i = 0;
        while (i < name.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                resume = i;
            } else if (at < text.length() && text.charAt(at) == name.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }
}
