package dev.gapura.store;

import java.sql.ResultSet;
import java.sql.SQLException;

/// Makes a record of one row.
@FunctionalInterface
public interface RowReader<T> {
    /// @param row stands on the row; columns count from one
    T read(ResultSet row) throws SQLException;
}
