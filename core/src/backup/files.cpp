// See files.hpp.
#include "backup/files.hpp"

#include "repot/error.hpp"
#include "repot/replace_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

namespace repot::backup {
namespace {

namespace fs = std::filesystem;

constexpr mode_t privateFile = S_IRUSR | S_IWUSR;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  const int code = errno;
  const bool denied = code == EACCES || code == EPERM || code == EROFS;
  throw Error(denied ? ErrorKind::permission : ErrorKind::resource,
              "cannot " + what + " \"" + path.string() + "\": " + std::strerror(code));
}

/// A file descriptor.
class Handle {
 public:
  Handle(const fs::path& path, int flags, mode_t mode = 0) noexcept
      : handle_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Handle() {
    if (handle_ >= 0) ::close(handle_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  int get() const noexcept { return handle_; }
  int release() noexcept { return std::exchange(handle_, -1); }

 private:
  int handle_;
};

}  // namespace

PartialFile::PartialFile(fs::path path) : path_(std::move(path)) {
  const Handle handle(path_, O_WRONLY | O_CREAT | O_EXCL, privateFile);
  if (handle.get() < 0) fail("make the file", path_);
}

PartialFile::~PartialFile() {
  std::error_code ignored;  // What stays is removed by the next backup.
  if (!published_) fs::remove(path_, ignored);
}

void PartialFile::sync() const {
  const Handle handle(path_, O_RDONLY);
  if (handle.get() < 0 || ::fsync(handle.get()) != 0) fail("bring to the disk", path_);
  ::posix_fadvise(handle.get(), 0, 0, POSIX_FADV_DONTNEED);
}

void PartialFile::publish(const fs::path& name) {
  if (::rename(path_.c_str(), name.c_str()) != 0) fail("make the file", name);
  published_ = true;
  syncFolder(name.parent_path());
}

FolderLock::FolderLock(const fs::path& file) {
  Handle handle(file, O_RDWR | O_CREAT, privateFile);
  if (handle.get() < 0) fail("make the file", file);
  if (::flock(handle.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail("lock", file);
    std::string owner(32, '\0');
    const ssize_t read = ::read(handle.get(), owner.data(), owner.size());
    owner.resize(static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
    throw Error(ErrorKind::busy, "another process" + (owner.empty() ? "" : " (" + owner + ")") +
                                     " is at the backups of this database in " +
                                     file.parent_path().string());
  }
  const std::string owner = "pid " + std::to_string(::getpid());
  // For the message above only: that it cannot be written is no reason to have no backup.
  if (::ftruncate(handle.get(), 0) == 0 &&
      ::pwrite(handle.get(), owner.data(), owner.size(), 0) < 0) {
    errno = 0;
  }
  handle_ = handle.release();
}

FolderLock::~FolderLock() {
  ::close(handle_);
}

void makeFolder(const fs::path& folder) {
  if (fs::is_directory(folder)) return;
  if (folder.has_parent_path() && !fs::exists(folder.parent_path())) {
    makeFolder(folder.parent_path());
  }
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail("make the folder", folder);
  if (!fs::is_directory(folder)) {
    errno = ENOTDIR;
    fail("use as a folder", folder);
  }
}

void syncFolder(const fs::path& folder) {
  syncToDisk(folder.empty() ? "." : folder.string());
}

std::string digestOfFile(const fs::path& file, const CopyObserver& observer) {
  const Handle handle(file, O_RDONLY);
  if (handle.get() < 0) fail("read", file);
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              &XXH3_freeState);
  if (!state) throw Error(ErrorKind::resource, "out of memory while reading a file");
  XXH3_128bits_reset(state.get());
  std::vector<char> block(std::size_t{1} << 20);
  CopyProgress progress{"reading", 0, static_cast<std::int64_t>(fs::file_size(file))};
  for (;;) {
    const ssize_t size = ::read(handle.get(), block.data(), block.size());
    if (size < 0) fail("read", file);
    if (size == 0) break;
    XXH3_128bits_update(state.get(), block.data(), static_cast<std::size_t>(size));
    progress.done += size;
    tell(observer, progress);
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx",
                static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text.data();
}

}  // namespace repot::backup

namespace repot {

void replaceFile(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  // A link stays one, and what is no file – a terminal, a pipe – is written to.
  const fs::path real = fs::weakly_canonical(path, ignored);
  const fs::path file = real.empty() ? fs::path(path) : real;
  const auto write = [&](const fs::path& to) {
    std::ofstream stream(to, std::ios::binary);
    stream << text;
    stream.close();
    if (stream) return;
    errno = errno == 0 ? EIO : errno;
    backup::fail("write", to);
  };
  if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored)) return write(file);
  fs::path partial = file;
  partial += ".partial";
  fs::remove(partial, ignored);
  backup::PartialFile written(partial);
  write(partial);
  written.sync();
  written.publish(file);
}

void syncToDisk(const std::string& path) {
  const backup::Handle handle(path, O_RDONLY);
  if (handle.get() < 0 || ::fsync(handle.get()) != 0) backup::fail("bring to the disk", path);
}

void tell(const CopyObserver& observer, const CopyProgress& progress) {
  if (observer && !observer(progress)) throw Error(ErrorKind::timeout, "stopped");
}

}  // namespace repot
