package dev.gapura.tools.spi;

/// A server tool in Java, found by [java.util.ServiceLoader]: a public class with a public constructor without
/// parameters, named in `META-INF/services/dev.gapura.tools.spi.ToolPlugin` of its jar. One instance serves all
/// calls; it is made when the gateway starts.
public interface ToolPlugin {
    /// The name that `name` of an entry of kind `plugin` says. It need not be the name of the tool.
    String name();

    /// What the tool does and when to use it: the model reads it.
    String description();

    /// JSON Schema of the arguments, an object, as JSON text.
    String schema();

    /// Whether a call may be made twice without harm; an entry may say otherwise.
    default boolean idempotent() {
        return false;
    }

    /// Runs once. Called on a virtual thread, by several at once up to the `concurrency` of the entry;
    /// may block, and is interrupted at its timeout or when nobody waits for the result any more.
    ///
    /// @param arguments JSON text of an object, valid by the schema
    /// @return what the model is told, also where the tool failed in a way that the model can do
    ///     something about
    /// @throws Exception where it failed otherwise: the model is told that it failed and nothing more,
    ///     the log gets the exception
    PluginResult run(String arguments) throws Exception;
}
