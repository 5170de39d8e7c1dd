package dev.gapura.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Makes AWS event streams for tests, message by message.
public final class EventStreams {
    private EventStreams() {}

    /// One message with these header bytes and this payload.
    public static byte[] message(byte[] headers, byte[] payload) {
        int total = 16 + headers.length + payload.length;
        ByteBuffer out = ByteBuffer.allocate(total).putInt(total).putInt(headers.length);
        out.putInt(checksum(out.array(), 8));
        out.put(headers).put(payload);
        out.putInt(checksum(out.array(), total - 4));
        return out.array();
    }

    /// Header bytes of texts: name, value, name, value.
    public static byte[] headers(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            byte[] value = bytes(namesAndValues[i + 1]);
            out.writeBytes(name(namesAndValues[i], 7));
            out.write(value.length >> 8);
            out.write(value.length);
            out.writeBytes(value);
        }
        return out.toByteArray();
    }

    /// Name and type of a header, without its value.
    public static byte[] name(String name, int type) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(name.length());
        out.writeBytes(bytes(name));
        out.write(type);
        return out.toByteArray();
    }

    /// An event as Bedrock frames it.
    public static byte[] event(String type, String json) {
        return message(
                headers(":event-type", type, ":content-type", "application/json", ":message-type", "event"),
                bytes(json));
    }

    /// An exception that ends a stream.
    public static byte[] exception(String type, String json) {
        return message(
                headers(":exception-type", type, ":content-type", "application/json", ":message-type", "exception"),
                bytes(json));
    }

    /// All of them, one behind the other.
    public static byte[] stream(byte[]... messages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            out.writeBytes(message);
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
