// The entries to translation; see translate.hpp.
#include "engine/sql/translate.hpp"

#include "engine/sql/translator.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>

namespace repot::sql {
namespace {

template <typename Work>
Translation translated(Work work) {
  Translation translation;
  try {
    const Value value = work();
    if (value.null) throw Refusal{"it is always NULL"};
    translation.sql = value.sql;
    translation.type = value.type;
    translation.guaranteed = value.neverFalse;
  } catch (const Refusal& refusal) {
    translation.reason = refusal.reason;
  }
  return translation;
}

}  // namespace

Translation translateExpression(const Expr& expr, const ColumnResolver& resolver) {
  Translation translation = translated([&] { return Translator(resolver).value(expr); });
  translation.guaranteed = false;
  return translation;
}

Translation translateCheck(const Expr& expr, const ColumnResolver& resolver) {
  return translated([&] { return Translator(resolver).condition(expr); });
}

Translation translatePredicate(const Expr& expr, const ColumnResolver& resolver) {
  Translation translation = translateCheck(expr, resolver);
  translation.guaranteed = false;
  return translation;
}

Translation translateIndexColumn(const IndexedColumn& column, const ColumnResolver& resolver) {
  return translated([&] {
    if (column.expr == nullptr) throw Refusal{"the key part was not understood"};
    Value value = Translator(resolver).value(*column.expr);
    if (value.literal) throw Refusal{"the key part is a constant"};
    if (!column.collation.empty()) value.collation = column.collation;
    std::string sql = value.sql;
    const bool binary = value.collation.empty() || equalsIgnoreCase(value.collation, "BINARY");
    if (value.type == TypeClass::text && !binary) {
      sql = "(" + collated(value, value.collation, false) + ")";
    } else if (column.expr->kind != Expr::Kind::column) {
      sql = "(" + sql + ")";
    }
    // SQLite's NULLs are the smallest values.
    return simpleValue(sql + (column.descending ? " DESC NULLS LAST" : " ASC NULLS FIRST"),
                       value.type);
  });
}

bool isConstant(const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::column:
    case Expr::Kind::parameter:
    case Expr::Kind::function:
    case Expr::Kind::subquery:
    case Expr::Kind::exists:
    case Expr::Kind::opaque:
      return false;
    default:
      return std::all_of(expr.children.begin(), expr.children.end(),
                         [](const ExprPtr& child) { return isConstant(*child); });
  }
}

}  // namespace repot::sql
