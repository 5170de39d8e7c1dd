package dev.gapura.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Statements within one piece of work. Values are always parameters. Texts, whole numbers and bytes are the only
/// types, so that the same statement serves both databases: times are milliseconds since the Unix epoch, money is
/// nanodollars, truth is 1 or 0. Used on the one thread that runs the work.
public final class Sql {
    /// Statements that are kept compiled.
    private static final int MOST_PREPARED = 64;

    private final Connection connection;
    private final Kind kind;
    /// Statements by their text, the one used longest ago first.
    private final Map<String, PreparedStatement> compiled = new LinkedHashMap<>(16, 0.75f, true);

    Sql(Connection connection, Kind kind) {
        this.connection = connection;
        this.kind = kind;
    }

    /// Which database it is.
    public Kind kind() {
        return kind;
    }

    /// Runs a statement that changes rows.
    ///
    /// @return number of rows changed
    public int update(String statement, @Nullable Object... values) throws SQLException {
        PreparedStatement prepared = prepare(statement);
        bind(prepared, values);
        return prepared.executeUpdate();
    }

    /// Every row of a query, or of a statement with `RETURNING`.
    public <T> List<T> list(String query, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        PreparedStatement prepared = prepare(query);
        bind(prepared, values);
        try (ResultSet rows = prepared.executeQuery()) {
            List<T> list = new ArrayList<>();
            while (rows.next()) {
                list.add(reader.read(rows));
            }
            return list;
        }
    }

    /// The first row, null where there is none.
    public <T> @Nullable T first(String query, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        List<T> rows = list(query, reader, values);
        return rows.isEmpty() ? null : rows.getFirst();
    }

    /// The one number of a query with one row; zero where it is null.
    public long number(String query, @Nullable Object... values) throws SQLException {
        Long number = first(query, row -> row.getLong(1), values);
        return number == null ? 0 : number;
    }

    /// Runs a statement without values, whatever it answers: a setting, or upkeep.
    public void run(String statement) throws SQLException {
        try (Statement running = connection.createStatement()) {
            running.execute(statement);
        }
    }

    /// Runs a statement of SQLite's to its end that works on with each step; [#run] makes only the first.
    public void finish(String statement) throws SQLException {
        try (Statement running = connection.createStatement()) {
            running.executeUpdate(statement);
        }
    }

    /// A statement to run many times. It is kept with the connection: compiling one costs SQLite as much as
    /// running it for a dozen rows. The caller does not close it, and is done with it before it asks for
    /// the same text again.
    public PreparedStatement prepare(String statement) throws SQLException {
        PreparedStatement known = compiled.get(statement);
        if (known != null) {
            // What a failure left behind.
            known.clearBatch();
            return known;
        }
        PreparedStatement made = connection.prepareStatement(statement);
        compiled.put(statement, made);
        if (compiled.size() > MOST_PREPARED) {
            Iterator<PreparedStatement> oldest = compiled.values().iterator();
            PreparedStatement closed = oldest.next();
            oldest.remove();
            closed.close();
        }
        return made;
    }

    /// Sets all parameters of a statement, in their order.
    public static void bind(PreparedStatement prepared, @Nullable Object... values) throws SQLException {
        for (int index = 0; index < values.length; index++) {
            bind(prepared, index + 1, values[index]);
        }
    }

    private static void bind(PreparedStatement prepared, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> prepared.setNull(index, Types.NULL);
            case String text -> prepared.setString(index, storable(text));
            case Long number -> prepared.setLong(index, number);
            case Integer number -> prepared.setInt(index, number);
            case Boolean truth -> prepared.setInt(index, truth ? 1 : 0);
            case byte[] bytes -> prepared.setBytes(index, bytes);
            default -> throw new IllegalArgumentException("a value of " + value.getClass() + " is not stored");
        }
    }

    /// A text as both databases take it, for statements that are bound by hand: PostgreSQL takes no NUL in
    /// a text, and no database half of a surrogate pair.
    public static String storable(String text) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character == 0 || Character.isSurrogate(character)) {
                return repaired(text);
            }
        }
        return text;
    }

    private static String repaired(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point == 0 || (point >= 0xD800 && point <= 0xDFFF) ? '\uFFFD' : point)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
