package io.github.cacheaside.codec;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.CreatorProperty;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.bean.BuilderBasedDeserializer;
import tools.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import tools.jackson.databind.deser.std.ContainerDeserializerBase;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.bean.BeanSerializerBase;

/** Types as Jackson 3 sees them; {@link JsonTypes} is its twin. */
final class Json3Types extends TypeWalk<JavaType, ValueDeserializer<?>> {
  private final ObjectMapper mapper;
  private final DeserializationContext reading;
  private final DeserializationConfig config;
  private final SerializationContext writing;

  private Json3Types(ObjectMapper mapper, boolean own) {
    super(own);
    this.mapper = mapper;
    this.config = mapper.deserializationConfig();
    this.reading = mapper._deserializationContext();
    this.writing = mapper._serializationContext();
  }

  /** See {@link TypeWalk#isOpen}. */
  static boolean areOpen(ObjectMapper mapper, boolean own, JavaType type) {
    return new Json3Types(mapper, own).isOpen(type);
  }

  @Override
  Class<?> raw(JavaType type) {
    return type.getRawClass();
  }

  @Override
  boolean isTyped(JavaType type) {
    return type.getTypeHandler() != null || reading.findTypeDeserializer(type) != null;
  }

  @Override
  ValueDeserializer<?> reader(JavaType type) {
    return reading.findContextualValueDeserializer(type, null);
  }

  @Override
  boolean makesSomethingOfNull(ValueDeserializer<?> reader) {
    return reader.getNullValue(reading) != null;
  }

  @Override
  Shape shape(JavaType type, ValueDeserializer<?> reader) {
    if (reader instanceof UnsupportedTypeDeserializer) {
      return Shape.NO_MODULE;
    } else if (reader instanceof AbstractDeserializer) {
      return Shape.ABSTRACT;
    } else if (reader instanceof BeanDeserializerBase) {
      return Shape.BEAN;
    }
    return reader instanceof ContainerDeserializerBase && type.isContainerType()
        ? Shape.CONTAINER
        : Shape.OTHER;
  }

  @Override
  boolean isBuiltIn(JavaType type, ValueDeserializer<?> reader) {
    return isKnown(reader) && isKnown(writing.findValueSerializer(type));
  }

  private static boolean isKnown(Object part) {
    Class<?> type = part.getClass();
    return type.getName().startsWith("tools.jackson.") || type.getNestHost() == Json3Module.class;
  }

  @Override
  @Nullable JavaType key(JavaType type) {
    return type.getKeyType();
  }

  @Override
  @Nullable JavaType content(JavaType type) {
    return type.getContentType();
  }

  @Override
  @Nullable ValueDeserializer<?> contentReader(ValueDeserializer<?> reader) {
    return ((ContainerDeserializerBase<?>) reader).getContentDeserializer();
  }

  @Override
  String brackets(JavaType type) {
    return type.isMapLikeType() ? "{}" : "[]";
  }

  @Override
  boolean isCollectionOfArrays(JavaType type) {
    return type.isCollectionLikeType() && type.getContentType().isArrayType();
  }

  @Override
  @Nullable JavaType referenced(JavaType type) {
    return type.isReferenceType() ? type.getReferencedType() : null;
  }

  @Override
  JavaType mapOf(JavaType key) {
    return mapper
        .getTypeFactory()
        .constructMapType(HashMap.class, key, mapper.constructType(String.class));
  }

  @Override
  @Nullable Object writeAndRead(JavaType type, Object value) {
    return mapper.readerFor(type).readValue(mapper.writerFor(type).writeValueAsBytes(value));
  }

  @Override
  Bean<JavaType, ValueDeserializer<?>> bean(JavaType type, ValueDeserializer<?> any) {
    BeanDeserializerBase reader = (BeanDeserializerBase) any;
    ValueSerializer<Object> writer = writing.findValueSerializer(type);
    JsonInclude.Value inclusion = inclusion(type);
    List<Property<JavaType, ValueDeserializer<?>>> properties = new ArrayList<>();
    Map<String, PropertyWriter> written = written(writer);
    boolean plain = true;
    for (Iterator<SettableBeanProperty> all = reader.properties(); all.hasNext(); ) {
      SettableBeanProperty property = all.next();
      PropertyWriter to = written.get(property.getName());
      plain &= to == null || isPlain(to, inclusion, property instanceof CreatorProperty);
      properties.add(property(property));
    }
    return new Bean<>(
        writing.isUnknownTypeSerializer(writer)
            && mapper.isEnabled(SerializationFeature.FAIL_ON_EMPTY_BEANS),
        writer instanceof BeanSerializerBase,
        plain,
        canCreate(reader),
        properties,
        written.keySet());
  }

  private JsonInclude.Value inclusion(JavaType type) {
    SerializationConfig to = mapper.serializationConfig();
    return writing
        .introspectBeanDescription(type)
        .findPropertyInclusion(to.getDefaultPropertyInclusion());
  }

  private boolean isPlain(PropertyWriter writer, JsonInclude.Value ofClass, boolean ofCreator) {
    SerializationConfig to = mapper.serializationConfig();
    JsonInclude.Value own = writer.findPropertyInclusion(to, writer.getType().getRawClass());
    JsonInclude.Value inclusion = own == null ? ofClass : ofClass.withOverrides(own);
    boolean known =
        !(writer instanceof BeanPropertyWriter bean)
            || bean.getSerializer() == null
            || isKnown(bean.getSerializer());
    return known && leavesNothingOut(inclusion, ofCreator);
  }

  private Property<JavaType, ValueDeserializer<?>> property(SettableBeanProperty property) {
    JavaType type = property.getType();
    boolean formatted =
        !property.findPropertyFormat(config, type.getRawClass()).equals(JsonFormat.Value.empty());
    boolean typed = property.hasValueTypeDeserializer();
    ValueDeserializer<?> reader = typed ? null : property.getValueDeserializer();
    return new Property<>(property.getName(), type, reader, typed, formatted);
  }

  private static Map<String, PropertyWriter> written(ValueSerializer<Object> writer) {
    Map<String, PropertyWriter> written = new HashMap<>();
    for (Iterator<PropertyWriter> all = writer.properties(); all.hasNext(); ) {
      PropertyWriter one = all.next();
      written.put(one.getName(), one);
    }
    return written;
  }

  private static boolean canCreate(BeanDeserializerBase reader) {
    ValueInstantiator creator = reader.getValueInstantiator();
    return reader instanceof BuilderBasedDeserializer
        || creator.canCreateUsingDefault()
        || creator.canCreateUsingDelegate()
        || creator.canCreateUsingArrayDelegate()
        || creator.canCreateFromObjectWith();
  }
}
