package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The subjects by name. */
public final class Subjects {
  public static final String LEASE = "cache-aside";
  public static final String NEAR = "cache-aside-near";
  public static final String FENCED = "cache-aside-fenced";
  public static final String DEL_RELEASE = "mutant-del-instead-of-release";
  public static final String LATE_INTENT = "mutant-intent-after-commit";
  public static final String FENCED_NO_TOKEN = "mutant-fenced-no-token-check";
  public static final String TAGS_OF_KEY = "cache-aside-tags-of-key";
  public static final String TAGS_OF_VALUE = "cache-aside-tags-of-value";
  public static final String LATE_GENERATIONS = "mutant-generations-read-after-load";
  public static final String NO_BREAKER = "cache-aside-without-breaker";
  public static final String NAIVE = "naive";
  public static final String REDISSON = "redisson";
  public static final String NO_TOKEN = "mutant-no-token-check";
  public static final String EARLY_DROP = "mutant-drop-before-commit";
  public static final String REGRANT = "mutant-renew-grants-anew";

  public static final List<String> PEERS =
      List.of("jetcache", REDISSON, "spring", "spring-locking");

  private static final Map<String, Function<Subject.Environment, Subject>> BY_NAME =
      new LinkedHashMap<>();

  static {
    BY_NAME.put(LEASE, LeaseSubject::new);
    BY_NAME.put(NEAR, environment -> LeaseSubject.near(environment, 100_000));
    BY_NAME.put(NO_BREAKER, LeaseSubject::withoutBreaker);
    BY_NAME.put(FENCED, FencedSubject::new);
    BY_NAME.put(
        DEL_RELEASE,
        environment ->
            new FencedSubject(
                environment, MutantStores.deletesInsteadOfReleasing(environment.redis())));
    BY_NAME.put(
        FENCED_NO_TOKEN,
        environment ->
            new FencedSubject(environment, MutantStores.fillsOverMarks(environment.redis())));
    BY_NAME.put(LATE_INTENT, WrongOrderSubject::intentAfterCommit);
    BY_NAME.put(TAGS_OF_KEY, TagSubject::ofKey);
    BY_NAME.put(TAGS_OF_VALUE, TagSubject::ofValue);
    BY_NAME.put(LATE_GENERATIONS, TagSubject::lateGenerations);
    BY_NAME.put(NO_TOKEN, environment -> new LeaseSubject(environment, MutantStores::noTokenCheck));
    BY_NAME.put(EARLY_DROP, WrongOrderSubject::dropBeforeCommit);
    BY_NAME.put(
        REGRANT, environment -> new LeaseSubject(environment, MutantStores::renewGrantsAnew));
    BY_NAME.put(NAIVE, NaiveSubject::new);
    BY_NAME.put("jetcache", JetCacheSubject::new);
    BY_NAME.put(REDISSON, RedissonSubject::new);
    BY_NAME.put("spring", environment -> new SpringSubject(environment, false));
    BY_NAME.put("spring-locking", environment -> new SpringSubject(environment, true));
  }

  private Subjects() {}

  public static Subject open(String name, Subject.Environment environment) {
    Function<Subject.Environment, Subject> maker = BY_NAME.get(name);
    if (maker == null) {
      throw new IllegalArgumentException("no such subject: " + name + "; there are " + names());
    }
    return maker.apply(environment);
  }

  static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }
}
