package io.github.cacheaside.jdbc.datasource;

import java.sql.Blob;
import java.sql.Clob;
import java.sql.SQLException;
import javax.sql.rowset.serial.SerialBlob;
import javax.sql.rowset.serial.SerialClob;

/** Large objects of the JDK's, which can't answer nothing of nothing. */
final class Large {
  private Large() {}

  static Clob of(String text) throws SQLException {
    return text.isEmpty() ? new NoText() : new SerialClob(text.toCharArray());
  }

  static Blob of(byte[] bytes) throws SQLException {
    return bytes.length == 0 ? new NoBytes() : new SerialBlob(bytes);
  }

  private static final class NoText extends SerialClob {
    private static final long serialVersionUID = 1L;

    NoText() throws SQLException {
      super(new char[0]);
    }

    @Override
    public String getSubString(long pos, int length) {
      return "";
    }
  }

  private static final class NoBytes extends SerialBlob {
    private static final long serialVersionUID = 1L;

    NoBytes() throws SQLException {
      super(new byte[0]);
    }

    @Override
    public byte[] getBytes(long pos, int length) {
      return new byte[0];
    }
  }
}
