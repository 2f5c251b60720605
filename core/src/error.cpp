// Names of the error kinds and the properties that depend on them.
#include "repot/error.hpp"

namespace repot {

std::string_view toString(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::invalidUrl:
      return "invalid_url";
    case ErrorKind::connection:
      return "connection";
    case ErrorKind::authentication:
      return "authentication";
    case ErrorKind::permission:
      return "permission";
    case ErrorKind::notFound:
      return "not_found";
    case ErrorKind::notADatabase:
      return "not_a_database";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::serialization:
      return "serialization";
    case ErrorKind::unique:
      return "unique";
    case ErrorKind::foreignKey:
      return "foreign_key";
    case ErrorKind::notNull:
      return "not_null";
    case ErrorKind::check:
      return "check";
    case ErrorKind::data:
      return "data";
    case ErrorKind::schema:
      return "schema";
    case ErrorKind::resource:
      return "resource";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

Error::Error(ErrorKind kind, const std::string& message)
    : std::runtime_error(message), kind_(kind) {}

bool Error::isConstraint() const noexcept {
  return kind_ == ErrorKind::unique || kind_ == ErrorKind::foreignKey ||
         kind_ == ErrorKind::notNull || kind_ == ErrorKind::check;
}

Error Error::within(std::string_view where) const {
  std::string message(where);
  message += ": ";
  message += what();
  Error outer(kind_, message);
  outer.outcomeKnown_ = outcomeKnown_;
  outer.backendCode_ = backendCode_;
  outer.sqlState_ = sqlState_;
  outer.constraint_ = constraint_;
  outer.statement_ = statement_;
  return outer;
}

}  // namespace repot
