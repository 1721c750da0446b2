package io.github.cacheaside.examples.shop;

import java.math.BigDecimal;

/**
 * A film as a page shows it.
 *
 * @param id its number
 * @param title its title
 * @param category its category
 * @param rate what a rental costs
 * @param rentals how often it was rented
 */
public record Film(long id, String title, String category, BigDecimal rate, long rentals) {}
