package io.github.cacheaside;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a value can't be written or read: class and property path, and never anything of the value or
 * a key of a map. Only messages of our own are known to hold none.
 */
final class Reasons {
  private static final int MOST_CAUSES = 10;
  private static final int MOST_STEPS = 20;

  private Reasons() {}

  static String of(Throwable failure) {
    String path = path(failure);
    String why = why(failure);
    return path.isEmpty() ? why : path + ": " + why;
  }

  private static String why(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++, cause = cause.getCause()) {
      if (cause instanceof ValueCodec.RefusedException || cause instanceof BadAnswerException) {
        return String.valueOf(cause.getMessage());
      }
    }
    String name = failure.getClass().getName();
    Class<?> type = type(failure);
    return type == null ? name : name + " for " + type.getName();
  }

  private static @Nullable Class<?> type(Throwable failure) {
    if (failure instanceof InvalidDefinitionException bad && bad.getType() != null) {
      return bad.getType().getRawClass();
    }
    return failure instanceof MismatchedInputException bad ? bad.getTargetType() : null;
  }

  private static String path(Throwable failure) {
    return failure instanceof JsonMappingException mapping ? path(mapping.getPath()) : "";
  }

  private static String path(List<JsonMappingException.Reference> steps) {
    return steps.stream().limit(MOST_STEPS).map(Reasons::step).collect(Collectors.joining());
  }

  /** A name that is a key of a map may be a secret. */
  private static String step(JsonMappingException.Reference step) {
    Object from = step.getFrom();
    Class<?> type = from instanceof Class<?> known ? known : from == null ? null : from.getClass();
    if (type == null || step.getFieldName() == null) {
      return "[]";
    }
    return Map.class.isAssignableFrom(type)
        ? "{}"
        : "(" + type.getName() + ")." + step.getFieldName();
  }
}
