package dev.gapura.conformance;

/// What is known about one feature of one provider, plain or streamed. Immutable; any thread.
public sealed interface Cell {
    /// Text that begins [Written] cells.
    String WRITTEN = "written from documentation: ";

    /// Text that begins [Like] cells.
    String LIKE = "like ";

    /// Text that begins [NotOffered] cells.
    String NOT_OFFERED = "not offered: ";

    /// Recorded exchanges show it.
    ///
    /// @param recording one of them: protocol and number
    /// @param more how many others do
    record Recorded(String recording, int more) implements Cell {}

    /// Not recorded here, but with another provider that speaks the same language and is read and written by
    /// the same code.
    ///
    /// @param recording one of those
    record Like(String recording) implements Cell {}

    /// Never recorded: a test shows it with exchanges written from the provider's documentation.
    ///
    /// @param test name of the test class
    record Written(String test) implements Cell {}

    /// The provider has no such thing, or this gateway does not reach it there.
    ///
    /// @param reason why, or what becomes of a request that asks for it
    record NotOffered(String reason) implements Cell {}

    /// The feature means nothing here.
    record Nothing() implements Cell {}

    /// The cell as it stands in tables and in the file of results.
    default String text() {
        return switch (this) {
            case Recorded(String recording, int more) -> more == 0 ? recording : recording + " +" + more;
            case Like(String recording) -> LIKE + recording;
            case Written(String test) -> WRITTEN + test;
            case NotOffered(String reason) -> NOT_OFFERED + reason;
            case Nothing() -> "–";
        };
    }

    /// Reads what [#text] wrote.
    static Cell of(String text) {
        if (text.equals("–")) {
            return new Nothing();
        }
        if (text.startsWith(LIKE)) {
            return new Like(text.substring(LIKE.length()));
        }
        if (text.startsWith(WRITTEN)) {
            return new Written(text.substring(WRITTEN.length()));
        }
        if (text.startsWith(NOT_OFFERED)) {
            return new NotOffered(text.substring(NOT_OFFERED.length()));
        }
        int plus = text.indexOf(" +");
        return plus < 0
                ? new Recorded(text, 0)
                : new Recorded(text.substring(0, plus), Integer.parseInt(text.substring(plus + 2)));
    }
}
