// The entries to translation; see translate.hpp.
#include "engine/sql/translate.hpp"

#include "engine/sql/translator.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

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

const Expr* jsonValidColumn(const Expr& expr) {
  const bool call = expr.kind == Expr::Kind::function &&
                    equalsIgnoreCase(expr.text, "json_valid") && expr.children.size() == 1;
  return call && expr.children[0]->kind == Expr::Kind::column ? expr.children[0].get() : nullptr;
}

/// The column of `json_valid(x)`, alone or with `OR x IS NULL`; null for any other condition.
const Expr* jsonColumn(const Expr& expr) {
  if (const Expr* column = jsonValidColumn(expr)) return column;
  if (expr.kind != Expr::Kind::binary || expr.text != "OR") return nullptr;
  for (const std::size_t side : {0U, 1U}) {
    const Expr* column = jsonValidColumn(*expr.children[side]);
    const Expr& other = *expr.children[1 - side];
    const bool isNull = other.kind == Expr::Kind::is && !other.negated &&
                        other.children[0]->kind == Expr::Kind::column &&
                        other.children[1]->kind == Expr::Kind::null;
    if (column != nullptr && isNull && equalsIgnoreCase(other.children[0]->text, column->text))
      return column;
  }
  return nullptr;
}

/// A text column that must be JSON, as Django makes them. As the whole CHECK it can be a cast: what
/// is no JSON fails, if by another error. (IS JSON is PostgreSQL 16's.)
std::optional<Translation> jsonCheck(const Expr& expr, const ColumnResolver& resolver) {
  const Expr* column = jsonColumn(expr);
  if (column == nullptr) return std::nullopt;
  const auto info = resolver(column->qualifier, column->text);
  if (!info || info->converted || info->type != TypeClass::text) return std::nullopt;
  Translation translation;
  translation.sql = info->quotedName + " IS NULL OR " + info->quotedName + "::json IS NOT NULL";
  translation.type = TypeClass::boolean;
  return translation;
}

}  // namespace

Translation translateExpression(const Expr& expr, const ColumnResolver& resolver) {
  Translation translation = translated([&] { return Translator(resolver).value(expr); });
  translation.guaranteed = false;
  return translation;
}

Translation translateCheck(const Expr& expr, const ColumnResolver& resolver) {
  if (auto json = jsonCheck(expr, resolver)) return *json;
  return translated([&] { return Translator(resolver).condition(expr); });
}

Translation translatePredicate(const Expr& expr, const ColumnResolver& resolver) {
  Translation translation = translated([&] { return Translator(resolver).condition(expr); });
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

bool mayOverflow(const Expr& expr) {
  const bool computes =
      (expr.kind == Expr::Kind::binary &&
       std::string_view("+-*/%").find(expr.text) != std::string_view::npos) ||
      (expr.kind == Expr::Kind::unary && expr.text == "-" && !isConstant(*expr.children[0])) ||
      (expr.kind == Expr::Kind::function && equalsIgnoreCase(expr.text, "abs")) ||
      expr.kind == Expr::Kind::cast;
  return computes || std::any_of(expr.children.begin(), expr.children.end(),
                                 [](const ExprPtr& child) { return mayOverflow(*child); });
}

}  // namespace repot::sql
