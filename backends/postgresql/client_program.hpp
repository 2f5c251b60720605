// PostgreSQL's own client programs, run for what only they can do well (pg_dump, pg_restore).
#pragma once

#include <repot/copier.hpp>
#include <repot/postgresql/bulk.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::postgresql {

using ProgramOutput = std::function<void(std::string_view)>;

/// Runs `program` to its end, without a server; what it prints goes to `output`, and `observer` is
/// told `progress` now and then. Throws Error: notFound where the program is not installed, timeout
/// where `observer` stops it, else resource with what it wrote on stderr.
void runProgram(const std::string& program, const std::vector<std::string>& arguments,
                const CopyObserver& observer, const CopyProgress& progress,
                const ProgramOutput& output = {});

/// Runs programs with a connection's server, user and settings. Passwords go through a private file
/// and the program's environment, never its command line.
class ClientPrograms {
 public:
  explicit ClientPrograms(const BulkConnection& connection);
  ~ClientPrograms();
  ClientPrograms(const ClientPrograms&) = delete;
  ClientPrograms& operator=(const ClientPrograms&) = delete;

  /// As runProgram(), with the option --dbname.
  void run(const std::string& program, std::vector<std::string> arguments,
           const CopyObserver& observer, const CopyProgress& progress) const;

 private:
  std::string password_;
  std::string file_;
};

}  // namespace repot::postgresql
