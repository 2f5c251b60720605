// A failed attempt to connect as Repot's error; see connection_error.hpp.
#include "postgresql/connection_error.hpp"

namespace repot::postgresql {

Error connectionError(const DatabaseUrl& url, std::string message) {
  while (!message.empty() && message.back() == '\n')
    message.pop_back();
  // libpq keeps no SQLSTATE of a failed attempt, only the server's words.
  ErrorKind kind = ErrorKind::connection;
  for (const char* sign :
       {"authentication failed", "no password supplied", "no pg_hba.conf entry"}) {
    if (message.find(sign) != std::string::npos) kind = ErrorKind::authentication;
  }
  if (message.find("does not exist") != std::string::npos &&
      message.find("database \"") != std::string::npos) {
    kind = ErrorKind::notFound;
  }
  return Error(kind, "cannot connect to " + url.toString() + ": " + message);
}

}  // namespace repot::postgresql
