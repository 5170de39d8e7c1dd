package dev.gapura.app;

/// Command line of the gateway.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.out.println("gapura");
    }
}
