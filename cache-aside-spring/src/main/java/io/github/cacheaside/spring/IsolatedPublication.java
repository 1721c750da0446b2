package io.github.cacheaside.spring;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A call whose publisher, if it is to fill the cache, runs outside of the subscriber's transaction.
 */
record IsolatedPublication(MethodInvocation call, Invocation invocation)
    implements MethodInvocation {

  @Override
  public @Nullable Object proceed() throws Throwable {
    Object answer = call.proceed();
    return answer == null ? null : ReactiveAnswers.isolated(invocation, answer);
  }

  @Override
  public Method getMethod() {
    return call.getMethod();
  }

  @Override
  public @Nullable Object[] getArguments() {
    return call.getArguments();
  }

  @Override
  public @Nullable Object getThis() {
    return call.getThis();
  }

  @Override
  public AccessibleObject getStaticPart() {
    return call.getStaticPart();
  }
}
