package io.github.cacheaside.examples.shop;

import java.math.BigDecimal;

/** A film as a page shows it: with how often it was rented. */
record Film(long id, String title, String category, BigDecimal rate, long rentals) {}
