package io.github.cacheaside.examples.spring;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.EnableCaching;

/** The application: planets, and a shop with a page for each category of films. */
@SpringBootApplication
@EnableCaching
public class PlanetShop {}
