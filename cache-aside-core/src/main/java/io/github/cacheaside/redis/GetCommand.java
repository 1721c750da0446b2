package io.github.cacheaside.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Some reads as one command: {@code GET}, or {@code MGET} for more than one. */
final class GetCommand {
  /** How many keys one {@code MGET} asks for at most. */
  static final int MOST_KEYS = 128;

  private final PendingGet first;
  private final @Nullable PendingGet rest;
  private final AsyncCommand<byte[], byte[], Boolean> command;

  /** Takes up to so many reads from the head of a list. */
  GetCommand(PendingGet first, int most) {
    this.first = first;
    CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    PendingGet last = first;
    args.addKey(first.key());
    int count = 1;
    while (count < most && last.next != null) {
      last = last.next;
      args.addKey(last.key());
      count++;
    }
    rest = last.next;
    last.next = null;
    CommandType type = count == 1 ? CommandType.GET : CommandType.MGET;
    this.command = new AsyncCommand<>(new Command<>(type, new Values(first), args));
  }

  /** The reads that did not fit. */
  @Nullable PendingGet rest() {
    return rest;
  }

  AsyncCommand<byte[], byte[], Boolean> command() {
    return command;
  }

  void send(StatefulConnection<byte[], byte[]> connection) {
    connection.dispatch(command);
  }

  /**
   * Answers all of them but those for which the reply had no room.
   *
   * @return these, to be sent again, each alone: one value always finds room
   */
  @Nullable PendingGet answer(@Nullable Throwable failure) {
    PendingGet again = null;
    PendingGet each = first;
    while (each != null) {
      PendingGet next = each.next;
      if (failure == null && each.foundNoRoom()) {
        each.next = again;
        again = each;
      } else {
        each.next = null;
        each.answer(failure);
      }
      each = next;
    }
    return again;
  }

  /** Hands each value to the read that asked for it; no list in between. */
  private static final class Values extends CommandOutput<byte[], byte[], Boolean> {
    private @Nullable PendingGet at;

    Values(PendingGet first) {
      super(ByteArrayCodec.INSTANCE, true);
      this.at = first;
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
      PendingGet get = at;
      if (get != null) { // else it was given up, and the list is gone
        get.receive(bytes == null ? null : codec.decodeValue(bytes));
        at = get.next;
      }
    }
  }
}
