// The test program as its own helper: a process that migrates a database and can be killed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace repot::test {

/// The migrations of a seed, to be moved by a process.
struct MigrateJob {
  std::string url;
  unsigned seed = 0;
  int count = 0;
  bool up = true;
  std::string target;
};

/// What main() does in the helper: prints the ids that it applied or undid, one a line.
int runJob(const MigrateJob& job);
/// Reads the helper's arguments; false where these are none.
bool readJob(int argc, char** argv, MigrateJob& job);

/// A running helper, whose output goes into a file.
class MigrateProcess {
 public:
  MigrateProcess(const MigrateJob& job, std::string outputFile);
  ~MigrateProcess();
  MigrateProcess(const MigrateProcess&) = delete;
  MigrateProcess& operator=(const MigrateProcess&) = delete;
  void kill();
  /// Its exit code, or minus the signal that ended it.
  int wait();
  /// After wait().
  std::vector<std::string> ids() const;
  std::string output() const;

 private:
  std::string outputFile_;
  pid_t pid_ = -1;
};

}  // namespace repot::test
