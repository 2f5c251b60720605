// Two connections at once, which have a server process each unless transactions share them; see
// pooler.hpp.
#include "postgresql/connection_error.hpp"
#include "postgresql/result_error.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>
#include <repot/postgresql/pooler.hpp>

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>

namespace repot::postgresql {
namespace {

class Probe {
 public:
  explicit Probe(const DatabaseUrl& url)
      : connection_(PQconnectdb(connectionString(url).c_str()), &PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      throw connectionError(url, PQerrorMessage(connection_.get()));
  }
  /// The process that answers.
  int answering() {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), "SELECT pg_catalog.pg_backend_pid()"), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
      throw errorOf(connection_.get(), result.get());
    return std::atoi(PQgetvalue(result.get(), 0, 0));
  }
  /// The process that the other side says it is.
  int promised() const { return PQbackendPID(connection_.get()); }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace

void requireOwnSession(const DatabaseUrl& url) {
  Probe first(url);
  const int process = first.answering();
  if (process == first.promised()) return;
  // A pooler hands out the server that came free last, or the next one in turn: in transaction mode
  // the second connection gets the first one's, or the first one another.
  constexpr int rounds = 3;
  Probe second(url);
  for (int round = 0; round < rounds; ++round) {
    if (second.answering() != process && first.answering() == process) continue;
    throw Error(ErrorKind::schema,
                "the target " + url.toString() +
                    " is a connection pooler in transaction mode (as pgbouncer has it): the locks, "
                    "settings and snapshots of a session do not last there; give the server's own "
                    "host and port (5432 by default), or a pool in session mode");
  }
}

}  // namespace repot::postgresql
