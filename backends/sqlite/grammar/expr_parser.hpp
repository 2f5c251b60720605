// Expressions in the middle of a statement.
#pragma once

#include <repot/sqlite/grammar/ast.hpp>
#include <repot/sqlite/grammar/token.hpp>

#include <string>
#include <string_view>

namespace repot::sql {

/// The longest expression from the cursor on. Throws SyntaxError.
ExprPtr parseExpr(Cursor& cursor);

/// A node whose depth is known; SyntaxError where the tree gets deeper than Expr::maxDepth.
ExprPtr makeExpr(const Cursor& cursor, Expr::Kind kind, std::string text,
                 std::vector<ExprPtr> children = {});

/// "(…)" with an expression: its text, and the tree, which is null where the text was not
/// understood. The cursor is behind the parenthesis in both cases.
std::string parseParenthesized(Cursor& cursor, ExprPtr& tree);

}  // namespace repot::sql
