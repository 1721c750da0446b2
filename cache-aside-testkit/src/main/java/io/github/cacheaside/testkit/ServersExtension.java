package io.github.cacheaside.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit 5 extension that passes real servers to constructors, tests and life-cycle methods.
 *
 * <p>A {@link RedisServer} is the shared one of {@link TestServers#redis()}, as it is: call {@link
 * RedisServer#flushAll()} for an empty one. A {@link DatabaseServer} is a fresh schema on the
 * shared server: one for each top-level test class, dropped after its last test. A test whose
 * server can't be had fails.
 */
public final class ServersExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(ServersExtension.class);

  /** Creates the extension. */
  public ServersExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == RedisServer.class || type == DatabaseServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == RedisServer.class) {
      return TestServers.redis();
    }
    ExtensionContext ofClass = ofClass(context);
    Class<?> testClass = ofClass.getRequiredTestClass();
    // In the store of the class: JUnit closes the handle, and so drops the schema, when it is done.
    return ofClass
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(DatabaseServer.class, key -> schema(testClass), DatabaseServer.class);
  }

  private static ExtensionContext ofClass(ExtensionContext context) {
    ExtensionContext current = context;
    while (current.getTestMethod().isPresent()) {
      current = current.getParent().orElseThrow();
    }
    return current;
  }

  private static DatabaseServer schema(Class<?> testClass) {
    String name = testClass.getSimpleName().replaceAll("\\W", "");
    String prefix = name.substring(0, Math.min(name.length(), 30));
    return TestServers.database().createDatabase(prefix.isEmpty() ? "test" : prefix);
  }
}
