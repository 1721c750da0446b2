package io.github.cacheaside.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A flat JSON object of strings. A property that is declared as a string is its own text. Any other
 * is read as JSON if it can be, so {@code 3} comes back as a number; else it is a text, as a date
 * is. One whose JSON form is a string that could be taken for something else, such as the character
 * {@code 3}, is therefore written with its quotes.
 */
final class FieldsSerializer<V> implements Serializer<V> {
  // A tree would turn 1.50 into 1.5 by itself.
  private static final ObjectMapper MAPPER =
      JsonSerializer.MAPPER
          .copy()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

  private final JavaType type;
  private final Map<String, JavaType> properties;
  private final Written<V> written;

  FieldsSerializer(Class<V> type) {
    this.type = MAPPER.getTypeFactory().constructType(Objects.requireNonNull(type, "type"));
    BeanDescription description = MAPPER.getDeserializationConfig().introspect(this.type);
    this.properties =
        description.findProperties().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    BeanPropertyDefinition::getName, BeanPropertyDefinition::getPrimaryType));
    if (properties.isEmpty()) {
      throw new IllegalArgumentException(
          "type has no properties to become fields: " + type.getName());
    }
    this.written = new Written<>(type, JsonTypes.areOpen(MAPPER, /* own= */ true, this.type));
  }

  @Override
  public byte[] serialize(V value) throws Exception {
    written.before(value);
    JsonNode tree = MAPPER.valueToTree(value);
    ObjectNode fields = MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> property : tree.properties()) {
      JsonNode node = property.getValue();
      if (!node.isNull()) {
        fields.put(property.getKey(), text(property.getKey(), node));
      }
    }
    if (fields.isEmpty()) {
      throw new IOException("every property of " + type.getRawClass().getName() + " is null");
    }
    byte[] bytes = MAPPER.writeValueAsBytes(fields);
    written.after(value, () -> deserialize(bytes));
    return bytes;
  }

  @Override
  public V deserialize(byte[] bytes) throws IOException {
    JsonNode fields = MAPPER.readTree(bytes);
    if (!fields.isObject() || fields.isEmpty()) {
      throw new IOException("not a JSON object with members");
    }
    ObjectNode tree = MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      tree.set(field.getKey(), typed(field.getKey(), field.getValue()));
    }
    V value = MAPPER.convertValue(tree, type);
    if (value == null) {
      throw new IOException("no fields");
    }
    return value;
  }

  private String text(String name, JsonNode node) {
    boolean itself = node.isTextual() && (isString(name) || parsed(node.textValue()) == null);
    return itself ? node.textValue() : node.toString();
  }

  private JsonNode typed(String name, JsonNode field) {
    JsonNode value = isString(name) ? null : parsed(field.textValue());
    return value == null ? field : value;
  }

  private boolean isString(String name) {
    JavaType property = properties.get(name);
    return property != null && property.hasRawClass(String.class);
  }

  /** Null if this is no JSON: it stands for itself, as a date, an enum or a UUID does. */
  private static @Nullable JsonNode parsed(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node.isMissingNode() ? null : node; // nothing but blanks
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }
}
