package io.github.cacheaside.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Its own switch decides; where that says nothing, a type of cache that the application names. */
final class OnCacheAside extends SpringBootCondition {
  private static final String SWITCH = "cache-aside.enabled";
  private static final String TYPE = "spring.cache.type";

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    Environment environment = context.getEnvironment();
    ConditionMessage.Builder message = ConditionMessage.forCondition("cache-aside");
    Boolean enabled = environment.getProperty(SWITCH, Boolean.class);
    if (enabled != null) {
      return new ConditionOutcome(enabled, message.because(SWITCH + " is " + enabled));
    }
    String type = environment.getProperty(TYPE);
    return type == null || type.isBlank() || type.equalsIgnoreCase("cache-aside")
        ? ConditionOutcome.match(message.because("no other cache is asked for"))
        : ConditionOutcome.noMatch(message.because(TYPE + " is " + type));
  }
}
