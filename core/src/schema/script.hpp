// Texts of SQL, read no deeper than both databases agree: quotes, comments, and where statements
// begin.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// Without comments, and any blanks outside of quotes as one: what a checksum is taken of.
std::string normalizedSql(std::string_view sql);

struct TransactionStatement {
  std::string word;  ///< In capitals: "COMMIT".
  int line = 0;      ///< From 1.
};

/// The first statement that begins or ends a transaction; those inside of triggers' and functions'
/// bodies are none, nor is ROLLBACK TO a savepoint.
std::optional<TransactionStatement> transactionStatementIn(std::string_view sql);

/// The statements that may lose or alter data: all but those that are known not to.
std::vector<std::string> losingStatementsIn(std::string_view sql);

}  // namespace repot::schema
