package io.github.cacheaside.mybatis;

import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.ibatis.annotations.CacheNamespace;
import org.apache.ibatis.annotations.CacheNamespaceRef;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Many;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Property;
import org.apache.ibatis.annotations.Result;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** A mapper with a cache. */
@CacheNamespace(
    implementation = FencedCache.class,
    properties = @Property(name = "ttl", value = "30m"))
public interface Planets {
  @Select("select id, name from planet where id = #{id}")
  @Nullable Planet find(long id);

  @Select("select id, name from planet order by id")
  List<Planet> all();

  @Select("select id, name from planet where id = #{id}")
  @Nullable Map<String, Object> row(long id);

  @Select("select name from planet where born <= #{born} order by id")
  List<String> bornBy(Date born);

  @Select("select id, name from planet where id = #{id}")
  @Result(property = "id", column = "id", id = true)
  @Result(property = "moons", column = "id", many = @Many(select = "moons"))
  Planet withMoons(long id);

  @Select("select name from moon where planet = #{planet} order by name")
  List<String> moons(long planet);

  @Update("update planet set name = #{name} where id = #{id}")
  int rename(@Param("id") long id, @Param("name") String name);

  @Insert("insert into planet (id, name, born) values (#{id}, #{name}, now())")
  int insert(@Param("id") long id, @Param("name") String name);

  @Select("select id from planet where id = #{id}")
  Late late(long id);

  /** Its getter fails, as that of a row does which is to be loaded when its session is closed. */
  final class Late {
    private long id;

    public long getId() {
      if (id > 0) {
        throw new IllegalStateException("row " + id + " is read too late");
      }
      return id;
    }

    public void setId(long id) {
      this.id = id;
    }
  }

  /** Another mapper with the same cache. */
  @CacheNamespaceRef(Planets.class)
  interface Moons {
    @Insert("insert into moon (planet, name) values (#{planet}, #{name})")
    int insert(@Param("planet") long planet, @Param("name") String name);
  }
}
