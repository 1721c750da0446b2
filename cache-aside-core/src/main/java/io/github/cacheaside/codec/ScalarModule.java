package io.github.cacheaside.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.Set;

/** What Jackson 2 is told about classes of the JDK: one rule for both directions. */
final class ScalarModule {
  private ScalarModule() {}

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

  private static JsonMappingException refused(JsonGenerator out, Exception reason) {
    return JsonMappingException.from(out, "refused", reason);
  }

  private static final class Writer<T> extends StdScalarSerializer<T> {
    private static final long serialVersionUID = 1L;
    private final transient Scalar<T> scalar;

    Writer(Scalar<T> scalar) {
      super(scalar.type());
      this.scalar = scalar;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      try {
        out.writeString(scalar.write(value));
      } catch (RefusedValueException e) {
        throw refused(out, e);
      }
    }
  }

  private static final class Reader<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1L;
    private final transient Scalar<T> scalar;

    Reader(Scalar<T> scalar) {
      super(scalar.type());
      this.scalar = scalar;
    }

    @Override
    @SuppressWarnings("unchecked") // of its own class
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (!in.hasToken(JsonToken.VALUE_STRING)) {
        return (T) context.handleUnexpectedToken(scalar.type(), in);
      }
      try {
        return scalar.toValue().apply(in.getText());
      } catch (RuntimeException e) {
        throw JsonMappingException.from(in, "not the text of a " + scalar.type().getName());
      }
    }
  }

  private static final class Decimals extends StdScalarSerializer<BigDecimal> {
    private static final long serialVersionUID = 1L;

    Decimals() {
      super(BigDecimal.class);
    }

    @Override
    public void serialize(BigDecimal value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      try {
        Numbers.check(value);
      } catch (RefusedValueException e) {
        throw refused(out, e);
      }
      out.writeNumber(value);
    }
  }

  private static final class Integers extends StdScalarSerializer<BigInteger> {
    private static final long serialVersionUID = 1L;

    Integers() {
      super(BigInteger.class);
    }

    @Override
    public void serialize(BigInteger value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      try {
        Numbers.check(value);
      } catch (RefusedValueException e) {
        throw refused(out, e);
      }
      out.writeNumber(value);
    }
  }

  private static final class DecimalReader extends StdScalarDeserializer<BigDecimal> {
    private static final long serialVersionUID = 1L;

    DecimalReader() {
      super(BigDecimal.class);
    }

    @Override
    public BigDecimal deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      if (!in.currentToken().isNumeric()) {
        return (BigDecimal) context.handleUnexpectedToken(BigDecimal.class, in);
      }
      BigDecimal value = in.getDecimalValue();
      try {
        Numbers.check(value);
      } catch (RefusedValueException e) {
        throw JsonMappingException.from(in, "refused", e);
      }
      return value;
    }
  }

  private static final class IntegerReader extends StdScalarDeserializer<BigInteger> {
    private static final long serialVersionUID = 1L;

    IntegerReader() {
      super(BigInteger.class);
    }

    @Override
    public BigInteger deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      if (!in.hasToken(JsonToken.VALUE_NUMBER_INT)) { // 1e99999 would take 8 MiB
        return (BigInteger) context.handleUnexpectedToken(BigInteger.class, in);
      }
      return in.getBigIntegerValue();
    }
  }
}
