package dev.gapura.server.edge;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;

/// Keeps the answers on an HTTP/2 connection moving after its write queue was full. Two things could hold them for
/// ever, each seen as a hundred answers that stood still together (Vert.x 5.2.3, Netty 4.2.18):
///
/// - Vert.x writes the head of an answer without a flush, because its first data brings one; while the queue is full
///   that data waits. A hundred heads are enough to hold the queue above its low mark, and what is not flushed never
///   leaves it.
/// - Under TLS the queue's turning full is told later than it happens. When it is writable again by then, Netty's flow
///   controller sees no change and does not tell those streams that it had found full in between. Setting the window
///   that it has anyway makes it look at every stream again.
///
/// Added by [EdgeGuard] below the HTTP/2 codec; event loop only.
final class Http2Backlog extends ChannelDuplexHandler {
    private boolean scheduled;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message, promise);
        if (!ctx.channel().isWritable()) {
            schedule(ctx);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        schedule(ctx);
    }

    /// Once for all that happens in one turn of the loop, and never inside a write.
    private void schedule(ChannelHandlerContext ctx) {
        if (!scheduled) {
            scheduled = true;
            ctx.executor().execute(() -> {
                scheduled = false;
                move(ctx);
            });
        }
    }

    private static void move(ChannelHandlerContext ctx) {
        ctx.flush();
        Http2ConnectionHandler http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
        if (http2 != null && ctx.channel().isWritable()) {
            Http2RemoteFlowController windows = http2.encoder().flowController();
            try {
                windows.initialWindowSize(windows.initialWindowSize());
            } catch (Http2Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
