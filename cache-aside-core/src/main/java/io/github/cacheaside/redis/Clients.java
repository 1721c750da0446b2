package io.github.cacheaside.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Opens links: which client for which kind of URI, and the options that a cache needs. */
final class Clients {
  /** How long the TCP connection may take. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** How long the handshake after it may take. */
  static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

  /** How long the first attempt is waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** How many commands may wait for replies on one connection; more are refused at once. */
  private static final int QUEUE = 50_000;

  /** A name, or an address of IPv6. */
  private static final Pattern HOST =
      Pattern.compile("[^:/@#?\\s]+|\\[?[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.%]*]?");

  private Clients() {}

  static RedisConnection open(String uri, ConnectionOptions access) {
    for (String scheme : List.of("redis-cluster://", "rediss-cluster://")) {
      if (uri.startsWith(scheme)) {
        return cluster(clusterNodes(scheme, uri), access);
      }
    }
    return single(parse(uri), access);
  }

  /** Standalone or, if the URI names sentinels, the primary that they name. */
  static RedisConnection single(RedisURI given, ConnectionOptions access) {
    RedisURI uri = copy(given); // a builder may connect more than once
    uri.setTimeout(HANDSHAKE_TIMEOUT); // the cache bounds its own commands
    access.apply(uri);
    ClientResources resources = resources(access);
    RedisClient client = RedisClient.create(resources);
    client.setOptions(common(ClientOptions.builder(), access).build());
    String where = describe(List.of(uri));
    var managed =
        new ManagedConnection<StatefulRedisConnection<byte[], byte[]>>(
                client,
                resources,
                where,
                () -> client.connectAsync(ByteArrayCodec.INSTANCE, uri),
                StatefulRedisConnection::async,
                connection -> List.of(uri),
                new TrackingWatch(trackingClient(resources, access), uri, access, where),
                access)
            .resetting()
            .open(PATIENCE);
    return uri.getSentinels().isEmpty()
        ? managed
        : managed.following(sentinelClient(resources, access), uri);
  }

  /** What the caller has is the caller's: it is not changed, and may be changed by the caller. */
  static RedisURI copy(RedisURI given) {
    RedisURI copy = new RedisURI(); // the client's own way to copy forgets the sentinels
    copy.setHost(given.getHost());
    copy.setPort(given.getPort());
    copy.setSocket(given.getSocket());
    copy.setSentinelMasterId(given.getSentinelMasterId());
    copy.setDatabase(given.getDatabase());
    copy.setClientName(given.getClientName());
    copy.setTimeout(given.getTimeout());
    copy.applySsl(given);
    copy.applyAuthentication(given);
    given.getSentinels().forEach(sentinel -> copy.getSentinels().add(copy(sentinel)));
    return copy;
  }

  private static RedisClient sentinelClient(ClientResources resources, ConnectionOptions access) {
    RedisClient client = RedisClient.create(resources);
    client.setOptions(common(ClientOptions.builder(), access).autoReconnect(false).build());
    return client;
  }

  static RedisConnection cluster(List<RedisURI> given, ConnectionOptions access) {
    List<RedisURI> nodes = given.stream().map(Clients::copy).toList();
    nodes.forEach(node -> node.setTimeout(HANDSHAKE_TIMEOUT));
    nodes.forEach(access::apply);
    ClientResources resources = resources(access);
    RedisClusterClient client = RedisClusterClient.create(resources, nodes);
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    common(options, access);
    options.validateClusterNodeMembership(false); // as is the default since Lettuce 7
    options.topologyRefreshOptions(topologyRefresh());
    client.setOptions(options.build());
    ManagedConnection<StatefulRedisClusterConnection<byte[], byte[]>> managed =
        new ManagedConnection<>(
            client,
            resources,
            describe(nodes),
            () ->
                client
                    .refreshPartitionsAsync() // the client does not do it by itself here
                    .thenCompose(known -> client.connectAsync(ByteArrayCodec.INSTANCE)),
            StatefulRedisClusterConnection::async,
            connection -> primaries(connection, nodes.get(0), access),
            LeaseWatch.NONE,
            access);
    resources
        .eventBus()
        .get()
        .filter(ClusterTopologyChangedEvent.class::isInstance)
        .subscribe(changed -> managed.reconnects().happened());
    return managed
        .lookingAgain(() -> access.connect(client::refreshPartitionsAsync))
        .open(PATIENCE);
  }

  /** Every reason to look is one, as is the default since Lettuce 7; before it, none was. */
  @SuppressWarnings("deprecation") // by 7, where it changes nothing
  static ClusterTopologyRefreshOptions topologyRefresh() {
    return ClusterTopologyRefreshOptions.builder()
        .enablePeriodicRefresh(Duration.ofSeconds(30))
        .enableAdaptiveRefreshTrigger(ClusterTopologyRefreshOptions.RefreshTrigger.values())
        .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
        .build();
  }

  /** The nodes know their addresses; TLS and credentials are those of the first that was given. */
  private static List<RedisURI> primaries(
      StatefulRedisClusterConnection<byte[], byte[]> cluster,
      RedisURI given,
      ConnectionOptions access) {
    return cluster.getPartitions().stream()
        .filter(Clients::tellsOfChanges)
        .map(node -> like(given, node.getUri(), access))
        .toList();
  }

  /**
   * Whether changes may happen there: at a primary, unless another one has its slots since it
   * failed. One that is well and has no slots may get some at any moment.
   */
  static boolean tellsOfChanges(RedisClusterNode node) {
    boolean failed =
        node.is(RedisClusterNode.NodeFlag.FAIL) || node.is(RedisClusterNode.NodeFlag.EVENTUAL_FAIL);
    return node.is(RedisClusterNode.NodeFlag.UPSTREAM) && !(failed && node.hasNoSlots());
  }

  private static RedisURI like(RedisURI given, RedisURI node, ConnectionOptions access) {
    RedisURI uri = RedisURI.create(node.getHost(), node.getPort());
    uri.applySsl(given);
    uri.applyAuthentication(given);
    uri.setTimeout(given.getTimeout());
    access.apply(uri);
    return uri;
  }

  /**
   * Its own client, since pushes need RESP3, and since a connection without tracking is no use, so
   * a lost one is not reconnected but replaced.
   */
  static RedisClient trackingClient(ClientResources resources, ConnectionOptions access) {
    RedisClient client = RedisClient.create(resources);
    client.setOptions(
        common(ClientOptions.builder(), access)
            .protocolVersion(ProtocolVersion.RESP3)
            .autoReconnect(false)
            .build());
    return client;
  }

  static ClientResources resources(ConnectionOptions access) {
    int threads =
        Math.max(DefaultClientResources.MIN_IO_THREADS, DefaultClientResources.DEFAULT_IO_THREADS);
    return DefaultClientResources.builder()
        .eventLoopGroupProvider(new DefaultEventLoopGroupProvider(threads))
        .nettyCustomizer(new Handlers(access.bound()))
        .reconnectDelay(
            () -> Delay.exponential(Duration.ZERO, Duration.ofSeconds(1), 2, TimeUnit.MILLISECONDS))
        .build();
  }

  /** Ends them, and the loops too, which count as not the client's own. */
  static void shutdown(ClientResources resources) {
    Future<Boolean> loops = resources.eventLoopGroupProvider().shutdown(0, 2, TimeUnit.SECONDS);
    resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    loops.awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private static ClientOptions.Builder common(
      ClientOptions.Builder options, ConnectionOptions access) {
    MaintenanceNotifications.switchOff(options);
    return options
        .sslOptions(access.ssl())
        .reauthenticateBehavior(ClientOptions.ReauthenticateBehavior.ON_NEW_CREDENTIALS)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(QUEUE)
        // A command that was cut off is not sent again: its caller has had its answer by then,
        // and an old put could replace a newer value.
        .replayFilter(command -> true)
        .socketOptions(
            SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).keepAlive(true).build());
  }

  private static List<RedisURI> clusterNodes(String scheme, String uri) {
    String rest = uri.substring(scheme.length());
    int at = rest.lastIndexOf('@');
    String credentials = at < 0 ? "" : rest.substring(0, at + 1);
    int end = rest.indexOf('/', at + 1);
    String hosts = rest.substring(at + 1, end < 0 ? rest.length() : end);
    List<RedisURI> nodes = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      nodes.add(parse(scheme.replace("-cluster", "") + credentials + host));
    }
    return nodes;
  }

  private static RedisURI parse(String uri) {
    try {
      RedisURI parsed = RedisURI.create(uri);
      checkHost(parsed);
      parsed.getSentinels().forEach(Clients::checkHost);
      return parsed;
    } catch (RuntimeException e) {
      // not the cause: its message may quote the password
      throw new IllegalArgumentException(
          "uri must look like redis://[user:password@]host:port[/db] but was "
              + withoutSecrets(uri));
    }
  }

  /** A port that is no number, or a password without a host, would else be a part of the name. */
  private static void checkHost(RedisURI uri) {
    String host = uri.getHost();
    if (host != null && !host.isEmpty() && !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("host");
    }
  }

  /** Up to the last @, and where a port should be and is none, may be a password. */
  static String withoutSecrets(String uri) {
    int start = uri.indexOf("//") < 0 ? 0 : uri.indexOf("//") + 2;
    int at = uri.lastIndexOf('@');
    String scheme = at >= 0 && at < start ? "" : uri.substring(0, start);
    String rest = uri.substring(Math.max(start, at + 1));
    return scheme
        + (at < 0 ? "" : "…@")
        + rest.replaceAll(":(?!\\d{1,5}(?:[/,?#:]|$))[^/,?#]*", ":…").replaceAll("\\?.*", "?…");
  }

  private static String describe(List<RedisURI> uris) {
    return uris.stream()
        .map(
            uri ->
                uri.getSentinels().isEmpty()
                    ? uri.getHost() + ":" + uri.getPort()
                    : uri.getSentinelMasterId() + " of sentinels " + describe(uri.getSentinels()))
        .collect(Collectors.joining(","));
  }

  /**
   * Lets commands that leave together leave in one write: what other threads have queued when the
   * event loop gets round to it, and all that it sends while it reads replies. No timer: one that
   * is alone leaves at once. So does a large one: Redis works on it while the next is encoded, and
   * its reply does not wait for the other's.
   */
  static final class Together extends FlushConsolidationHandler {
    private static final int MOST_COMMANDS = 256;

    /** What is large: 1,024 bytes, some fifty keys. */
    private static final long LARGE = 1_024;

    private boolean large; // of the event loop

    Together() {
      super(MOST_COMMANDS, true);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      large |= message instanceof ByteBuf bytes && bytes.readableBytes() > LARGE;
      context.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) throws Exception {
      if (large) {
        large = false;
        context.flush();
      } else {
        super.flush(context);
      }
    }
  }

  /** What a connection of ours has in front of what the client puts there. */
  private record Handlers(ReplyLimit.Bound bound) implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
      ChannelPipeline pipeline = channel.pipeline();
      ChannelHandlerContext commands = pipeline.context(CommandHandler.class);
      if (commands != null) { // behind TLS
        pipeline.addBefore(commands.name(), null, new ReplyLimit(bound));
      }
      pipeline.addFirst(new Together());
      pipeline.addFirst(new Unanswered());
    }
  }
}
