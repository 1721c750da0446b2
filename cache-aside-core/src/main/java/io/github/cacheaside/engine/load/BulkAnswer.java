package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.KeyEncoder;
import io.github.cacheaside.PartialLoadException;
import io.github.cacheaside.engine.base.BadAnswerException;
import io.github.cacheaside.engine.base.CacheLog;
import io.github.cacheaside.engine.base.OneByOneLoad;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Decides which keys of a bulk load have no row. A key that the loader left out has none, unless it
 * may be there under another spelling, since databases compare text differently from {@code equals}
 * (most collations of MySQL: {@code 'ABC' = 'abc '}). That is so for all missing keys when the
 * loader answered with a key that was not asked for; and for a key that differs from a found one
 * only in case, accents or white space. Such keys are loaded one by one.
 */
final class BulkAnswer<K, V> {
  private static final Logger LOG = CacheLog.LOG;
  private static final Pattern MARKS_AND_SPACE = Pattern.compile("[\\p{M}\\s]+");

  private final CacheLoader<K, V> loader;
  private final KeyEncoder<? super K> encoder;
  private final String cache;
  private final AtomicBoolean told;

  /**
   * For one loader.
   *
   * @param told whether it was told that a loader has answered with other keys
   */
  BulkAnswer(
      CacheLoader<K, V> loader, KeyEncoder<? super K> encoder, String cache, AtomicBoolean told) {
    this.loader = loader;
    this.encoder = encoder;
    this.cache = cache;
    this.told = told;
  }

  /** Runs the bulk loader, and then the single one for keys that may be there all the same. */
  Map<K, ?> load(List<K> keys) throws Exception {
    Map<K, V> found;
    Map<?, ? extends Throwable> failures = Map.of();
    try {
      found = checked(loader.loadAll(keys));
    } catch (PartialLoadException e) {
      found = values(e);
      failures = e.failures();
    }
    List<K> doubtful = doubtful(keys, found, failures);
    if (doubtful.isEmpty()) {
      return answer(found, failures);
    }
    Map<K, V> all = new LinkedHashMap<>(found);
    Map<Object, Throwable> failed = new LinkedHashMap<>(failures);
    try {
      all.putAll(new OneByOneLoad<>(loader).load(doubtful));
    } catch (PartialLoadException e) {
      all.putAll(values(e));
      failed.putAll(e.failures());
    }
    return answer(all, failed);
  }

  private Map<K, V> checked(@Nullable Map<K, V> found) {
    Map<K, V> answer = BadAnswerException.ifNull(found, "loadAll", cache);
    for (K key : answer.keySet()) {
      if (key == null) {
        throw new BadAnswerException("loadAll", cache, "a key that is null");
      }
    }
    return answer;
  }

  /** The missing keys that may have a row all the same. */
  private List<K> doubtful(List<K> keys, Map<K, ?> found, Map<?, ? extends Throwable> failures) {
    if (found.isEmpty() || !loader.loadsInBulk()) {
      return List.of();
    }
    List<K> missing =
        keys.stream()
            .filter(key -> found.get(key) == null && !failures.containsKey(key))
            .collect(Collectors.toCollection(ArrayList::new));
    if (missing.isEmpty()) {
      return missing;
    }
    if (keys.stream().filter(found::containsKey).count() < found.size()) {
      tell();
      return missing;
    }
    Set<String> spellings = new HashSet<>();
    found.keySet().forEach(key -> spellings.add(spelling(key, encoder)));
    missing.removeIf(key -> !spellings.contains(spelling(key, encoder)));
    return missing;
  }

  /** The same for texts that a collation may take for equal. */
  private static <K> String spelling(K key, KeyEncoder<? super K> encoder) {
    String decomposed = Normalizer.normalize(encoder.encode(key), Normalizer.Form.NFKD);
    return MARKS_AND_SPACE.matcher(decomposed).replaceAll("").toLowerCase(Locale.ROOT);
  }

  /** The value of a key that was asked for alone, if it is there under another spelling. */
  static <K, V> @Nullable V underAnotherSpelling(
      K key, Map<K, V> found, KeyEncoder<? super K> encoder) {
    String wanted = spelling(key, encoder);
    for (Map.Entry<K, V> entry : found.entrySet()) {
      if (spelling(entry.getKey(), encoder).equals(wanted)) {
        return entry.getValue();
      }
    }
    return null;
  }

  private Map<K, ?> answer(Map<K, V> found, Map<?, ? extends Throwable> failures) {
    if (failures.isEmpty()) {
      return found;
    }
    throw new PartialLoadException(found, failures);
  }

  @SuppressWarnings("unchecked") // what this loader found is of its type
  private static <K, V> Map<K, V> values(PartialLoadException partial) {
    return (Map<K, V>) partial.found();
  }

  private void tell() {
    if (!told.getAndSet(true)) {
      LOG.warn(
          "the bulk loader of {} answered with keys that were not asked for: if the database"
              + " compares keys differently from equals(), convert them to one spelling; keys"
              + " without an answer are loaded one by one",
          cache);
    }
  }
}
