package io.github.cacheaside.spring.transactions;

import java.util.Collection;

/** The transaction of the calling thread, as caches see it. */
public interface CurrentTransaction {

  /** For applications without {@code spring-tx}, and where transactions are to be ignored. */
  CurrentTransaction NONE =
      new CurrentTransaction() {
        @Override
        public boolean isActive() {
          return false;
        }

        @Override
        public boolean hasChanged(Participant<?> cache, Object key) {
          return false;
        }

        @Override
        public <K> void change(Participant<K> cache, Collection<? extends K> keys) {
          throw new IllegalStateException("no transaction is active");
        }

        @Override
        public <K> void changeNow(Participant<K> cache, Collection<? extends K> keys) {
          throw new IllegalStateException("no transaction is active");
        }

        @Override
        public void changeTag(Participant<?> cache, String tag) {
          throw new IllegalStateException("no transaction is active");
        }

        @Override
        public void changeAll(Participant<?> cache) {
          throw new IllegalStateException("no transaction is active");
        }

        @Override
        public void changeAllNow(Participant<?> cache) {
          throw new IllegalStateException("no transaction is active");
        }

        @Override
        public void committing() {}
      };

  /** Whether there is one that has begun and is not completed; only then may anything change. */
  boolean isActive();

  /** Whether it may have changed the row of this key: then what is cached is not for it. */
  boolean hasChanged(Participant<?> cache, Object key);

  /** Fences these keys when it commits. */
  <K> void change(Participant<K> cache, Collection<? extends K> keys);

  /** Fences these keys from now on; also where those of a commit are not fenced. */
  <K> void changeNow(Participant<K> cache, Collection<? extends K> keys);

  /** Fences the entries with a tag when it commits. Which they are is not known: it may be any. */
  void changeTag(Participant<?> cache, String tag);

  /** Fences all entries when it commits. */
  void changeAll(Participant<?> cache);

  /** Fences all entries from now on; also where those of a commit are not fenced. */
  void changeAllNow(Participant<?> cache);

  /** Fences what was changed, and from now on at once what is: the commit begins. */
  void committing();
}
