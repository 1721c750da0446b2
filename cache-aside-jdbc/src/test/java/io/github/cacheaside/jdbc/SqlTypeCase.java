package io.github.cacheaside.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A column of some type: its definition, a literal, and what a row shows of it.
 *
 * @param value null if the type is refused
 */
public record SqlTypeCase(String type, String literal, @Nullable Object value) {
  /** Of MySQL and MariaDB. */
  public static final List<SqlTypeCase> BOTH =
      List.of(
          of("TINYINT", "-5", -5),
          of("TINYINT(1)", "1", true),
          of("TINYINT(1)", "5", 5),
          of("BOOLEAN", "0", false),
          of("TINYINT UNSIGNED", "200", 200),
          of("SMALLINT", "-300", -300),
          of("SMALLINT UNSIGNED", "60000", 60000),
          of("MEDIUMINT", "100000", 100000),
          of("MEDIUMINT UNSIGNED", "100000", 100000),
          of("INT", "-7", -7),
          of("INT UNSIGNED", "4000000000", 4000000000L),
          of("BIGINT", "-9223372036854775808", -9223372036854775808L),
          of("BIGINT UNSIGNED", "18446744073709551615", new BigInteger("18446744073709551615")),
          of("DECIMAL(20,5)", "1.5", new BigDecimal("1.50000")),
          of("NUMERIC(3,0)", "7", new BigDecimal("7")),
          of("FLOAT", "1.1", 1.1f),
          of("FLOAT", "-3", -3.0f),
          of("DOUBLE", "1e300", 1.0E300),
          of("DOUBLE", "-3", -3.0),
          of("BIT(1)", "b'1'", true),
          of("BIT(8)", "b'10000001'", bytes("81")),
          of("BIT(20)", "b'1111'", bytes("00000f")),
          of("YEAR", "2024", 2024),
          of("YEAR", "0", 0),
          of("DATE", "'2024-02-29'", LocalDate.parse("2024-02-29")),
          of("DATE", "'1000-01-01'", LocalDate.parse("1000-01-01")),
          of("TIME", "'12:34:56'", LocalTime.parse("12:34:56")),
          of("TIME(6)", "'23:59:59.123456'", LocalTime.parse("23:59:59.123456")),
          of("TIME(3)", "'-838:59:59'", Duration.parse("PT-838H-59M-59S")),
          of("DATETIME", "'2024-03-31 02:30:00'", LocalDateTime.parse("2024-03-31T02:30")),
          of(
              "DATETIME(6)",
              "'1000-01-01 00:00:00.000001'",
              LocalDateTime.parse("1000-01-01T00:00:00.000001")),
          of(
              "DATETIME(3)",
              "'2024-01-31 12:00:00.5'",
              LocalDateTime.parse("2024-01-31T12:00:00.500")),
          of("TIMESTAMP NULL", "'2024-01-31 12:00:00'", LocalDateTime.parse("2024-01-31T12:00")),
          of(
              "TIMESTAMP(6) NULL",
              "'2024-01-31 12:00:00.5'",
              LocalDateTime.parse("2024-01-31T12:00:00.500")),
          of("CHAR(5)", "'ab'", "ab"),
          of("VARCHAR(30)", "'Gr'", "Gr"),
          of("NCHAR(3)", "'x'", "x"),
          of("BINARY(4)", "x'00ff'", bytes("00ff0000")),
          of("VARBINARY(10)", "x''", bytes("")),
          of("TINYBLOB", "x'01'", bytes("01")),
          of("BLOB", "x'0203'", bytes("0203")),
          of("MEDIUMBLOB", "x'04'", bytes("04")),
          of("LONGBLOB", "x'05'", bytes("05")),
          of("TINYTEXT", "'t'", "t"),
          of("TEXT", "'t'", "t"),
          of("MEDIUMTEXT", "'t'", "t"),
          of("LONGTEXT", "'t'", "t"),
          of("ENUM('a','b')", "'b'", "b"),
          of("SET('x','y')", "'x,y'", "x,y"),
          of("JSON", "'{\"a\": 1}'", "{\"a\": 1}"),
          of(
              "GEOMETRY",
              "ST_GeomFromText('POINT(1 2)')",
              bytes("000000000101000000000000000000f03f0000000000000040")),
          of(
              "POINT",
              "ST_GeomFromText('POINT(1 2)')",
              bytes("000000000101000000000000000000f03f0000000000000040")),
          of(
              "LINESTRING",
              "ST_GeomFromText('LINESTRING(1 2,3 4)')",
              bytes(
                  "00000000010200000002000000000000000000f03f000000000000004000000000000008400000000000001040")),
          geometry(
              "POLYGON",
              "POLYGON((0 0,0 2,2 2,0 0))",
              "00000000010300000001000000040000000000000000000000000000000000000000000000000000"
                  + "00000000000000004000000000000000400000000000000040000000000000000000000000000000"
                  + "00"),
          geometry(
              "MULTIPOINT",
              "MULTIPOINT(1 2)",
              "000000000104000000010000000101000000000000000000f03f0000000000000040"),
          geometry(
              "MULTILINESTRING",
              "MULTILINESTRING((1 2,3 4))",
              "00000000010500000001000000010200000002000000000000000000f03f00000000000000400000"
                  + "0000000008400000000000001040"),
          geometry(
              "MULTIPOLYGON",
              "MULTIPOLYGON(((0 0,0 2,2 2,0 0)))",
              "00000000010600000001000000010300000001000000040000000000000000000000000000000000"
                  + "00000000000000000000000000000000004000000000000000400000000000000040000000000000"
                  + "00000000000000000000"),
          geometry(
              "GEOMETRYCOLLECTION",
              "GEOMETRYCOLLECTION(POINT(1 2))",
              "000000000107000000010000000101000000000000000000f03f0000000000000040"));

  public static final List<SqlTypeCase> MYSQL = BOTH;

  public static final List<SqlTypeCase> MARIADB =
      with(
          of(
              "UUID",
              "'123e4567-e89b-12d3-a456-426614174000'",
              UUID.fromString("123e4567-e89b-12d3-a456-426614174000")),
          of("INET4", "'10.0.0.1'", "10.0.0.1"),
          of("INET6", "'::1'", "::1"));

  public static final List<SqlTypeCase> POSTGRESQL =
      List.of(
          of("bigint", "-9223372036854775808", -9223372036854775808L),
          of("bigserial", "1", 1L),
          of("integer", "-7", -7),
          of("serial", "1", 1),
          of("smallint", "-300", -300),
          of("smallserial", "1", 1),
          of("numeric", "1.50", new BigDecimal("1.50")),
          of("numeric(20,5)", "1.5", new BigDecimal("1.50000")),
          of("numeric", "'NaN'", Double.NaN),
          of("real", "1.1", 1.1f),
          of("real", "'NaN'", Float.NaN),
          of("double precision", "1e300", 1.0E300),
          of("double precision", "'-Infinity'", Double.NEGATIVE_INFINITY),
          of("double precision", "-3", -3.0),
          of("money", "1234.5", "$1,234.50"),
          of("boolean", "true", true),
          of("bit(1)", "B'1'", true),
          of("bit(8)", "B'10000001'", "10000001"),
          of("bit varying(9)", "B'101'", "101"),
          of("\"char\"", "'a'", "a"),
          of("character(5)", "'ab'", "ab   "),
          of("character varying(30)", "'x'", "x"),
          of("text", "'x'", "x"),
          of("name", "'n'", "n"),
          of("citext", "'Ab'", "Ab"),
          of("bytea", "'\\x00ff'", bytes("00ff")),
          of(
              "uuid",
              "'123e4567-e89b-12d3-a456-426614174000'",
              UUID.fromString("123e4567-e89b-12d3-a456-426614174000")),
          of("date", "'2024-02-29'", LocalDate.parse("2024-02-29")),
          of("date", "'0044-03-15 BC'", LocalDate.parse("-0043-03-15")),
          of("date", "'infinity'", LocalDate.parse("+999999999-12-31")),
          of("time", "'12:00:00.123456'", LocalTime.parse("12:00:00.123456")),
          of("time", "'24:00:00'", Duration.parse("PT24H")),
          of("timetz", "'12:00:00.123456+01:30'", OffsetTime.parse("12:00:00.123456+01:30")),
          of("timestamp", "'2024-03-31 02:30:00'", LocalDateTime.parse("2024-03-31T02:30")),
          of(
              "timestamp",
              "'2024-01-31 12:00:00.5'",
              LocalDateTime.parse("2024-01-31T12:00:00.500")),
          of("timestamp", "'infinity'", LocalDateTime.parse("+999999999-12-31T23:59:59.999999999")),
          of(
              "timestamptz",
              "'2024-01-31 12:00:00.123456+01'",
              OffsetDateTime.parse("2024-01-31T11:00:00.123456Z")),
          of("timestamptz", "'-infinity'", OffsetDateTime.parse("-999999999-01-01T00:00+18:00")),
          of("interval", "'1 day 2 hours'", "1 day 02:00:00"),
          of("json", "'{\"a\": 1}'", "{\"a\": 1}"),
          of("jsonb", "'{\"a\":1}'", "{\"a\": 1}"),
          of("jsonpath", "'$.a'", "$.\"a\""),
          of("xml", "'<a>1</a>'", "<a>1</a>"),
          of("hstore", "'a=>1'", "\"a\"=>\"1\""),
          of("inet", "'10.0.0.1/24'", "10.0.0.1/24"),
          of("cidr", "'10.0.0.0/8'", "10.0.0.0/8"),
          of("macaddr", "'08:00:2b:01:02:03'", "08:00:2b:01:02:03"),
          of("macaddr8", "'08:00:2b:01:02:03:04:05'", "08:00:2b:01:02:03:04:05"),
          of("point", "'(1,2)'", "(1,2)"),
          of("line", "'{1,2,3}'", "{1,2,3}"),
          of("lseg", "'[(1,2),(3,4)]'", "[(1,2),(3,4)]"),
          of("box", "'(3,4),(1,2)'", "(3,4),(1,2)"),
          of("path", "'((1,2),(3,4))'", "((1,2),(3,4))"),
          of("polygon", "'((1,2),(3,4))'", "((1,2),(3,4))"),
          of("circle", "'<(1,2),3>'", "<(1,2),3>"),
          of("tsvector", "'a b'", "'a' 'b'"),
          of("tsquery", "'a & b'", "'a' & 'b'"),
          of("pg_lsn", "'16/B374D848'", "16/B374D848"),
          of("pg_snapshot", "'10:20:10,14'", "10:20:10,14"),
          of("txid_snapshot", "'10:20:10,14'", "10:20:10,14"),
          of("oid", "4000000000", 4000000000L),
          of("xid", "'7'", "7"),
          of("xid8", "'7'", "7"),
          of("cid", "'7'", "7"),
          of("tid", "'(1,2)'", "(1,2)"),
          of("regclass", "'pg_class'", "pg_class"),
          of("regtype", "'integer'", "integer"),
          of("regproc", "'now'", "now"),
          of("regprocedure", "'now()'", "now()"),
          of("regoperator", "'+(integer,integer)'", "+(integer,integer)"),
          of("regnamespace", "'pg_catalog'", "pg_catalog"),
          of("regconfig", "'simple'", "simple"),
          of("regdictionary", "'simple'", "simple"),
          of("int4range", "'[1,5)'", "[1,5)"),
          of("int8range", "'[1,5)'", "[1,5)"),
          of("numrange", "'[1.5,2.5]'", "[1.5,2.5]"),
          of(
              "tsrange",
              "'[2024-01-01,2024-01-02)'",
              "[\"2024-01-01 00:00:00\",\"2024-01-02 00:00:00\")"),
          of(
              "tstzrange",
              "'[2024-01-01,2024-01-02)'",
              "[\"2024-01-01 00:00:00+00\",\"2024-01-02 00:00:00+00\")"),
          of("daterange", "'[2024-01-01,2024-01-02)'", "[2024-01-01,2024-01-02)"),
          of("int4multirange", "'{[1,3),[5,7)}'", "{[1,3),[5,7)}"),
          of("int8multirange", "'{[1,3),[5,7)}'", "{[1,3),[5,7)}"),
          of("nummultirange", "'{[1.5,2.5]}'", "{[1.5,2.5]}"),
          of("datemultirange", "'{[2024-01-01,2024-01-02)}'", "{[2024-01-01,2024-01-02)}"),
          of(
              "tsmultirange",
              "'{[2024-01-01,2024-01-02)}'",
              "{[\"2024-01-01 00:00:00\",\"2024-01-02 00:00:00\")}"),
          of(
              "tstzmultirange",
              "'{[2024-01-01,2024-01-02)}'",
              "{[\"2024-01-01 00:00:00+00\",\"2024-01-02 00:00:00+00\")}"),
          of("mood", "'sad'", "sad"),
          of("pair", "ROW(1,'x')", "(1,x)"),
          of("posint", "7", 7),
          of("integer[]", "'{1,NULL,3}'", list(1, null, 3)),
          of("smallint[]", "'{1}'", list(1)),
          of("bigint[]", "'{1}'", list(1L)),
          of("numeric[]", "'{1.50}'", list(new BigDecimal("1.50"))),
          of("real[]", "'{1.1}'", list(1.1f)),
          of("double precision[]", "'{1e300}'", list(1.0E300)),
          of("boolean[]", "'{t,f}'", list(true, false)),
          of("text[]", "'{a,NULL,\"x,y\"}'", list("a", null, "x,y")),
          of("varchar(3)[]", "'{a}'", list("a")),
          of("integer[]", "'{{1,2},{3,4}}'", list(list(1, 2), list(3, 4))),
          of("integer[]", "'{}'", list()),
          of("time[]", "'{12:00:00.123456}'", list(LocalTime.parse("12:00:00.123456"))),
          of(
              "timetz[]",
              "'{12:00:00.123456+01:30}'",
              list(OffsetTime.parse("12:00:00.123456+01:30"))),
          of(
              "date[]",
              "'{2024-02-29,0044-03-15 BC}'",
              list(LocalDate.parse("2024-02-29"), LocalDate.parse("-0043-03-15"))),
          of(
              "timestamp[]",
              "'{\"2024-03-31 02:30:00.123456\"}'",
              list(LocalDateTime.parse("2024-03-31T02:30:00.123456"))),
          of(
              "timestamptz[]",
              "'{\"2024-01-31 12:00:00.123456+01\"}'",
              list(OffsetDateTime.parse("2024-01-31T11:00:00.123456Z"))),
          of(
              "uuid[]",
              "'{123e4567-e89b-12d3-a456-426614174000}'",
              list(UUID.fromString("123e4567-e89b-12d3-a456-426614174000"))),
          of("bytea[]", "'{\"\\\\x00ff\"}'", list(bytes("00ff"))),
          of("jsonb[]", "'{\"{\\\"a\\\": 1}\"}'", list("{\"a\": 1}")),
          of("interval[]", "'{\"1 day\"}'", list("1 day")),
          of("inet[]", "'{10.0.0.1}'", list("10.0.0.1")),
          of("mood[]", "'{sad}'", list("sad")),
          of("citext[]", "'{Ab}'", list("Ab")),
          of("int4range[]", "'{\"[1,5)\"}'", list("[1,5)")),
          of("bit(3)[]", "'{101}'", list("101")),
          of("money[]", "'{1.5}'", list("$1.50")),
          of("point[]", "'{\"(1,2)\"}'", list("(1,2)")),
          of("box[]", "'{(3,4),(1,2);(5,6),(1,2)}'", list("(3,4),(1,2)", "(5,6),(1,2)")),
          of("xml[]", "'{<a/>}'", list("<a/>")),
          of("oid[]", "'{1}'", list(1L)),
          of("int2vector", "'1 2'", "1 2"),
          of("oidvector", "'1 2'", "1 2"),
          of("pair[]", "ARRAY[ROW(1,'x')::pair]", list("(1,x)")));

  public static final List<SqlTypeCase> H2 =
      List.of(
          of("CHARACTER(3)", "'a'", "a  "),
          of("VARCHAR", "'a'", "a"),
          of("CLOB", "'x'", "x"),
          of("VARCHAR_IGNORECASE", "'Ab'", "Ab"),
          of("BINARY(2)", "X'00ff'", bytes("00ff")),
          of("VARBINARY", "X'01'", bytes("01")),
          of("BLOB", "X'01'", bytes("01")),
          of("BOOLEAN", "TRUE", true),
          of("TINYINT", "-5", -5),
          of("SMALLINT", "-300", -300),
          of("INTEGER", "-7", -7),
          of("BIGINT", "-9223372036854775808", -9223372036854775808L),
          of("NUMERIC(20,5)", "1.5", new BigDecimal("1.50000")),
          of("REAL", "1.1", 1.1f),
          of("DOUBLE PRECISION", "1e300", 1.0E300),
          of("DOUBLE PRECISION", "'NaN'", Double.NaN),
          of("DECFLOAT", "1.50", new BigDecimal("1.5")),
          of("DATE", "DATE '2024-02-29'", LocalDate.parse("2024-02-29")),
          of("DATE", "DATE '1000-01-01'", LocalDate.parse("1000-01-01")),
          of("TIME(9)", "TIME '12:00:00.123456789'", LocalTime.parse("12:00:00.123456789")),
          of(
              "TIME(6) WITH TIME ZONE",
              "TIME WITH TIME ZONE '12:00:00.5+01:30'",
              OffsetTime.parse("12:00:00.500+01:30")),
          of(
              "TIMESTAMP",
              "TIMESTAMP '2024-03-31 02:30:00.123456'",
              LocalDateTime.parse("2024-03-31T02:30:00.123456")),
          of(
              "TIMESTAMP(9)",
              "TIMESTAMP '1000-01-01 00:00:00.000000001'",
              LocalDateTime.parse("1000-01-01T00:00:00.000000001")),
          of(
              "TIMESTAMP WITH TIME ZONE",
              "TIMESTAMP WITH TIME ZONE '2024-01-31 12:00:00.123456+01'",
              OffsetDateTime.parse("2024-01-31T12:00:00.123456+01:00")),
          of("INTERVAL YEAR", "INTERVAL '1' YEAR", "INTERVAL '1' YEAR"),
          of(
              "INTERVAL DAY TO SECOND",
              "INTERVAL '1 2:03:04.5' DAY TO SECOND",
              "INTERVAL '1 02:03:04.5' DAY TO SECOND"),
          of("INTERVAL MONTH", "INTERVAL '5' MONTH", "INTERVAL '5' MONTH"),
          of(
              "INTERVAL YEAR TO MONTH",
              "INTERVAL '1-02' YEAR TO MONTH",
              "INTERVAL '1-2' YEAR TO MONTH"),
          of("INTERVAL DAY", "INTERVAL '3' DAY", "INTERVAL '3' DAY"),
          of("INTERVAL HOUR", "INTERVAL '4' HOUR", "INTERVAL '4' HOUR"),
          of("INTERVAL MINUTE", "INTERVAL '5' MINUTE", "INTERVAL '5' MINUTE"),
          of("INTERVAL SECOND", "INTERVAL '6.5' SECOND", "INTERVAL '6.5' SECOND"),
          of("INTERVAL DAY TO HOUR", "INTERVAL '1 02' DAY TO HOUR", "INTERVAL '1 02' DAY TO HOUR"),
          of(
              "INTERVAL DAY TO MINUTE",
              "INTERVAL '1 02:03' DAY TO MINUTE",
              "INTERVAL '1 02:03' DAY TO MINUTE"),
          of(
              "INTERVAL HOUR TO MINUTE",
              "INTERVAL '2:03' HOUR TO MINUTE",
              "INTERVAL '2:03' HOUR TO MINUTE"),
          of(
              "INTERVAL HOUR TO SECOND",
              "INTERVAL '2:03:04.5' HOUR TO SECOND",
              "INTERVAL '2:03:04.5' HOUR TO SECOND"),
          of(
              "INTERVAL MINUTE TO SECOND",
              "INTERVAL '3:04.5' MINUTE TO SECOND",
              "INTERVAL '3:04.5' MINUTE TO SECOND"),
          refused("JAVA_OBJECT", "X'01'"),
          of("ENUM('a','b')", "'b'", "b"),
          of("GEOMETRY", "'POINT(1 2)'", "POINT (1 2)"),
          of("JSON", "JSON '{\"a\":1}'", "{\"a\":1}"),
          of(
              "UUID",
              "'123e4567-e89b-12d3-a456-426614174000'",
              UUID.fromString("123e4567-e89b-12d3-a456-426614174000")),
          refused("ROW(a INT, b VARCHAR)", "ROW(1,'x')"),
          of("INTEGER ARRAY", "ARRAY[1,NULL,3]", list(1, null, 3)),
          of(
              "TIME(6) ARRAY",
              "ARRAY[TIME '12:00:00.123456']",
              list(LocalTime.parse("12:00:00.123456"))),
          of(
              "TIMESTAMP ARRAY",
              "ARRAY[TIMESTAMP '2024-03-31 02:30:00.123456']",
              list(LocalDateTime.parse("2024-03-31T02:30:00.123456"))),
          of(
              "TIMESTAMP WITH TIME ZONE ARRAY",
              "ARRAY[TIMESTAMP WITH TIME ZONE '2024-01-31 12:00:00.123456+01']",
              list(OffsetDateTime.parse("2024-01-31T12:00:00.123456+01:00"))),
          of("DATE ARRAY", "ARRAY[DATE '1000-01-01']", list(LocalDate.parse("1000-01-01"))),
          of("INTEGER ARRAY ARRAY", "ARRAY[ARRAY[1,2],ARRAY[3]]", list(list(1, 2), list(3))),
          of(
              "UUID ARRAY",
              "ARRAY[UUID '123e4567-e89b-12d3-a456-426614174000']",
              list(UUID.fromString("123e4567-e89b-12d3-a456-426614174000"))),
          of("VARBINARY ARRAY", "ARRAY[X'01']", list(bytes("01"))),
          of("JSON ARRAY", "ARRAY[JSON '1']", list("1")),
          of("VARCHAR ARRAY", "ARRAY[]", list()),
          of("ENUM('a','b') ARRAY", "ARRAY['a']", list("a")));

  private static SqlTypeCase of(String type, String literal, Object value) {
    return new SqlTypeCase(type, literal, value);
  }

  /** Read as bytes: the reference system, then the well-known binary form. */
  private static SqlTypeCase geometry(String type, String text, String hex) {
    return of(type, "ST_GeomFromText('" + text + "')", bytes(hex));
  }

  private static SqlTypeCase refused(String type, String literal) {
    return new SqlTypeCase(type, literal, null);
  }

  private static List<SqlTypeCase> with(SqlTypeCase... more) {
    List<SqlTypeCase> all = new ArrayList<>(BOTH);
    Collections.addAll(all, more);
    return all;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static List<@Nullable Object> list(@Nullable Object... elements) {
    return Arrays.asList(elements);
  }
}
