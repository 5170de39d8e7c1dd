package dev.gapura.server.edge;

import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Watches a TLS connection until its [EdgeHandler] is in place: through the handshake, and on HTTP/2 until
/// the client's first settings, before which Vert.x does not tell of the connection. One that dawdles there
/// for longer than a head may take is closed. Added by [EdgeTransport]; event loop only.
final class HandshakeWatch extends ChannelHandlerAdapter {
    private final EdgeGuard guard;
    private final Watch watch = new Watch();
    private @Nullable ChannelHandlerContext context;
    private long deadline;

    HandshakeWatch(EdgeGuard guard) {
        this.guard = guard;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        EdgeLoop loop = guard.loop(ctx.executor());
        deadline = loop.after(guard.limits().headTimeout());
        loop.add(watch);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        guard.loop(ctx.executor()).remove(watch);
    }

    private final class Watch extends EdgeLoop.Watched {
        @Override
        void tick(long now) {
            ChannelHandlerContext ctx = Objects.requireNonNull(context);
            if (ctx.pipeline().get(EdgeHandler.class) != null) {
                ctx.pipeline().remove(HandshakeWatch.this);
            } else if (now >= deadline) {
                ctx.channel().unsafe().close(ctx.channel().newPromise());
            }
        }
    }
}
