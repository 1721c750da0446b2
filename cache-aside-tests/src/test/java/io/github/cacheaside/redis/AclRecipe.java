package io.github.cacheaside.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rights that {@code docs/security.md} gives, as it gives them. */
final class AclRecipe {
  static final String USER = "cache";
  static final String PASSWORD = "PASSWORD";
  private static final Pattern BLOCK =
      Pattern.compile("```acl (\\w+)\nACL SETUSER " + USER + " ([^\n`]+)\n```");

  private AclRecipe() {}

  /** The words after the user's name in one block of the page, or in several. */
  static List<String> rules(String... names) {
    Map<String, String> blocks = new HashMap<>();
    Matcher all = BLOCK.matcher(page());
    while (all.find()) {
      blocks.put(all.group(1), all.group(2));
    }
    List<String> rules = new ArrayList<>();
    for (String name : names) {
      rules.addAll(List.of(Objects.requireNonNull(blocks.get(name), name).split(" ")));
    }
    return rules;
  }

  /** The commands that a block allows. */
  static List<String> commands(String name) {
    return rules(name).stream().filter(rule -> rule.startsWith("+")).toList();
  }

  static List<String> without(List<String> rules, String command) {
    return rules.stream().filter(rule -> !rule.equals(command)).toList();
  }

  private static String page() {
    String root = Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base");
    try {
      return Files.readString(Path.of(root, "docs/security.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes the user anew, with these rights only, and forgets what was refused before. */
  static void grant(RedisURI server, List<String> rules) {
    administer(
        server,
        redis -> {
          CommandArgs<String, String> user = args("SETUSER", USER, "reset", "on", ">" + PASSWORD);
          rules.forEach(user::add);
          redis.sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), user);
          redis
              .sync()
              .dispatch(
                  CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args("LOG", "RESET"));
        });
  }

  /** Which commands or keys Redis has refused since, without subcommands: its {@code ACL LOG}. */
  static List<String> refused(RedisURI server) {
    List<String> refused = new ArrayList<>();
    administer(
        server,
        redis -> {
          List<Object> log =
              redis
                  .sync()
                  .dispatch(
                      CommandType.ACL, new NestedMultiOutput<>(StringCodec.UTF8), args("LOG"));
          for (Object entry : log) {
            List<?> pairs = (List<?>) entry;
            String object = String.valueOf(pairs.get(pairs.indexOf("object") + 1));
            refused.add(object.replaceAll("\\|.*", ""));
          }
        });
    return refused;
  }

  static void scriptFlush(RedisURI server) {
    administer(server, redis -> redis.sync().scriptFlush());
  }

  static RedisURI as(RedisURI server) {
    return RedisURI.builder()
        .withHost(server.getHost())
        .withPort(server.getPort())
        .withAuthentication(USER, PASSWORD)
        .build();
  }

  private static CommandArgs<String, String> args(String... words) {
    CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
    Arrays.stream(words).forEach(args::add);
    return args;
  }

  /** A connection of the default user; in RESP2, since Sentinels know no other. */
  private static void administer(
      RedisURI server, java.util.function.Consumer<StatefulRedisConnection<String, String>> task) {
    try (RedisClient client = RedisClient.create(server)) {
      client.setOptions(
          io.lettuce.core.ClientOptions.builder()
              .protocolVersion(io.lettuce.core.protocol.ProtocolVersion.RESP2)
              .build());
      try (StatefulRedisConnection<String, String> connection = client.connect()) {
        task.accept(connection);
      }
    }
  }
}
