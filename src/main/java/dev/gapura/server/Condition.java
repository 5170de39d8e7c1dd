package dev.gapura.server;

/// How the gateway is, for `/readyz` and for whoever keeps a connection open. Asked on event loops.
public interface Condition {
    /// Whether it is stopping.
    boolean draining();

    /// How its databases are.
    Storage storage();

    /// Whether load balancers should send requests here: not before the databases were open once, so that a
    /// rollout with a wrong password goes no further; afterwards whatever becomes of them, since requests can
    /// do without.
    default boolean ready() {
        return !draining() && storage() != Storage.OPENING;
    }

    /// How the databases are.
    enum Storage {
        /// They were not open yet since the start.
        OPENING("opening"),
        UP("up"),
        /// They were, and do not answer now.
        DOWN("down");

        private final String text;

        Storage(String text) {
            this.text = text;
        }

        /// As `/readyz` says it.
        String text() {
            return text;
        }
    }
}
