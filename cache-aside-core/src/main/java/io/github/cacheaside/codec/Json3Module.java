package io.github.cacheaside.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** What Jackson 3 is told about classes of the JDK: one rule for both directions. */
final class Json3Module {
  private Json3Module() {}

  static SimpleModule create() {
    SimpleModule module = new SimpleModule("cache-aside");
    Scalar.ALL.forEach(scalar -> add(module, scalar));
    module.addSerializer(BigDecimal.class, new Decimals());
    module.addSerializer(BigInteger.class, new Integers());
    module.addDeserializer(BigDecimal.class, new DecimalReader());
    module.addDeserializer(BigInteger.class, new IntegerReader());
    return module.addAbstractTypeMapping(Set.class, LinkedHashSet.class); // keeps its order
  }

  private static <T> void add(SimpleModule module, Scalar<T> scalar) {
    module.addSerializer(scalar.type(), new Writer<>(scalar));
    module.addDeserializer(scalar.type(), new Reader<>(scalar));
  }

  private static DatabindException refused(JsonGenerator out, Exception reason) {
    return DatabindException.from(out, "refused", reason);
  }

  private static final class Writer<T> extends StdScalarSerializer<T> {
    private final Scalar<T> scalar;

    Writer(Scalar<T> scalar) {
      super(scalar.type());
      this.scalar = scalar;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext provider) {
      try {
        out.writeString(scalar.write(value));
      } catch (RefusedValueException e) {
        throw refused(out, e);
      }
    }
  }

  private static final class Reader<T> extends StdScalarDeserializer<T> {
    private final Scalar<T> scalar;

    Reader(Scalar<T> scalar) {
      super(scalar.type());
      this.scalar = scalar;
    }

    @Override
    @SuppressWarnings("unchecked") // of its own class
    public T deserialize(JsonParser in, DeserializationContext context) {
      if (!in.hasToken(JsonToken.VALUE_STRING)) {
        return (T) context.handleUnexpectedToken(scalar.type(), in);
      }
      try {
        return scalar.toValue().apply(in.getString());
      } catch (RuntimeException e) {
        throw DatabindException.from(in, "not the text of a " + scalar.type().getName());
      }
    }
  }

  private static final class Decimals extends StdScalarSerializer<BigDecimal> {
    Decimals() {
      super(BigDecimal.class);
    }

    @Override
    public void serialize(BigDecimal value, JsonGenerator out, SerializationContext provider) {
      try {
        Numbers.check(value);
      } catch (RefusedValueException e) {
        throw refused(out, e);
      }
      out.writeNumber(value);
    }
  }

  private static final class Integers extends StdScalarSerializer<BigInteger> {
    Integers() {
      super(BigInteger.class);
    }

    @Override
    public void serialize(BigInteger value, JsonGenerator out, SerializationContext provider) {
      try {
        Numbers.check(value);
      } catch (RefusedValueException e) {
        throw refused(out, e);
      }
      out.writeNumber(value);
    }
  }

  private static final class DecimalReader extends StdScalarDeserializer<BigDecimal> {
    DecimalReader() {
      super(BigDecimal.class);
    }

    @Override
    public BigDecimal deserialize(JsonParser in, DeserializationContext context) {
      if (!in.currentToken().isNumeric()) {
        return (BigDecimal) context.handleUnexpectedToken(BigDecimal.class, in);
      }
      BigDecimal value = in.getDecimalValue();
      try {
        Numbers.check(value);
      } catch (RefusedValueException e) {
        throw DatabindException.from(in, "refused", e);
      }
      return value;
    }
  }

  private static final class IntegerReader extends StdScalarDeserializer<BigInteger> {
    IntegerReader() {
      super(BigInteger.class);
    }

    @Override
    public BigInteger deserialize(JsonParser in, DeserializationContext context) {
      if (!in.hasToken(JsonToken.VALUE_NUMBER_INT)) { // 1e99999 would take 8 MiB
        return (BigInteger) context.handleUnexpectedToken(BigInteger.class, in);
      }
      return in.getBigIntegerValue();
    }
  }
}
