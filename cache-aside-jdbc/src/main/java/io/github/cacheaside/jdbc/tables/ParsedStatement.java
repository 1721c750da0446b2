package io.github.cacheaside.jdbc.tables;

import io.github.cacheaside.jdbc.text.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.CCJSqlParserTreeConstants;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.Node;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.Token;
import net.sf.jsqlparser.parser.TokenMgrException;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.merge.Merge;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.truncate.Truncate;
import net.sf.jsqlparser.statement.update.Update;
import net.sf.jsqlparser.statement.upsert.Upsert;

/**
 * One statement as JSqlParser reads it.
 *
 * <p>The tables come from the parser's own tree, in which each place where the grammar has a table
 * is a node. The visitor that JSqlParser has for this purpose misses some: {@code FROM a, (b, c)},
 * subqueries within {@code PARTITION BY}, a table with the name of a CTE.
 */
final class ParsedStatement {
  private static final int DEEPEST_OF_COMPLEX = 10;
  private static final int DEEPEST = 100;
  private static final int LONGEST = 100_000;

  private final SqlText text;
  private final Statement statement;
  private final Node root;

  /**
   * Parses.
   *
   * @throws IllegalArgumentException if that is not possible
   */
  ParsedStatement(String sql, SqlText text) {
    this.text = text;
    if (sql.length() > LONGEST) {
      throw unknown("the text has more than " + LONGEST + " characters");
    }
    int depth = CCJSqlParserUtil.getNestingDepth(sql);
    if (depth > DEEPEST) {
      throw unknown("parentheses are nested more than " + DEEPEST + " deep");
    }
    try {
      boolean complex = depth <= DEEPEST_OF_COMPLEX; // deeper, it may take for ever
      CCJSqlParser parser = CCJSqlParserUtil.newParser(sql).withAllowComplexParsing(complex);
      statement = parser.Statement();
      root = parser.getASTRoot();
      if (parser.getToken(1).kind != CCJSqlParserConstants.EOF) {
        throw unknown("there is more than one statement");
      }
    } catch (ParseException | TokenMgrException | StackOverflowError e) {
      throw unknown("JSqlParser can't parse the statement");
    }
  }

  private static IllegalArgumentException unknown(String why) {
    return new IllegalArgumentException("the tables can't be told, since " + why);
  }

  /** The tables of a query. */
  Set<String> read() {
    if (!(statement instanceof Select)) {
      throw unknown("it is no SELECT");
    }
    List<Node> selects = nodes(CCJSqlParserTreeConstants.JJTPLAINSELECT);
    if (count("SELECT") != selects.size()) {
      throw unknown("the parser and the text do not agree on its subqueries");
    }
    return all();
  }

  /** The tables that a statement writes to, or more. */
  Set<String> written() {
    for (int i = 1; i < text.parts().size(); i++) {
      SqlText.Part part = text.parts().get(i);
      if (text.parts().get(i - 1).is("(")
          && (part.is("INSERT") || part.is("UPDATE") || part.is("DELETE") || part.is("MERGE"))) {
        throw unknown("it changes something within a WITH");
      }
    }
    if (statement instanceof Insert insert) {
      return one(insert.getTable());
    }
    if (statement instanceof Upsert upsert) {
      return one(upsert.getTable());
    }
    if (statement instanceof Merge merge) {
      return one(merge.getTable());
    }
    if (statement instanceof Truncate && count("CASCADE") > 0) {
      throw unknown("it cascades");
    }
    if (statement instanceof Update
        || statement instanceof Delete
        || statement instanceof Truncate) {
      return all();
    }
    throw unknown("it is no INSERT, UPDATE, DELETE, MERGE, REPLACE or TRUNCATE");
  }

  private Set<String> one(Table table) {
    return Set.of(
        nodes(CCJSqlParserTreeConstants.JJTTABLENAME).stream()
            .filter(node -> node.jjtGetValue() == table)
            .map(node -> TableName.of(nameOf(node).image))
            .findFirst()
            .orElseThrow(() -> unknown("its target has no name")));
  }

  /** The last part; by the tokens, since a {@code Table} splits at a dot within quotes, too. */
  private static Token nameOf(Node node) {
    Token name = node.jjtGetFirstToken();
    while (name.next.image.equals(".")) {
      name = name.next.next;
    }
    return name;
  }

  private Set<String> all() {
    if (count("TABLE")
        > (text.parts().get(0).is("TABLE") || statement instanceof Truncate ? 1 : 0)) {
      throw unknown("TABLE within a query is not seen through");
    }
    List<Node> ctes = nodes(CCJSqlParserTreeConstants.JJTWITHITEM);
    Set<String> names = new LinkedHashSet<>();
    for (Node node : nodes(CCJSqlParserTreeConstants.JJTTABLENAME)) {
      boolean columns = nameOf(node).image.equals("*"); // planet.*, by name or by alias
      if (!columns && ctes.stream().noneMatch(cte -> refersTo(node, cte))) {
        names.add(TableName.of(nameOf(node).image));
      }
    }
    return names;
  }

  /** Whether a name can only be that of a CTE: one before it in the same WITH, or itself. */
  private static boolean refersTo(Node node, Node cte) {
    Token name = cte.jjtGetFirstToken();
    boolean recursive = isRecursive(name);
    if (recursive) {
      name = name.next;
    } else {
      recursive = isRecursive(cte.jjtGetParent().jjtGetFirstToken().next);
    }
    Token table = node.jjtGetFirstToken();
    if (nameOf(node) != table || !table.image.equalsIgnoreCase(name.image)) {
      return false;
    }
    if (isBelow(node, cte)) {
      return recursive;
    }
    return isBelow(node, cte.jjtGetParent())
        && table.absoluteBegin > cte.jjtGetLastToken().absoluteBegin;
  }

  private static boolean isRecursive(Token token) {
    return token.image.equalsIgnoreCase("RECURSIVE");
  }

  private static boolean isBelow(Node node, Node ancestor) {
    for (Node each = node; each != null; each = each.jjtGetParent()) {
      if (each == ancestor) {
        return true;
      }
    }
    return false;
  }

  private long count(String word) {
    return text.parts().stream()
        .filter(part -> part.kind() == SqlText.Kind.WORD && part.is(word))
        .count();
  }

  private List<Node> nodes(int id) {
    List<Node> found = new ArrayList<>();
    collect(root, id, found);
    return found;
  }

  private static void collect(Node node, int id, List<Node> found) {
    if (node.getId() == id) {
      found.add(node);
    }
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      collect(node.jjtGetChild(i), id, found);
    }
  }
}
