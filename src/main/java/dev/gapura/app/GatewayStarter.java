package dev.gapura.app;

import dev.gapura.config.ConfigException;
import dev.gapura.config.Loaded;
import java.nio.file.Path;

/// Starts the gateway for `serve`; a parameter so that the command line is tested without sockets.
@FunctionalInterface
interface GatewayStarter {
    /// @param data folder for what must survive a restart
    /// @throws ConfigException when the configuration cannot be used
    /// @throws RuntimeException with the cause, when something else is in the way
    Running start(Loaded loaded, Path data);
}
