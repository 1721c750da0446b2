/**
 * Values to bytes and back: serializers, compression, encryption, and the rule that a hit equals
 * the miss before it.
 *
 * <p>Begin with {@link io.github.cacheaside.codec.Serializer}; for what becomes of one value, with
 * {@code ValueCodec}. Which types JSON keeps is decided in {@code TypeRules}, for Jackson 2 and 3.
 */
@NullMarked
package io.github.cacheaside.codec;

import org.jspecify.annotations.NullMarked;
