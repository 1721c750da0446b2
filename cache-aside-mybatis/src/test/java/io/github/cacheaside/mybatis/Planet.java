package io.github.cacheaside.mybatis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row as MyBatis maps it: a bean. */
public final class Planet {
  private long id;
  private @Nullable String name;
  private List<String> moons = new ArrayList<>();

  public long getId() {
    return id;
  }

  public void setId(long id) {
    this.id = id;
  }

  public @Nullable String getName() {
    return name;
  }

  public void setName(@Nullable String name) {
    this.name = name;
  }

  public List<String> getMoons() {
    return moons;
  }

  public void setMoons(List<String> moons) {
    this.moons = moons;
  }
}
