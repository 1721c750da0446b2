package io.github.cacheaside.codec;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.github.cacheaside.engine.base.BadAnswerException;
import io.github.cacheaside.engine.base.Internal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a value can't be written or read: class and property path, and never anything of the value or
 * a key of a map. Only messages of our own are known to hold none.
 */
@Internal
public final class Reasons {
  private static final int MOST_CAUSES = 10;
  private static final int MOST_STEPS = 20;

  /** Each Jackson may be missing; then it throws nothing. */
  private static final List<Dialect> DIALECTS =
      Stream.of(dialect(Jackson2::new), dialect(Jackson3::new)).filter(Objects::nonNull).toList();

  private Reasons() {}

  /** The exceptions of one Jackson. */
  private interface Dialect {
    /** Whether it is an exception that has a path. */
    boolean knows(Throwable failure);

    @Nullable Class<?> type(Throwable failure);

    Stream<String> path(Throwable failure);
  }

  private interface DialectMaker {
    Dialect make();
  }

  private static @Nullable Dialect dialect(DialectMaker maker) {
    try {
      Dialect dialect = maker.make();
      dialect.knows(new IllegalStateException("links it"));
      return dialect;
    } catch (LinkageError absent) {
      return null;
    }
  }

  public static String of(Throwable failure) {
    String path = path(failure);
    String why = why(failure);
    return path.isEmpty() ? why : path + ": " + why;
  }

  private static String why(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++, cause = cause.getCause()) {
      if (cause instanceof RefusedValueException || cause instanceof BadAnswerException) {
        return String.valueOf(cause.getMessage());
      }
    }
    String name = failure.getClass().getName();
    Class<?> type = type(failure);
    return type == null ? name : name + " for " + type.getName();
  }

  private static @Nullable Class<?> type(Throwable failure) {
    for (Dialect dialect : DIALECTS) {
      if (dialect.knows(failure)) {
        return dialect.type(failure);
      }
    }
    return null;
  }

  private static String path(Throwable failure) {
    StringBuilder path = new StringBuilder();
    for (Dialect dialect : DIALECTS) {
      if (dialect.knows(failure)) {
        dialect.path(failure).limit(MOST_STEPS).forEach(path::append);
      }
    }
    return path.toString();
  }

  /** A name that is a key of a map may be a secret. */
  private static String step(@Nullable Object from, @Nullable String property) {
    Class<?> type = from instanceof Class<?> known ? known : from == null ? null : from.getClass();
    if (type == null || property == null) {
      return "[]";
    }
    return Map.class.isAssignableFrom(type) ? "{}" : "(" + type.getName() + ")." + property;
  }

  private static final class Jackson2 implements Dialect {
    @Override
    public boolean knows(Throwable failure) {
      return failure instanceof JsonMappingException;
    }

    @Override
    public @Nullable Class<?> type(Throwable failure) {
      if (failure instanceof InvalidDefinitionException bad && bad.getType() != null) {
        return bad.getType().getRawClass();
      }
      return failure instanceof MismatchedInputException bad ? bad.getTargetType() : null;
    }

    @Override
    public Stream<String> path(Throwable failure) {
      return ((JsonMappingException) failure)
          .getPath().stream().map(step -> step(step.getFrom(), step.getFieldName()));
    }
  }

  private static final class Jackson3 implements Dialect {
    @Override
    public boolean knows(Throwable failure) {
      return failure instanceof tools.jackson.core.JacksonException;
    }

    @Override
    public @Nullable Class<?> type(Throwable failure) {
      if (failure instanceof tools.jackson.databind.exc.InvalidDefinitionException bad
          && bad.getType() != null) {
        return bad.getType().getRawClass();
      }
      return failure instanceof tools.jackson.databind.exc.MismatchedInputException bad
          ? bad.getTargetType()
          : null;
    }

    @Override
    public Stream<String> path(Throwable failure) {
      return ((tools.jackson.core.JacksonException) failure)
          .getPath().stream().map(step -> step(step.from(), step.getPropertyName()));
    }
  }
}
