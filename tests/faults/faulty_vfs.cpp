// A VFS in front of the default one; see faulty_vfs.hpp.
#include "faulty_vfs.hpp"

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <mutex>
#include <new>
#include <stdexcept>

namespace repot::test {
namespace {

// Readers of a migration are on several threads.
std::mutex mutex;
struct Faults {
  bool armed = false;
  bool lasting = false;
  IoFault fault = IoFault::read;
  std::int64_t left = 0;
  bool fired = false;
} faults;

/// Counts a call of the family; true where it is one to fail.
bool fails(IoFault fault) {
  const std::lock_guard lock(mutex);
  if (!faults.armed || faults.fault != fault) return false;
  if (faults.left > 0) --faults.left;
  if (faults.left > 0 || (faults.fired && !faults.lasting)) return false;
  faults.fired = true;
  return true;
}

/// SQLite allocates szOsFile bytes; the real file lies behind this one.
struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_vfs* realVfs = nullptr;

File& of(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return of(file).real();
}
const sqlite3_io_methods& methods(sqlite3_file* file) {
  return *real(file)->pMethods;
}

int close(sqlite3_file* file) {
  return methods(file).xClose(real(file));
}
int read(sqlite3_file* file, void* data, int count, sqlite3_int64 offset) {
  if (fails(IoFault::read)) return SQLITE_IOERR_READ;
  return methods(file).xRead(real(file), data, count, offset);
}
int write(sqlite3_file* file, const void* data, int count, sqlite3_int64 offset) {
  if (fails(IoFault::full)) return SQLITE_FULL;
  if (fails(IoFault::write)) {
    // Half of it arrives, as on a real disk.
    methods(file).xWrite(real(file), data, count / 2, offset);
    return SQLITE_IOERR_WRITE;
  }
  return methods(file).xWrite(real(file), data, count, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (fails(IoFault::write)) return SQLITE_IOERR_TRUNCATE;
  return methods(file).xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) {
  if (fails(IoFault::sync)) return SQLITE_IOERR_FSYNC;
  return methods(file).xSync(real(file), flags);
}
int fileSize(sqlite3_file* file, sqlite3_int64* size) {
  if (fails(IoFault::read)) return SQLITE_IOERR_FSTAT;
  return methods(file).xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) {
  if (fails(IoFault::lock)) return SQLITE_IOERR_LOCK;
  return methods(file).xLock(real(file), level);
}
int unlock(sqlite3_file* file, int level) {
  return methods(file).xUnlock(real(file), level);
}
int checkReservedLock(sqlite3_file* file, int* result) {
  if (fails(IoFault::lock)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  return methods(file).xCheckReservedLock(real(file), result);
}
int fileControl(sqlite3_file* file, int op, void* argument) {
  return methods(file).xFileControl(real(file), op, argument);
}
int sectorSize(sqlite3_file* file) {
  return methods(file).xSectorSize(real(file));
}
int deviceCharacteristics(sqlite3_file* file) {
  return methods(file).xDeviceCharacteristics(real(file));
}
int shmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  if (fails(IoFault::sharedMemory)) return SQLITE_IOERR_SHMMAP;
  return methods(file).xShmMap(real(file), page, size, extend, memory);
}
int shmLock(sqlite3_file* file, int offset, int count, int flags) {
  // Unlocking cannot fail, and SQLite does not look.
  if ((flags & SQLITE_SHM_LOCK) != 0 && fails(IoFault::lock)) return SQLITE_IOERR_SHMLOCK;
  return methods(file).xShmLock(real(file), offset, count, flags);
}
void shmBarrier(sqlite3_file* file) {
  methods(file).xShmBarrier(real(file));
}
int shmUnmap(sqlite3_file* file, int removes) {
  return methods(file).xShmUnmap(real(file), removes);
}

/// Version 2: no memory mapping, so that every read is a call.
constexpr sqlite3_io_methods faultyMethods{2,
                                           close,
                                           read,
                                           write,
                                           truncate,
                                           sync,
                                           fileSize,
                                           lock,
                                           unlock,
                                           checkReservedLock,
                                           fileControl,
                                           sectorSize,
                                           deviceCharacteristics,
                                           shmMap,
                                           shmLock,
                                           shmBarrier,
                                           shmUnmap,
                                           nullptr,
                                           nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
  file->pMethods = nullptr;  // Says that there is nothing to close.
  if (fails(IoFault::open)) return SQLITE_CANTOPEN;
  const int result = realVfs->xOpen(realVfs, name, real(file), flags, outFlags);
  if (real(file)->pMethods != nullptr) file->pMethods = &faultyMethods;
  return result;
}
int remove(sqlite3_vfs*, const char* name, int syncs) {
  if (fails(IoFault::remove)) return SQLITE_IOERR_DELETE;
  return realVfs->xDelete(realVfs, name, syncs);
}
int access(sqlite3_vfs*, const char* name, int flags, int* result) {
  if (fails(IoFault::open)) return SQLITE_IOERR_ACCESS;
  return realVfs->xAccess(realVfs, name, flags, result);
}

}  // namespace

void FaultyVfs::install() {
  if (realVfs != nullptr) return;
  realVfs = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs faulty = *realVfs;
  faulty.zName = "repot-faulty";
  faulty.szOsFile = static_cast<int>(sizeof(File)) + realVfs->szOsFile;
  faulty.xOpen = open;
  faulty.xDelete = remove;
  faulty.xAccess = access;
  if (sqlite3_vfs_register(&faulty, 1) != SQLITE_OK) throw std::runtime_error("no VFS registered");
}

void FaultyVfs::arm(IoFault fault, std::int64_t nth, bool lasting) {
  const std::lock_guard lock(mutex);
  faults = {true, lasting, fault, nth, false};
}

void FaultyVfs::disarm() {
  const std::lock_guard lock(mutex);
  faults.armed = false;
}

bool FaultyVfs::fired() {
  const std::lock_guard lock(mutex);
  return faults.fired;
}

}  // namespace repot::test
