package dev.gapura.server.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/// Closes a connection whose client may still be sending. Closing at once would make the kernel answer the
/// unread bytes with a reset, and a reset throws away what the client has not read yet: the very answer that
/// explains the refusal. So the answer is flushed, our direction is closed, and what arrives is read and
/// dropped until the client closes too or the time is up ([RFC 9112
/// 9.6](https://www.rfc-editor.org/rfc/rfc9112#section-9.6)). The dropping is done by [EdgeHandler]. Event
/// loop only.
final class Lingering {
    private final ChannelHandlerContext context;
    private final EdgeLoop loop;
    private final EdgeLimits limits;
    private long deadline = Long.MAX_VALUE;

    Lingering(ChannelHandlerContext context, EdgeLoop loop, EdgeLimits limits) {
        this.context = context;
        this.loop = loop;
        this.limits = limits;
    }

    void start() {
        // A client that does not take the answer either is not waited for longer than a stalled one.
        deadline = loop.after(limits.writeStall());
        context.channel().config().setAutoRead(true);
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            deadline = loop.after(limits.linger());
            if (flushed.isSuccess()) {
                closeOurDirection();
            } else {
                context.close();
            }
        });
    }

    void tick(long nowNanos) {
        if (nowNanos >= deadline) {
            context.close();
        }
    }

    private void closeOurDirection() {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (context.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
        }
    }
}
