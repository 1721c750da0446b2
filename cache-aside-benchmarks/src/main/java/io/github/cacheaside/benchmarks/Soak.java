package io.github.cacheaside.benchmarks;

import io.github.cacheaside.OriginLimiter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Subjects under load and random faults, all of them at the same time, in rounds: some seconds of
 * faults, then rest, in which everything is looked at.
 */
final class Soak implements AutoCloseable {
  private static final int NODES = 2;
  private static final int KEYS = 320;
  private static final int QUIET = 64;
  private static final Duration LOAD = Duration.ofMillis(1);
  private static final Team.Shape SHAPE = new Team.Shape(8, 2, 24, KEYS - QUIET, 4_000, 10_000);
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(10);
  private static final int FEWEST_ROUNDS = 6;

  /** Looks at the process while everything is at rest. */
  @FunctionalInterface
  interface AtRest {
    void look(List<Team> teams);
  }

  private final Ground ground;
  private final List<Team> teams = new ArrayList<>();
  private final SoakFaults faults;
  private final Hiccups hiccups = new Hiccups();

  Soak(List<String> subjects, long seed) throws Exception {
    this.ground = new Ground(NODES);
    SplittableRandom random = new SplittableRandom(seed);
    for (String subject : subjects) {
      teams.add(team(subject, random.nextLong()));
    }
    this.faults = new SoakFaults(ground, seed);
  }

  private Team team(String subject, long seed) throws Exception {
    Ledger ledger = new Ledger(KEYS);
    int threads = NODES * (SHAPE.readers() + SHAPE.writers());
    BusyDatabase database = new BusyDatabase(ground.schema(KEYS), threads, ledger, LOAD, true);
    SplittableRandom dice = new SplittableRandom(seed);
    OutageSubjects.Shared shared =
        new OutageSubjects.Shared(
            database, OriginLimiter.of(OutageSubjects.PLACES), () -> ttl(dice));
    List<Subject> nodes = new ArrayList<>();
    for (LinkProxy way : ground.ways()) {
      nodes.add(OutageSubjects.open(subject, way.uri(), shared));
    }
    return new Team(SHAPE, ledger, database, nodes, seed);
  }

  /** Most values outlive the round; some expire under way. */
  private static Duration ttl(SplittableRandom dice) {
    synchronized (dice) {
      return dice.nextInt(10) == 0
          ? Duration.ofMillis(dice.nextInt(20, 500))
          : Duration.ofMinutes(10);
    }
  }

  List<Team> teams() {
    return teams;
  }

  /** How often each kind of fault has happened. */
  Map<String, Integer> faults() {
    return faults.counts();
  }

  /** How long this process stood still, at most. */
  Hiccups hiccups() {
    return hiccups;
  }

  /** Runs rounds for that long, rests included; three at least, however slow the machine is. */
  void run(Duration time, AtRest atRest) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    Duration round = time.dividedBy(FEWEST_ROUNDS);
    round = round.compareTo(LONGEST_ROUND) > 0 ? LONGEST_ROUND : round;
    hiccups.start();
    teams.forEach(Team::start);
    for (int rounds = 0; rounds < 3 || System.nanoTime() - end < 0; rounds++) {
      faults.runUntil(System.nanoTime() + round.toNanos());
      rest(0, atRest);
    }
    for (Team team : teams) {
      team.stop();
    }
    hiccups.stop();
  }

  /** All teams come to rest, one within the other. */
  private void rest(int team, AtRest atRest) {
    if (team < teams.size()) {
      teams.get(team).whileAtRest(() -> rest(team + 1, atRest));
      return;
    }
    teams.parallelStream().forEach(each -> new Rest(ground.redis().uri(), each).check());
    atRest.look(teams);
  }

  @Override
  public void close() throws IOException {
    faults.close();
    teams.forEach(Team::close);
    ground.close();
  }
}
