// Any bytes as a database file: planning refuses it or makes a plan, in bounded time and memory.
#include "engine/plan_json.hpp"
#include "engine/planner.hpp"
#include "fuzzer.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/bulk.hpp>

#include <unistd.h>

#include <string>

using repot::fuzz::require;

namespace {

/// SQLite wants a file in a folder; this one is gone when the run of one input ends.
class ScratchFile {
 public:
  ScratchFile(const std::uint8_t* data, std::size_t size) {
    const int descriptor = ::mkstemp(path_.data());
    require(descriptor >= 0 && ::write(descriptor, data, size) == static_cast<ssize_t>(size),
            "a scratch file can be made");
    ::close(descriptor);
  }
  ~ScratchFile() {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      ::unlink((path_ + suffix).c_str());
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/dev/shm/repot-fuzz-XXXXXX";
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ScratchFile file(data, size);
  try {
    auto source = repot::sqlite::SqliteSource::open(file.path());
    source.quickCheck();
    const repot::migrate::Plan plan = repot::migrate::makePlan(source, {});
    const std::string written = repot::migrate::planToJson(plan);
    require(repot::migrate::planToJson(repot::migrate::planFromJson(written)) == written,
            "every plan can be saved and read");
  } catch (const repot::Error&) {
  }
  return 0;
}
