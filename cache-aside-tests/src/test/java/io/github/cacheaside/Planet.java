package io.github.cacheaside;

record Planet(long id, String name) {}
