package io.github.cacheaside.codec;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.BuilderBasedDeserializer;
import com.fasterxml.jackson.databind.deser.CreatorProperty;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import com.fasterxml.jackson.databind.deser.std.ContainerDeserializerBase;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Types as Jackson 2 sees them; {@link Json3Types} is its twin. */
final class JsonTypes extends TypeWalk<JavaType, JsonDeserializer<?>> {
  private final ObjectMapper mapper;
  private final DefaultDeserializationContext reading;
  private final DeserializationConfig config;
  private final SerializerProvider writing;

  private JsonTypes(ObjectMapper mapper, boolean own) {
    super(own);
    this.mapper = mapper;
    this.config = mapper.getDeserializationConfig();
    this.reading =
        ((DefaultDeserializationContext) mapper.getDeserializationContext())
            .createDummyInstance(config);
    this.writing = mapper.getSerializerProviderInstance();
  }

  /** See {@link TypeWalk#isOpen}. */
  static boolean areOpen(ObjectMapper mapper, boolean own, JavaType type) {
    return new JsonTypes(mapper, own).isOpen(type);
  }

  @Override
  Class<?> raw(JavaType type) {
    return type.getRawClass();
  }

  @Override
  boolean isTyped(JavaType type) throws JsonMappingException {
    return type.getTypeHandler() != null
        || reading.getFactory().findTypeDeserializer(config, type) != null;
  }

  @Override
  JsonDeserializer<?> reader(JavaType type) throws JsonMappingException {
    return reading.findContextualValueDeserializer(type, null);
  }

  @Override
  boolean makesSomethingOfNull(JsonDeserializer<?> reader) throws JsonMappingException {
    return reader.getNullValue(reading) != null;
  }

  @Override
  Shape shape(JavaType type, JsonDeserializer<?> reader) {
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
  boolean isBuiltIn(JavaType type, JsonDeserializer<?> reader) throws JsonMappingException {
    return isKnown(reader) && isKnown(writing.findValueSerializer(type));
  }

  private static boolean isKnown(Object part) {
    Class<?> type = part.getClass();
    return type.getName().startsWith("com.fasterxml.jackson.")
        || type.getNestHost() == ScalarModule.class;
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
  @Nullable JsonDeserializer<?> contentReader(JsonDeserializer<?> reader) {
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
  @Nullable Object writeAndRead(JavaType type, Object value) throws IOException {
    return mapper.readerFor(type).readValue(mapper.writerFor(type).writeValueAsBytes(value));
  }

  @Override
  Bean<JavaType, JsonDeserializer<?>> bean(JavaType type, JsonDeserializer<?> any)
      throws JsonMappingException {
    BeanDeserializerBase reader = (BeanDeserializerBase) any;
    JsonSerializer<Object> writer = writing.findValueSerializer(type);
    JsonInclude.Value inclusion = inclusion(type);
    List<Property<JavaType, JsonDeserializer<?>>> properties = new ArrayList<>();
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
    SerializationConfig to = mapper.getSerializationConfig();
    return to.introspectClassAnnotations(type)
        .findPropertyInclusion(to.getDefaultPropertyInclusion());
  }

  private boolean isPlain(PropertyWriter writer, JsonInclude.Value ofClass, boolean ofCreator) {
    SerializationConfig to = mapper.getSerializationConfig();
    JsonInclude.Value own = writer.findPropertyInclusion(to, writer.getType().getRawClass());
    JsonInclude.Value inclusion = own == null ? ofClass : ofClass.withOverrides(own);
    boolean known =
        !(writer instanceof BeanPropertyWriter bean)
            || bean.getSerializer() == null
            || isKnown(bean.getSerializer());
    return known && leavesNothingOut(inclusion, ofCreator);
  }

  private Property<JavaType, JsonDeserializer<?>> property(SettableBeanProperty property) {
    JavaType type = property.getType();
    boolean formatted =
        !property.findPropertyFormat(config, type.getRawClass()).equals(JsonFormat.Value.empty());
    boolean typed = property.hasValueTypeDeserializer();
    JsonDeserializer<?> reader = typed ? null : property.getValueDeserializer();
    return new Property<>(property.getName(), type, reader, typed, formatted);
  }

  private static Map<String, PropertyWriter> written(JsonSerializer<Object> writer) {
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
