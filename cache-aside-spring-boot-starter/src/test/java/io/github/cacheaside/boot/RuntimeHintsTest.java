package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedMethods;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.generate.MethodReference;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationCode;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.javapoet.ClassName;

/** What a native image is told to keep. */
final class RuntimeHintsTest {
  @Test
  void theScriptsOfRedis() {
    RuntimeHints hints = new RuntimeHints();
    new CacheAsideRuntimeHints().registerHints(hints, getClass().getClassLoader());
    for (String script : new String[] {"lease.lua", "fill.lua", "put_if_absent.lua"}) {
      String path = "io/github/cacheaside/redis/" + script;
      assertThat(getClass().getClassLoader().getResource(path)).isNotNull();
      assertThat(RuntimeHintsPredicates.resource().forResource(path)).accepts(hints);
    }
  }

  @Test
  void theValuesOfAnnotatedMethods() {
    try (AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext(Shop.WithoutCaching.class)) {
      BeanFactoryInitializationAotContribution contribution =
          new ValueTypesAotProcessor().processAheadOfTime(context.getBeanFactory());
      assertThat(contribution).isNotNull();
      GenerationContext generation =
          new DefaultGenerationContext(
              new ClassNameGenerator(ClassName.get("com.example", "Application")),
              new InMemoryGeneratedFiles());
      contribution.applyTo(generation, new NoCode());
      assertThat(RuntimeHintsPredicates.reflection().onType(Shop.Item.class))
          .accepts(generation.getRuntimeHints());
    }
  }

  /** None is generated. */
  private static final class NoCode implements BeanFactoryInitializationCode {
    @Override
    public ClassName getClassName() {
      throw new UnsupportedOperationException();
    }

    @Override
    public GeneratedMethods getMethods() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void addInitializer(MethodReference methodReference) {
      throw new UnsupportedOperationException();
    }
  }
}
