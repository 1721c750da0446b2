package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
@WithServers
class MainTest {
  private final Map<String, String> environment;

  MainTest(RedisServer redis, DatabaseServer database) {
    this.environment = Run.environment(redis, database);
  }

  @Test
  void list_namesEveryExample() throws Exception {
    Run run = Run.of("list", Map.of());
    assertThat(run.status()).isZero();
    assertThat(run.output().lines())
        .hasSize(10)
        .anyMatch(line -> line.startsWith("  Tutorial "))
        .anyMatch(line -> line.startsWith("  WrapYourDao "));
  }

  @Test
  void unknownName_listsTheOthers() throws Exception {
    Run run = Run.of("Tutroial", Map.of());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output())
        .startsWith("There is no example \"Tutroial\".")
        .contains("  Tutorial ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"WrapYourDao", "ResultSetRecipe", "HashRecipe"})
  void withoutRedis_saysWhatToCheck(String example) throws Exception {
    Run run = Run.of(example, Run.with(environment, "REDIS_URL", "redis://127.0.0.1:1/"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output())
        .contains("FAILED: Redis does not answer at redis://127.0.0.1:1/. Check REDIS_URL");
  }

  @Test
  void wrapYourDao_readsThroughTheCache() throws Exception {
    assertThat(twice("WrapYourDao"))
        .contains("get 1001:           Read[value=Customer[id=1001, name=Ada Lovelace], outcome=LO")
        .contains("get 1001 again:     Read[value=Customer[id=1001, name=Ada Lovelace], outcome=HI")
        .contains("getAll:             [1001, 1002, 1003] of [1001, 1002, 1003, 9999]")
        .contains("get 9999:           Read[value=null, outcome=ABSENT]")
        .contains("after the update:   Read[value=Customer[id=1001, name=Ada King], outcome=LOADED")
        .contains("SELECTs of the DAO: 3, hits: 2");
  }

  @Test
  void customFormat_isBareJsonOfSelectedColumns() throws Exception {
    assertThat(twice("CustomFormatRecipe"))
        .contains("name=Ada Lovelace, email=ada@example.org], outcome=LOADED]")
        .contains("name=Ada Lovelace, email=ada@example.org], outcome=HIT]")
        .contains(
            "GET customer:id:1001 -> "
                + "{\"id\":1001,\"name\":\"Ada Lovelace\",\"email\":\"ada@example.org\"}");
  }

  @Test
  void hash_hasAFieldForEachColumn() throws Exception {
    assertThat(twice("HashRecipe"))
        .contains("credit=250.00, since=2015-12-10], outcome=LOADED]")
        .contains("credit=250.00, since=2015-12-10], outcome=HIT]")
        .contains("HGET customer:id:1001 name -> Ada Lovelace")
        .contains("credit=250.00, since=2015-12-10}");
  }

  @Test
  void applicationObject_comesBackEqual() throws Exception {
    assertThat(twice("ApplicationObjectRecipe"))
        .contains("name=Ada Lovelace, credit=250.00, level=TRUSTED], outcome=LOADED]")
        .contains("name=Ada Lovelace, credit=250.00, level=TRUSTED], outcome=HIT]")
        .contains("name=Grace Hopper, credit=99.50, level=NEW], outcome=HIT]");
  }

  @Test
  void resultSet_showsTheSameRowsTwice() throws Exception {
    String output = twice("ResultSetRecipe");
    String[] reads = output.split("(first|second) read: ", -1);
    assertThat(reads).hasSize(3);
    assertThat(reads[1]).startsWith("LOADED\n").contains("1003  Alan Turing   null");
    assertThat(reads[2]).startsWith("HIT\n");
    assertThat(reads[2].substring(4)).isEqualTo(reads[1].substring(7));
  }

  @Test
  void warm_loadsTheTableOnce_andTellsOfItsProgress() throws Exception {
    assertThat(twice("warm"))
        .containsSubsequence("  400 of 2000", "  2000 of 2000")
        .contains("  found 0, loaded 2000, absent 0, failed 0; SELECTs so far: 20")
        .contains("  found 2000, loaded 0, absent 0, failed 0; SELECTs so far: 20")
        .contains("A read: Read[value=Product[id=1234, name=product 1234], outcome=HIT]");
  }

  /** The second run finds what the first one left. */
  private String twice(String example) throws Exception {
    Run first = Run.of(example, environment);
    assertThat(first.status()).as(first.output()).isZero();
    assertThat(Run.of(example, environment).output()).isEqualTo(first.output());
    return first.output();
  }
}
