package io.github.cacheaside;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The circles in which classes know each other: strongly connected components, by Tarjan's
 * algorithm (SIAM J. Comput. 1, 1972). A nested class belongs to the class of its file.
 */
final class Circles {
  private final Map<String, Set<String>> known = new TreeMap<>();
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final Set<String> onPath = new TreeSet<>();
  private final List<List<String>> circles = new ArrayList<>();

  Circles(Iterable<JavaClass> classes) {
    for (JavaClass from : classes) {
      String file = file(from);
      Set<String> others = known.computeIfAbsent(file, any -> new TreeSet<>());
      from.getDirectDependenciesFromSelf()
          .forEach(to -> others.add(file(to.getTargetClass().getBaseComponentType())));
      others.remove(file);
    }
    known.values().forEach(others -> others.retainAll(known.keySet()));
  }

  private static String file(JavaClass of) {
    String name = of.getFullName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** Those of two classes and more, the largest first. */
  List<List<String>> all() {
    for (String name : known.keySet()) {
      if (!index.containsKey(name)) {
        visit(name);
      }
    }
    circles.sort(Comparator.comparing((List<String> circle) -> -circle.size()));
    return circles;
  }

  private void visit(String name) {
    index.put(name, index.size());
    lowest.put(name, index.get(name));
    path.push(name);
    onPath.add(name);
    for (String next : known.getOrDefault(name, Set.of())) {
      if (!index.containsKey(next)) {
        visit(next);
        lowest.merge(name, lowest.get(next), Math::min);
      } else if (onPath.contains(next)) {
        lowest.merge(name, index.get(next), Math::min);
      }
    }
    if (lowest.get(name).equals(index.get(name))) {
      close(name);
    }
  }

  private void close(String name) {
    List<String> circle = new ArrayList<>();
    String last;
    do {
      last = path.pop();
      onPath.remove(last);
      circle.add(last.substring(last.lastIndexOf('.') + 1));
    } while (!last.equals(name));
    if (circle.size() > 1) {
      circles.add(circle);
    }
  }
}
