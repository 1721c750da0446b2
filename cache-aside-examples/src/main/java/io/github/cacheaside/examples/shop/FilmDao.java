package io.github.cacheaside.examples.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Plain JDBC, as an application has it; knows no cache. What it is given is where it reads. */
public final class FilmDao implements Pages {
  private final DataSource dataSource;
  private final String hint;

  /**
   * A DAO.
   *
   * @param dataSource where it reads
   */
  public FilmDao(DataSource dataSource) {
    this(dataSource, "");
  }

  /**
   * A DAO for a data source that wants hints.
   *
   * @param dataSource where it reads
   * @param hint a comment before each query
   */
  public FilmDao(DataSource dataSource, String hint) {
    this.dataSource = dataSource;
    this.hint = hint;
  }

  @Override
  public List<Film> list(String category) throws SQLException {
    return films(LIST, category);
  }

  @Override
  public List<Film> search(String word) throws SQLException {
    return films(SEARCH, "%" + word + "%");
  }

  @Override
  public List<Film> detail(long id) throws SQLException {
    return films(DETAIL, id);
  }

  private List<Film> films(String sql, Object parameter) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(hint + sql)) {
      select.setObject(1, parameter);
      try (ResultSet row = select.executeQuery()) {
        List<Film> films = new ArrayList<>();
        while (row.next()) {
          films.add(
              new Film(
                  row.getLong("id"),
                  row.getString("title"),
                  row.getString("category"),
                  row.getBigDecimal("rate"),
                  row.getLong("rentals")));
        }
        return films;
      }
    }
  }
}
