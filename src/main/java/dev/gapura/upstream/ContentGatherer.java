package dev.gapura.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// Joins the body pieces that one read of an upstream socket brought into one, between the HTTP decoder and Vert.x.
///
/// A provider that streams fast sends every event in an HTTP chunk of its own, and the decoder hands each of them on
/// alone; the way from there through the relay to the client's socket is the expensive part. Here they are gathered
/// until
/// the read is over, so that a read costs one pass and one write however many events it held. A single piece goes
/// through
/// without a copy; several are copied once, into a heap buffer that Vert.x takes over as it is. Lives on the event
/// loop
/// of its connection.
final class ContentGatherer extends ChannelInboundHandlerAdapter {
    private static final int ROOM_BYTES = 16 * 1024;
    /// A read may bring more than this where the socket is fast; what is gathered goes on then, so that back-pressure
    /// takes hold.
    private static final int MOST_BYTES = 32 * 1024;

    private @Nullable HttpContent single;
    private @Nullable ByteBuf gathered;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent content && !(message instanceof LastHttpContent)) {
            gather(context, content);
        } else {
            flush(context);
            context.fireChannelRead(message);
        }
    }

    private void gather(ChannelHandlerContext context, HttpContent content) {
        ByteBuf into = gathered;
        if (into == null) {
            HttpContent first = single;
            if (first == null) {
                single = content;
                return;
            }
            into = UnpooledByteBufAllocator.DEFAULT.heapBuffer(ROOM_BYTES);
            into.writeBytes(first.content());
            first.release();
            single = null;
            gathered = into;
        }
        into.writeBytes(content.content());
        content.release();
        if (into.readableBytes() >= MOST_BYTES) {
            flush(context);
        }
    }

    private void flush(ChannelHandlerContext context) {
        HttpContent one = single;
        if (one != null) {
            single = null;
            context.fireChannelRead(one);
            return;
        }
        ByteBuf many = gathered;
        if (many != null) {
            gathered = null;
            context.fireChannelRead(new DefaultHttpContent(many));
        }
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
        HttpContent one = single;
        if (one != null) {
            single = null;
            one.release();
        }
        ByteBuf many = gathered;
        if (many != null) {
            gathered = null;
            many.release();
        }
    }
}
