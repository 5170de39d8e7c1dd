package dev.gapura.server.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;

/// Tells an [EdgeHandler] when answers begin and end, from the near side of the HTTP/1.1 encoder, and drops
/// what the server still writes after the guard has answered. Event loop only.
final class ResponseWatch extends ChannelOutboundHandlerAdapter {
    static final String NAME = "edgeResponses";

    private final EdgeHandler edge;

    ResponseWatch(EdgeHandler edge) {
        this.edge = edge;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (edge.answered()) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        boolean interim = false;
        if (message instanceof HttpResponse response) {
            // 100, 102 and 103 precede the answer.
            interim = response.status().code() < 200;
            if (!interim) {
                edge.answerBegins(response);
            }
        }
        ctx.write(message, promise);
        if (!interim && message instanceof LastHttpContent) {
            edge.answerEnds();
        }
    }
}
