package dev.gapura.server.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Vert.x's transport (native epoll where there is one, else NIO) with one addition: a server socket opened
/// by [EdgeGuard#listen] gets the guard's check into every connection it accepts, before anything else sees a
/// byte. Vert.x has no other hook that early on clear-text connections that may become HTTP/2. All else is
/// passed on unchanged; other servers and clients of the same Vert.x are not touched. Any thread.
public final class EdgeTransport implements io.vertx.core.transport.Transport {
    /// Set while a guarded server binds, which Vert.x does on the calling thread.
    private static final ScopedValue<EdgeGuard> BINDING = ScopedValue.newInstance();

    private final io.vertx.core.transport.Transport base;
    private final Transport implementation;

    private EdgeTransport(io.vertx.core.transport.Transport base) {
        this.base = base;
        this.implementation = new Guarding(base.implementation());
    }

    /// The transport to build Vert.x with.
    public static io.vertx.core.transport.Transport create() {
        io.vertx.core.transport.@Nullable Transport own = io.vertx.core.transport.Transport.nativeTransport();
        return new EdgeTransport(own != null && own.available() ? own : io.vertx.core.transport.Transport.NIO);
    }

    /// Whether `vertx` was built with this transport.
    static boolean carries(Vertx vertx) {
        return ((VertxInternal) vertx).transport() instanceof Guarding;
    }

    /// Runs `bind`, in which a clear-text server binds, so that its connections get the check as they are
    /// accepted.
    static <T> T guarding(EdgeGuard guard, Supplier<T> bind) {
        return ScopedValue.where(BINDING, guard).call(bind::get);
    }

    /// Has the connections of the TLS server on this port watched from their first moment. They cannot get
    /// the check then, which must stand behind the decryption.
    static void watchHandshakes(Vertx vertx, int port, EdgeGuard guard) {
        if (((VertxInternal) vertx).transport() instanceof Guarding guarding) {
            guarding.secured.put(port, guard);
        }
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public boolean available() {
        return base.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return base.unavailabilityCause();
    }

    @Override
    public Transport implementation() {
        return implementation;
    }

    /// Runs on the acceptor's event loop, before the accepted connection is registered with its own.
    private static final class Accepted extends ChannelInboundHandlerAdapter {
        private final EdgeGuard guard;

        Accepted(EdgeGuard guard) {
            this.guard = guard;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Channel connection) {
                connection.pipeline().addLast(EdgeHandler.NAME, new EdgeHandler(guard, true));
            }
            ctx.fireChannelRead(message);
        }
    }

    private static final class Secured extends ChannelInboundHandlerAdapter {
        private final Map<Integer, EdgeGuard> guards;

        Secured(Map<Integer, EdgeGuard> guards) {
            this.guards = guards;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Channel connection
                    && connection.localAddress() instanceof InetSocketAddress address
                    && guards.get(address.getPort()) instanceof EdgeGuard guard) {
                connection.pipeline().addLast(new HandshakeWatch(guard));
            }
            ctx.fireChannelRead(message);
        }
    }

    private static final class Guarding implements Transport {
        private final Transport base;

        /// Guards of TLS servers by port.
        private final Map<Integer, EdgeGuard> secured = new ConcurrentHashMap<>();

        Guarding(Transport base) {
            this.base = base;
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
            base.configure(config, domainSocket, bootstrap);
            bootstrap.handler(BINDING.isBound() ? new Accepted(BINDING.get()) : new Secured(secured));
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
            base.configure(config, domainSocket, bootstrap);
        }

        @Override
        public void configure(DatagramChannel channel, DatagramSocketOptions options) {
            base.configure(channel, options);
        }

        @Override
        public boolean supportsDomainSockets() {
            return base.supportsDomainSockets();
        }

        @Override
        public boolean supportFileRegion() {
            return base.supportFileRegion();
        }

        @Override
        public boolean isAvailable() {
            return base.isAvailable();
        }

        @Override
        public @Nullable Throwable unavailabilityCause() {
            return base.unavailabilityCause();
        }

        @Override
        public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
            return base.convert(address);
        }

        @Override
        public io.vertx.core.net.@Nullable SocketAddress convert(SocketAddress address) {
            return base.convert(address);
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return base.ioHandlerFactory();
        }

        @Override
        public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
            return base.eventLoopGroup(type, threads, factory, ioRatio);
        }

        @Override
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return base.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
            return base.datagramChannelFactory();
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return base.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return base.serverChannelFactory(domainSocket);
        }
    }
}
