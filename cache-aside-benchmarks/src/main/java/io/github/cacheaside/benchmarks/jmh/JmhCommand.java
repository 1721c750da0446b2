package io.github.cacheaside.benchmarks.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Hands its arguments to JMH, whose benchmarks are in the same jar. */
@CommandLine.Command(
    name = "jmh",
    description =
        "Runs JMH with these arguments, such as: -l (list), -h (all options),"
            + " NearHit -prof gc (what a near hit costs and allocates).")
public final class JmhCommand implements Callable<Integer> {
  @CommandLine.Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
    return 0;
  }
}
