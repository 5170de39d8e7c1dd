package dev.gapura.app;

/// Starts the gateway; the one class an old Java can load.
public final class Launcher {
    private Launcher() {}

    public static void main(String[] arguments) throws Exception {
        Class.forName("dev.gapura.app.Main").getMethod("main", String[].class).invoke(null, (Object) arguments);
    }
}
