package io.github.cacheaside.model;

import io.github.cacheaside.model.Model.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Visits every state that a model can reach, each once, nearest first; so the example that it gives
 * for a broken promise is a shortest one.
 */
final class Explorer<S> implements Model.Steps<S> {

  /**
   * What was found.
   *
   * @param states how many states there are
   * @param broken how many steps break each promise
   * @param examples for each broken promise the states on a shortest way there
   */
  record Findings(int states, Map<Promise, Integer> broken, Map<Promise, String> examples) {

    int count(Promise promise) {
      return broken.getOrDefault(promise, 0);
    }

    /** As in {@code protocol.md}: permanent stale / stale after ack / stale after commit. */
    String figures() {
      return count(Promise.NOT_STALE_FOR_EVER)
          + "/"
          + count(Promise.NOT_STALE_AFTER_ACK)
          + "/"
          + count(Promise.NOT_STALE_AFTER_COMMIT);
    }
  }

  private final Map<S, S> cameFrom = new HashMap<>();
  private final Deque<S> unvisited = new ArrayDeque<>();
  private final Map<Promise, Integer> broken = new EnumMap<>(Promise.class);
  private final Map<Promise, String> examples = new EnumMap<>(Promise.class);
  private @Nullable S at;

  private Explorer() {}

  static <S> Findings explore(Model<S> model) {
    Explorer<S> explorer = new Explorer<>();
    S start = model.start();
    explorer.cameFrom.put(start, start);
    explorer.unvisited.add(start);
    for (S state = explorer.unvisited.poll(); state != null; state = explorer.unvisited.poll()) {
      explorer.at = state;
      model.steps(state, explorer);
    }
    return new Findings(explorer.cameFrom.size(), explorer.broken, explorer.examples);
  }

  @Override
  public void to(S next) {
    if (cameFrom.putIfAbsent(next, at()) == null) {
      unvisited.add(next);
    }
  }

  @Override
  public void broken(Promise promise) {
    broken.merge(promise, 1, Integer::sum);
    examples.computeIfAbsent(promise, first -> way());
  }

  private S at() {
    return java.util.Objects.requireNonNull(at);
  }

  private String way() {
    List<String> states = new ArrayList<>();
    S state = at();
    for (S before = cameFrom.get(state); before != null && before != state; ) {
      states.add(state.toString());
      state = before;
      before = cameFrom.get(state);
    }
    states.add(state.toString());
    Collections.reverse(states);
    return String.join("\n", states);
  }
}
