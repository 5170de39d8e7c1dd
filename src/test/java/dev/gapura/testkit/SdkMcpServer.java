package dev.gapura.testkit;

import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/// A server of the official Java SDK over streamable HTTP, with its own transport in a servlet container on loopback;
/// its tools are those of [SdkMcpProgram].
public final class SdkMcpServer implements AutoCloseable {
    /// Held, since the registry of loggers holds them weakly.
    private static final Logger CONTAINER = Logger.getLogger("org.apache");

    private final Tomcat container;
    private final McpSyncServer server;

    private SdkMcpServer(Tomcat container, McpSyncServer server) {
        this.container = container;
        this.server = server;
    }

    /// Starts it on a free port.
    ///
    /// @param folder the container's own
    public static SdkMcpServer start(Path folder) throws LifecycleException {
        CONTAINER.setLevel(Level.SEVERE);
        HttpServletStreamableServerTransportProvider transport = HttpServletStreamableServerTransportProvider.builder()
                .mcpEndpoint("/mcp")
                .build();
        AtomicReference<McpSyncServer> server = new AtomicReference<>();
        server.set(io.modelcontextprotocol.server.McpServer.sync(transport)
                .serverInfo("sdk", "1.0.0")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
                .jsonSchemaValidator(SdkMcpProgram.UNCHECKED)
                .validateToolInputs(false)
                .tools(SdkMcpProgram.tools(server))
                .build());
        Tomcat container = new Tomcat();
        container.setBaseDir(folder.toString());
        container.setPort(0);
        container.getConnector().setProperty("address", "127.0.0.1");
        Context context = container.addContext("", folder.toString());
        Tomcat.addServlet(context, "mcp", transport).setAsyncSupported(true);
        context.addServletMappingDecoded("/mcp", "mcp");
        container.start();
        return new SdkMcpServer(container, server.get());
    }

    public int port() {
        return container.getConnector().getLocalPort();
    }

    @Override
    public void close() throws LifecycleException {
        server.close();
        container.stop();
        container.destroy();
    }
}
