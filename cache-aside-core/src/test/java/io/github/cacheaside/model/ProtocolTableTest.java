package io.github.cacheaside.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.model.World.Fault;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of {@code protocol.md}, walked again: three readers, two writers, at most one fault;
 * permanent stale / stale after ack / stale after commit.
 */
final class ProtocolTableTest {
  private static final Map<String, Protocol> PROTOCOLS =
      Map.of(
          "naive", new NaiveProtocol(),
          "double delete", new NaiveProtocol.DoubleDelete(),
          "lease", new LeaseProtocol(),
          "lease + intent", new IntentProtocol());

  @ParameterizedTest(name = "{0}, {1}: {2}, in {3} states")
  @CsvSource({
    "naive,          NONE,         6/852/1410,   42017",
    "double delete,  NONE,         6/2148/2904,  99030",
    "lease,          NONE,         0/0/504,      92545",
    "lease + intent, NONE,         0/0/0,        42045",
    "naive,          EVICTION,     12/882/1464,  56065",
    "double delete,  EVICTION,     12/2220/3006, 129929",
    "lease,          EVICTION,     0/0/840,      188797",
    "lease + intent, EVICTION,     0/0/612,      266941",
    "naive,          CRASH,        30/1374/2766, 75467",
    "double delete,  CRASH,        30/3192/4980, 156630",
    "lease,          CRASH,        6/0/1260,     177077",
    "lease + intent, CRASH,        0/0/0,        73355",
    "lease + intent, EARLY_EXPIRY, 0/0/612,      254612",
    "naive,          FAILOVER,     14/1734/2532, 62284",
    "double delete,  FAILOVER,     14/4368/5568, 158850",
    "lease,          FAILOVER,     8/1242/2424,  296936",
    "lease + intent, FAILOVER,     0/0/468,      241498",
  })
  void theFiguresAreThoseOfTheProtocol(String protocol, Fault fault, String figures, int states) {
    Explorer.Findings found =
        java.util.Objects.requireNonNull(PROTOCOLS.get(protocol)).explore(3, 2, fault);
    assertThat(found.figures()).as(() -> found.examples().toString()).isEqualTo(figures);
    assertThat(found.states()).isEqualTo(states);
  }
}
