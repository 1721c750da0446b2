package io.github.cacheaside;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.BuilderBasedDeserializer;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import com.fasterxml.jackson.databind.deser.std.ContainerDeserializerBase;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a type as Jackson 2 reads it. What can never be read is refused; what does not tell
 * whether all its values come back equal makes the type an open one.
 */
final class JsonTypes {
  private final ObjectMapper mapper;
  private final boolean own;
  private final DefaultDeserializationContext reading;
  private final DeserializationConfig config;
  private final SerializerProvider writing;
  private final Set<JavaType> seen = new HashSet<>();
  private boolean open;

  private JsonTypes(ObjectMapper mapper, boolean own) {
    this.mapper = mapper;
    this.own = own;
    this.config = mapper.getDeserializationConfig();
    this.reading =
        ((DefaultDeserializationContext) mapper.getDeserializationContext())
            .createDummyInstance(config);
    this.writing = mapper.getSerializerProviderInstance();
  }

  /**
   * Whether only a value itself tells whether it comes back equal.
   *
   * @param own whether the mapper is this library's, which knows how the JDK's classes are kept
   * @throws IllegalArgumentException if no value, or no part of a value, can ever be read
   */
  static boolean areOpen(ObjectMapper mapper, boolean own, JavaType type) {
    JsonTypes types = new JsonTypes(mapper, own);
    types.walk(type, null, TypeRules.name(type.getRawClass()));
    return types.open;
  }

  private void walk(JavaType type, @Nullable JsonDeserializer<?> given, String path) {
    try {
      if (isTyped(type)) {
        open = true; // the value's class decides
        return;
      }
      JsonDeserializer<?> reader =
          given == null ? reading.findContextualValueDeserializer(type, null) : given;
      if (!type.isPrimitive() && reader.getNullValue(reading) != null) {
        open = true; // null would come back as something
      }
      walkReader(type, reader, path);
    } catch (JsonMappingException e) {
      throw TypeRules.refused(path, type.getRawClass(), "Jackson can't read it", e);
    }
  }

  private boolean isTyped(JavaType type) throws JsonMappingException {
    return type.getTypeHandler() != null
        || reading.getFactory().findTypeDeserializer(config, type) != null;
  }

  private void walkReader(JavaType type, JsonDeserializer<?> reader, String path)
      throws JsonMappingException {
    Class<?> raw = type.getRawClass();
    if (reader instanceof UnsupportedTypeDeserializer) {
      throw TypeRules.refused(path, raw, TypeRules.NO_MODULE, null);
    }
    if (reader instanceof AbstractDeserializer) {
      throw TypeRules.refused(path, raw, TypeRules.ABSTRACT, null);
    }
    if (reader instanceof BeanDeserializerBase bean) {
      bean(type, bean, path);
    } else if (TypeRules.isKept(raw, own) && isKnown(reader)) {
      return;
    } else if (reader instanceof ContainerDeserializerBase<?> container && type.isContainerType()) {
      container(type, container, path);
    } else {
      open = true;
      if (type.isReferenceType()) {
        walk(type.getReferencedType(), null, path);
      }
    }
  }

  private static boolean isKnown(JsonDeserializer<?> reader) {
    String name = reader.getClass().getName();
    return name.startsWith("com.fasterxml.jackson.") || name.startsWith("io.github.cacheaside.");
  }

  private void container(JavaType type, ContainerDeserializerBase<?> reader, String path) {
    open |= !TypeRules.isKeptContainer(type.getRawClass());
    if (type.getKeyType() != null) {
      open |= !TypeRules.isKeptKey(type.getKeyType().getRawClass());
    }
    JavaType content = type.getContentType();
    if (content != null) {
      open |= content.isArrayType() && type.isCollectionLikeType(); // in a set each is another one
      walk(content, reader.getContentDeserializer(), path + (type.isMapLikeType() ? "{}" : "[]"));
    }
  }

  private void bean(JavaType type, BeanDeserializerBase reader, String path)
      throws JsonMappingException {
    if (!seen.add(type)) {
      return;
    }
    Class<?> raw = type.getRawClass();
    boolean root = seen.size() == 1;
    JsonSerializer<Object> writer = writing.findValueSerializer(type);
    if (writing.isUnknownTypeSerializer(writer)
        && mapper.isEnabled(SerializationFeature.FAIL_ON_EMPTY_BEANS)) {
      throw TypeRules.refused(path, raw, TypeRules.EMPTY, null);
    }
    if (writer instanceof BeanSerializerBase && !canCreate(reader)) {
      throw TypeRules.refused(path, raw, TypeRules.NO_CREATOR, null);
    }
    if (!(writer instanceof BeanSerializerBase)
        || Throwable.class.isAssignableFrom(raw)
        || (!TypeRules.isFinal(raw) && !root)) {
      open = true;
    }
    Set<String> names = new HashSet<>();
    for (Iterator<SettableBeanProperty> all = reader.properties(); all.hasNext(); ) {
      SettableBeanProperty property = all.next();
      names.add(property.getName());
      if (!property
          .findPropertyFormat(config, property.getType().getRawClass())
          .equals(JsonFormat.Value.empty())) {
        open = true;
      }
      if (property.hasValueTypeDeserializer()) {
        open = true;
      } else {
        walk(property.getType(), property.getValueDeserializer(), path + "." + property.getName());
      }
    }
    open |= !names.equals(written(writer)) || !TypeRules.fieldsAreAmong(raw, names);
  }

  private static Set<String> written(JsonSerializer<Object> writer) {
    Set<String> names = new HashSet<>();
    for (Iterator<PropertyWriter> all = writer.properties(); all.hasNext(); ) {
      names.add(all.next().getName());
    }
    return names;
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
