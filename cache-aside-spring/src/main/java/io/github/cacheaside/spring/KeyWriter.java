package io.github.cacheaside.spring;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ReflectionUtils;

/**
 * Writes one key. Each kind of value begins with what no other kind begins with, or goes on with
 * what no other goes on with:
 *
 * <pre>
 * 5 -5          integral number       abc "5" "a b"     string
 * 1.5 1.5f 1.5m double, float, BigDecimal
 * true false    boolean               null              null
 * a.Color#RED   enum                  a.Range(1,2)      record, or of Spring Data
 * (1,2)         SimpleKey             [1,2] @[1,2]      list, array
 * {1,2} {1=2}   set, map ({=} empty)  ?(1) ?()          Optional
 * Instant&lt;…&gt;    other types of the JDK                 a.Page'…'  what the application has told
 * </pre>
 */
final class KeyWriter {
  private static final int DEEPEST = 32;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_@-]*");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
  private static final Set<String> WORDS = Set.of("true", "false", "null");
  private static final Field PARAMETERS = parameters();

  private final SpringKeys keys;
  private final StringBuilder out = new StringBuilder();
  private String where = "";
  private int depth;

  KeyWriter(SpringKeys keys) {
    this.keys = keys;
  }

  /** {@code SimpleKey} doesn't tell them. */
  private static Field parameters() {
    Field field = ReflectionUtils.findField(SimpleKey.class, "params");
    if (field == null) {
      throw new IllegalStateException("SimpleKey of this Spring Framework has no field params");
    }
    ReflectionUtils.makeAccessible(field);
    return field;
  }

  String write(Object key) {
    any(key);
    return out.toString();
  }

  private void any(@Nullable Object value) {
    if (value == null) {
      out.append("null");
      return;
    }
    Function<Object, String> told = keys.told(value.getClass());
    if (told != null) {
      out.append(value.getClass().getName());
      quoted(String.valueOf(told.apply(value)), '\'');
    } else if (!scalar(value) && !composite(value)) {
      throw refused(value);
    }
  }

  private UnknownKeyException refused(Object value) {
    return new UnknownKeyException(
        "no stable text is known for "
            + (where.isEmpty() ? "a key" : where + " of a key")
            + " of type "
            + value.getClass().getName()
            + "; give the annotation a key, such as key = \"#order.id\", or make the type known by"
            + " SpringKeys.with");
  }

  @SuppressWarnings("JavaUtilDate") // a type of keys that others have chosen
  private boolean scalar(Object value) {
    if (value instanceof String text) {
      string(text);
    } else if (value instanceof Number number) {
      return number(number);
    } else if (value instanceof Boolean || value instanceof UUID) {
      out.append(value);
    } else if (value instanceof Enum<?> constant) {
      out.append(constant.getDeclaringClass().getName()).append('#').append(constant.name());
    } else if (value instanceof Class<?> type) {
      out.append("Class<").append(type.getName()).append('>');
    } else if (value.getClass() == Date.class) {
      out.append("Date<").append(((Date) value).getTime()).append('>');
    } else if (isPlainInJdk(value)) {
      out.append(value.getClass().getSimpleName()).append('<').append(value).append('>');
    } else {
      return false;
    }
    return true;
  }

  private static boolean isPlainInJdk(Object value) {
    if (value instanceof TemporalAccessor
        || value instanceof TemporalAmount
        || value instanceof java.time.ZoneId) {
      return value.getClass().getPackageName().equals("java.time");
    }
    return value instanceof Character || value instanceof Locale || value instanceof Currency;
  }

  private boolean number(Number number) {
    if (number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte
        || number.getClass() == BigInteger.class) {
      out.append(number);
    } else if (number instanceof Double real) {
      out.append(real.isNaN() || real.isInfinite() ? "Double<" + real + ">" : real.toString());
    } else if (number instanceof Float real) {
      out.append(real.isNaN() || real.isInfinite() ? "Float<" + real + ">" : real + "f");
    } else if (number.getClass() == BigDecimal.class) {
      out.append(number).append('m');
    } else {
      return false;
    }
    return true;
  }

  private void string(String text) {
    if (PLAIN.matcher(text).matches()
        && !WORDS.contains(text)
        && !UUID_TEXT.matcher(text).matches()) {
      out.append(text);
    } else {
      quoted(text, '"');
    }
  }

  private void quoted(String text, char quote) {
    out.append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote || c == '\\') {
        out.append('\\').append(c);
      } else if (isHalfOfAPair(text, i)) {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        out.append(c);
      }
    }
    out.append(quote);
  }

  private static boolean isHalfOfAPair(String text, int at) {
    char c = text.charAt(at);
    if (!Character.isSurrogate(c)) {
      return false;
    }
    return Character.isHighSurrogate(c)
        ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
        : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
  }

  private boolean composite(Object value) {
    if (++depth > DEEPEST) {
      throw new UnknownKeyException("a key is nested more than " + DEEPEST + " times");
    }
    if (value instanceof SimpleKey key) {
      array("(", ReflectionUtils.getField(PARAMETERS, key), "parameter ", ")");
    } else if (value instanceof byte[] bytes) {
      out.append("@x").append('[').append(HexFormat.of().formatHex(bytes)).append(']');
    } else if (value.getClass().isArray()) {
      array("@[", value, "element ", "]");
    } else if (value instanceof List<?> list) {
      all("[", list, "element ", "]");
    } else if (value instanceof Set<?> set) {
      out.append('{').append(String.join(",", sorted(set))).append('}');
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else if (value instanceof Optional<?> optional) {
      all("?(", optional.map(List::<Object>of).orElse(List.of()), "element ", ")");
    } else if (value instanceof Record row) {
      row(row);
    } else {
      List<Object> parts = SpringDataKeys.parts(value);
      if (parts == null) {
        return false;
      }
      all(value.getClass().getName() + "(", parts, "part ", ")");
    }
    depth--;
    return true;
  }

  private void array(String open, @Nullable Object array, String kind, String close) {
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; array != null && i < Array.getLength(array); i++) {
      elements.add(Array.get(array, i));
    }
    all(open, elements, kind, close);
  }

  private void all(
      String open, List<? extends @Nullable Object> elements, String kind, String close) {
    String outer = where;
    out.append(open);
    for (int i = 0; i < elements.size(); i++) {
      where = outer + (outer.isEmpty() ? "" : ", ") + kind + (i + 1);
      out.append(i == 0 ? "" : ",");
      any(elements.get(i));
    }
    out.append(close);
    where = outer;
  }

  /** The text of each, in an order that does not depend on that of the set. */
  private List<String> sorted(Set<?> set) {
    List<String> texts = new ArrayList<>(set.size());
    for (Object each : set) {
      texts.add(apart(each));
    }
    Collections.sort(texts);
    return texts;
  }

  private void map(Map<?, ?> map) {
    List<String> entries = new ArrayList<>(map.size());
    for (Map.Entry<?, ?> each : map.entrySet()) {
      entries.add(apart(each.getKey()) + "=" + apart(each.getValue()));
    }
    Collections.sort(entries);
    out.append('{').append(entries.isEmpty() ? "=" : String.join(",", entries)).append('}');
  }

  private String apart(@Nullable Object value) {
    int from = out.length();
    String outer = where;
    where = outer + (outer.isEmpty() ? "" : ", ") + "an element";
    any(value);
    where = outer;
    String text = out.substring(from);
    out.setLength(from);
    return text;
  }

  private void row(Record row) {
    List<@Nullable Object> components = new ArrayList<>();
    for (RecordComponent each : row.getClass().getRecordComponents()) {
      ReflectionUtils.makeAccessible(each.getAccessor());
      components.add(ReflectionUtils.invokeMethod(each.getAccessor(), row));
    }
    all(row.getClass().getName() + "(", components, "component ", ")");
  }

  /** A key, or a part of it, has no stable text. */
  static final class UnknownKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnknownKeyException(String message) {
      super(message);
    }

    UnknownKeyException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
