package dev.gapura.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;

/// Joins the body pieces that one read of an upstream socket brought into one, between the HTTP decoder and
/// Vert.x.
///
/// A provider that streams fast sends every event in an HTTP chunk of its own, and the decoder hands each of
/// them on alone; the way from there through the relay to the client's socket is the expensive part (8 µs for
/// an event that travels alone). Here they wait until the read is over, so that a read costs one pass and one
/// write however many events it held. A single piece goes through without a copy; several are copied once,
/// into a heap buffer of just their size that Vert.x takes over as it is. Lives on the event loop of its
/// connection.
final class ContentGatherer extends ChannelInboundHandlerAdapter {
    private final List<HttpContent> pieces = new ArrayList<>();
    private int bytes;
    private long answersEnded;

    /// How many answers of this connection were read to their end. A connection goes back to its pool at that
    /// moment, also when the end still waits behind a paused reader: whoever stops the socket must know
    /// whether it is still its own.
    long answersEnded() {
        return answersEnded;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent content && !(message instanceof LastHttpContent)) {
            pieces.add(content);
            bytes += content.content().readableBytes();
            if (bytes >= UpstreamClient.READ_BYTES) {
                // A fast socket is read several times in a row: what one read holds goes on, so that back-pressure
                // takes hold.
                flush(context);
            }
        } else {
            flush(context);
            if (message instanceof LastHttpContent) {
                answersEnded++;
                context.channel().config().setAutoRead(true);
            }
            context.fireChannelRead(message);
        }
    }

    private void flush(ChannelHandlerContext context) {
        if (pieces.isEmpty()) {
            return;
        }
        HttpContent joined = pieces.getFirst();
        if (pieces.size() > 1) {
            ByteBuf all = UnpooledByteBufAllocator.DEFAULT.heapBuffer(bytes);
            for (HttpContent piece : pieces) {
                all.writeBytes(piece.content());
                piece.release();
            }
            joined = new DefaultHttpContent(all);
        }
        pieces.clear();
        bytes = 0;
        context.fireChannelRead(joined);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush(context);
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        flush(context);
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        pieces.forEach(HttpContent::release);
        pieces.clear();
        bytes = 0;
    }
}
