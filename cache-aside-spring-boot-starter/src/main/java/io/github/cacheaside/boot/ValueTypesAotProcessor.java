package io.github.cacheaside.boot;

import java.lang.reflect.Type;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Has a native image keep what Jackson must know of the values of annotated methods. */
final class ValueTypesAotProcessor implements BeanFactoryInitializationAotProcessor {
  @Override
  public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
      ConfigurableListableBeanFactory beans) {
    Set<Type> types = new ValueTypes(beans, "cacheManager").all();
    return types.isEmpty()
        ? null
        : (context, code) ->
            new BindingReflectionHintsRegistrar()
                .registerReflectionHints(
                    context.getRuntimeHints().reflection(), types.toArray(new Type[0]));
  }
}
