// A folder that is gone with the process, however that ends, and a PostgreSQL server in it: for
// rehearsals. No server that is there is touched.
#pragma once

#include <repot/copier.hpp>
#include <repot/url.hpp>

#include <string>

namespace repot::postgresql {

/// The folder of initdb and pg_ctl: that which REPOT_POSTGRESQL_BIN names, the newest of
/// /usr/lib/postgresql, or what is in PATH. Throws Error(notFound) that says what to install.
std::string serverPrograms();

/// A process of its own waits for the end of this one: it stops the server and removes the folder,
/// also after kill -9. Thread-safety: one thread at a time.
class Throwaway {
 public:
  /// Makes a folder in `parent` (empty: $TMPDIR or /tmp) that nobody else can list. Throws Error.
  explicit Throwaway(const std::string& parent = {});
  ~Throwaway();
  Throwaway(const Throwaway&) = delete;
  Throwaway& operator=(const Throwaway&) = delete;

  const std::string& folder() const noexcept { return folder_; }
  /// Makes a cluster and starts its server, on a socket that only its user reaches; as root that is
  /// postgres, or else nobody. With the server's own settings, so that times are as they are.
  /// Throws Error.
  DatabaseUrl startServer(const CopyObserver& observer);

 private:
  std::string folder_;
  int alive_ = -1;  ///< The end of a pipe that closes with this process.
  int janitor_ = -1;
};

}  // namespace repot::postgresql
