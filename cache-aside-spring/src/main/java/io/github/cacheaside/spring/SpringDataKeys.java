package io.github.cacheaside.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.KeysetScrollPosition;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.OffsetScrollPosition;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.util.ClassUtils;

/** What distinguishes the parameters that Spring Data gives to repositories, where it is there. */
final class SpringDataKeys {
  private static final String OWN = "org.springframework.data.";
  private static final boolean PRESENT =
      ClassUtils.isPresent(OWN + "domain.Pageable", SpringDataKeys.class.getClassLoader());

  private SpringDataKeys() {}

  /** The parts of a value; null if it is no known one. A class of an application may have more. */
  static @Nullable List<Object> parts(Object value) {
    return PRESENT && value.getClass().getName().startsWith(OWN) ? Domain.parts(value) : null;
  }

  /** Loaded only where its classes are. */
  private static final class Domain {
    static @Nullable List<Object> parts(Object value) {
      if (value instanceof Pageable page) {
        return page.isPaged()
            ? List.of(page.getPageNumber(), page.getPageSize(), page.getSort())
            : List.of(page.getSort());
      }
      if (value instanceof Sort sort) {
        return List.copyOf(sort.toList());
      }
      if (value instanceof Sort.Order order) {
        return List.of(
            order.getProperty(),
            order.getDirection(),
            order.isIgnoreCase(),
            order.getNullHandling());
      }
      if (value instanceof Limit limit) {
        return limit.isLimited() ? List.of(limit.max()) : List.of();
      }
      if (value instanceof OffsetScrollPosition position) {
        return position.isInitial() ? List.of() : List.of(position.getOffset());
      }
      if (value instanceof KeysetScrollPosition position) {
        return List.of(position.getKeys(), position.getDirection());
      }
      return null;
    }
  }
}
