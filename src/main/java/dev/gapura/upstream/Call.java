package dev.gapura.upstream;

/// A call to a provider that is under way: one [Attempt], or several that an exchange treats as one. Used on one event
/// loop.
public interface Call {
    /// Whether every connection was had and every request is on its way.
    boolean connected();

    /// Whether nothing more will come.
    boolean over();

    /// Stops reading.
    void pause();

    /// Goes on reading after [#pause].
    void resume();

    /// Ends the call; the listener hears nothing more.
    void cancel();
}
