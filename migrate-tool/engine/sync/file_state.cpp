// Sizes, times and counters of a database's files; see file_state.hpp.
#include "engine/sync/file_state.hpp"

#include <repot/hex.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>

namespace repot::migrate {
namespace {

/// File systems count time in steps of the kernel's clock, some in seconds: of two writes in one
/// step the second changes no time.
constexpr std::int64_t clockStepSeconds = 2;

/// Its first bytes in hex; nothing where it cannot be read.
std::optional<std::string> head(const std::string& path, std::size_t bytes) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::array<char, 136> buffer{};
  const ssize_t count = ::pread(file, buffer.data(), bytes, 0);
  ::close(file);
  if (count < 0) return std::nullopt;
  return formats::toHex({buffer.data(), static_cast<std::size_t>(count)});
}

/// False where the state is not to be told.
bool append(std::string& state, const std::string& path, std::size_t headBytes, bool timed) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    state += ";-";
    return true;
  }
  const auto bytes = head(path, headBytes);
  if (!bytes) return false;
  state += ';' + std::to_string(status.st_ino) + ',' + std::to_string(status.st_size);
  if (timed) {
    if (std::time(nullptr) - status.st_mtim.tv_sec < clockStepSeconds) return false;
    state +=
        ',' + std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec);
  }
  state += ',' + *bytes;
  return true;
}

}  // namespace

std::string stateOfFile(const std::string& path) {
  // The header with its change counter, the -wal's with its salts, and in the -shm the index's,
  // which counts transactions. The -shm is mapped, so that its times say nothing.
  constexpr std::size_t fileHeader = 100, walHeader = 32, indexHeader = 48;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  if (::stat((path + "-journal").c_str(), &status) == 0 && status.st_size > 0) return {};
  std::string state = "1";
  bool told = append(state, path, fileHeader, true);
  // Readers make the two, and leave them empty.
  if (::stat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0) {
    told = told && append(state, path + "-wal", walHeader, true) &&
           append(state, path + "-shm", indexHeader, false);
  }
  return told ? state : std::string();
}

}  // namespace repot::migrate
