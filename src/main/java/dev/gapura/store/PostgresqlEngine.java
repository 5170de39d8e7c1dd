package dev.gapura.store;

import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/// PostgreSQL, with a schema for each half. What the driver's properties mean stands at
/// https://jdbc.postgresql.org/documentation/use/, the states at
/// https://www.postgresql.org/docs/current/errcodes-appendix.html.
final class PostgresqlEngine implements Engine {
    /// TCP; a host that is away is given up before anybody waits long.
    private static final int CONNECT_SECONDS = 2;
    /// A server that answers nothing for so long is taken for dead.
    private static final int ANSWER_SECONDS = 10;
    /// A query that runs longer is ended by the server.
    private static final int QUERY_MILLIS = 8_000;

    private final Config.Postgresql place;

    PostgresqlEngine(Config.Postgresql place) {
        this.place = place;
    }

    @Override
    public Kind kind() {
        return Kind.POSTGRESQL;
    }

    @Override
    public String place(Half half) {
        return "PostgreSQL " + String.join(",", place.hosts()) + "/" + place.database() + " " + half.schema();
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Connection writing(Half half) throws SQLException {
        Connection connection = connect(half);
        if (half == Half.HISTORY) {
            execute(connection, "SET synchronous_commit TO off");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public Connection reading(Half half) throws SQLException {
        Connection connection = connect(half);
        connection.setReadOnly(true);
        execute(connection, "SET statement_timeout TO " + QUERY_MILLIS);
        return connection;
    }

    @Override
    public DataSource migrating(Half half) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url());
        properties(half).forEach((name, value) -> set(source, (String) name, (String) value));
        // Building an index takes as long as it takes.
        source.setSocketTimeout(0);
        return source;
    }

    private static void set(PGSimpleDataSource source, String name, String value) {
        try {
            source.setProperty(name, value);
        } catch (SQLException unknown) {
            throw new IllegalStateException("the driver does not know " + name, unknown);
        }
    }

    private Connection connect(Half half) throws SQLException {
        Connection connection = new Driver().connect(url(), properties(half));
        if (connection == null) {
            throw new SQLException("not an address of PostgreSQL");
        }
        return connection;
    }

    private String url() {
        return "jdbc:postgresql://" + String.join(",", place.hosts()) + "/"
                + java.net.URLEncoder.encode(place.database(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private Properties properties(Half half) {
        Properties properties = new Properties();
        place.options().forEach(properties::setProperty);
        String user = place.user();
        if (user != null) {
            properties.setProperty("user", user);
        }
        Secret password = place.password();
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        properties.setProperty("currentSchema", half.schema());
        properties.setProperty("ApplicationName", "gapura " + half.label());
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        // A refused row must not stand in the log.
        properties.setProperty("logServerErrorDetail", "false");
        if (place.hosts().size() > 1) {
            properties.setProperty("targetServerType", "primary");
        }
        return properties;
    }

    private static void execute(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Override
    public Trouble trouble(SQLException failed) {
        String state = failed.getSQLState();
        if (state == null || state.length() < 2) {
            return Trouble.OUTAGE;
        }
        if (state.equals("23505")) {
            return Trouble.CONFLICT;
        }
        return switch (state.substring(0, 2).toUpperCase(Locale.ROOT)) {
            // Serialisation and deadlock.
            case "40" -> Trouble.AGAIN;
            // Features, cardinality, data, constraints, statements and names, limits of a row or an index.
            case "0A", "21", "22", "23", "42", "54" -> Trouble.FAULT;
            default -> Trouble.OUTAGE;
        };
    }
}
