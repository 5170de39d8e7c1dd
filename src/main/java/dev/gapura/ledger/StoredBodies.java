package dev.gapura.ledger;

import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Body;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The bodies of one exchange as the table `exchange_body` keeps them. What the provider was sent is compressed with
/// what the client sent as its dictionary: a relayed request differs by a few bytes.
///
/// @param sent null where no provider was called
/// @param came null where the provider's answer is not kept apart
record StoredBodies(Bodies bodies, byte[] request, byte[] answer, byte @Nullable [] sent, byte @Nullable [] came) {
    static final String NAMES = "request, request_bytes, answer, answer_bytes, sent, sent_bytes, came, came_bytes";

    static final String INSERT = "INSERT INTO exchange_body (id, " + NAMES + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /// What a row takes, as of [#diskBytes].
    static final String DISK_BYTES =
            "length(request) + length(answer) + coalesce(length(sent), 0) + coalesce(length(came), 0) + 1";

    static StoredBodies of(Bodies bodies) {
        Body sent = bodies.sent();
        Body came = bodies.came();
        return new StoredBodies(
                bodies,
                Compression.compress(bodies.request().beginning()),
                Compression.compress(bodies.answer().beginning()),
                sent == null
                        ? null
                        : Compression.compress(
                                sent.beginning(), bodies.request().beginning()),
                came == null ? null : Compression.compress(came.beginning()));
    }

    /// @param row columns of [#NAMES]
    static Bodies read(ResultSet row) throws SQLException {
        byte[] request = Compression.expand(row.getBytes(1));
        byte[] sent = row.getBytes(5);
        byte[] came = row.getBytes(7);
        return new Bodies(
                new Body(request, row.getLong(2)),
                new Body(Compression.expand(row.getBytes(3)), row.getLong(4)),
                sent == null ? null : new Body(Compression.expand(sent, request), row.getLong(6)),
                came == null ? null : new Body(Compression.expand(came), row.getLong(8)));
    }

    /// At least 1.
    long diskBytes() {
        return request.length + answer.length + length(sent) + length(came) + 1;
    }

    /// Values of [#INSERT].
    @Nullable
    Object[] values(long id) {
        Body sentBody = bodies.sent();
        Body cameBody = bodies.came();
        return new @Nullable Object[] {
            id,
            request,
            bodies.request().bytes(),
            answer,
            bodies.answer().bytes(),
            sent,
            sentBody == null ? null : sentBody.bytes(),
            came,
            cameBody == null ? null : cameBody.bytes()
        };
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
