package dev.gapura.egress;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/// Finds all addresses of a name. The gateway's own asks the system's name servers by way of Vert.x.
interface Resolver {
    /// Called on an event loop, which it must not block; completes there.
    Future<List<InetAddress>> resolve(String name);
}
