// zstd over files, in bounded memory.
#include "backup/files.hpp"
#include "repot/error.hpp"
#include "repot/figures_text.hpp"

#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace repot::backup {
namespace {

namespace fs = std::filesystem;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr int level = 3;  // Higher ones take several times as long for a tenth less room.

[[noreturn]] void fail(const char* what, const fs::path& path) {
  throw Error(ErrorKind::resource, std::string("cannot ") + what + " \"" + path.string() +
                                       "\": " + std::strerror(errno));
}

File open(const fs::path& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), &std::fclose);
  if (!file) fail("open", path);
  return file;
}

std::size_t readBlock(const File& file, std::vector<char>& block, const fs::path& path) {
  const std::size_t size = std::fread(block.data(), 1, block.size(), file.get());
  if (size == 0 && std::ferror(file.get()) != 0) fail("read", path);
  return size;
}

void writeBlock(const File& file, const std::vector<char>& block, std::size_t size,
                const fs::path& path) {
  if (std::fwrite(block.data(), 1, size, file.get()) != size) fail("write", path);
}

/// Better said before than when the disk is full, which others may need too.
void requireRoom(const std::vector<char>& start, std::size_t size, const fs::path& from,
                 const fs::path& to) {
  const auto bytes = ZSTD_getFrameContentSize(start.data(), size);
  if (bytes == ZSTD_CONTENTSIZE_UNKNOWN || bytes == ZSTD_CONTENTSIZE_ERROR) return;
  std::error_code unknown;
  const fs::space_info room = fs::space(to.parent_path(), unknown);
  if (unknown || room.available >= bytes) return;
  throw Error(ErrorKind::resource, "unpacking \"" + from.string() + "\" takes " +
                                       bytesText(static_cast<double>(bytes)) + ", and " +
                                       to.parent_path().string() + " has room for " +
                                       bytesText(static_cast<double>(room.available)) +
                                       "; set TMPDIR to a folder with more");
}

void flush(const File& file, const fs::path& path) {
  if (std::fflush(file.get()) != 0) fail("write", path);
}

}  // namespace

void compress(const fs::path& from, const fs::path& to, const CopyObserver& observer) {
  const File input = open(from, "rb");
  const File output = open(to, "wb");
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                        &ZSTD_freeCCtx);
  if (!context) throw Error(ErrorKind::resource, "out of memory while compressing");
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  const auto bytes = fs::file_size(from);
  ZSTD_CCtx_setPledgedSrcSize(context.get(), bytes);  // Tells what room unpacking takes.
  std::vector<char> read(ZSTD_CStreamInSize()), written(ZSTD_CStreamOutSize());
  CopyProgress progress{"compressing", 0, static_cast<std::int64_t>(bytes)};
  for (;;) {
    const std::size_t size = readBlock(input, read, from);
    const ZSTD_EndDirective mode = size < read.size() ? ZSTD_e_end : ZSTD_e_continue;
    ZSTD_inBuffer in{read.data(), size, 0};
    for (;;) {
      ZSTD_outBuffer out{written.data(), written.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context.get(), &out, &in, mode);
      if (ZSTD_isError(left) != 0) {
        throw Error(ErrorKind::resource, std::string("compressing: ") + ZSTD_getErrorName(left));
      }
      writeBlock(output, written, out.pos, to);
      if (mode == ZSTD_e_end ? left == 0 : in.pos == in.size) break;
    }
    progress.done += static_cast<std::int64_t>(size);
    tell(observer, progress);
    if (mode == ZSTD_e_end) break;
  }
  flush(output, to);
}

void decompress(const fs::path& from, const fs::path& to, const CopyObserver& observer) {
  const File input = open(from, "rb");
  const File output = open(to, "wb");
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                        &ZSTD_freeDCtx);
  if (!context) throw Error(ErrorKind::resource, "out of memory while decompressing");
  std::vector<char> read(ZSTD_DStreamInSize()), written(ZSTD_DStreamOutSize());
  const std::string stage = "unpacking into " + to.parent_path().string();
  CopyProgress progress{stage, 0, static_cast<std::int64_t>(fs::file_size(from))};
  tell(observer, progress);  // Where, before it is known whether there is room.
  std::size_t wanted = 1;
  while (const std::size_t size = readBlock(input, read, from)) {
    if (progress.done == 0) requireRoom(read, size, from, to);
    ZSTD_inBuffer in{read.data(), size, 0};
    while (in.pos < in.size) {
      ZSTD_outBuffer out{written.data(), written.size(), 0};
      wanted = ZSTD_decompressStream(context.get(), &out, &in);
      if (ZSTD_isError(wanted) != 0) {
        throw Error(ErrorKind::data,
                    '"' + from.string() + "\" is damaged: " + ZSTD_getErrorName(wanted));
      }
      writeBlock(output, written, out.pos, to);
    }
    progress.done += static_cast<std::int64_t>(size);
    tell(observer, progress);
  }
  if (wanted != 0) throw Error(ErrorKind::data, '"' + from.string() + "\" ends too early");
  flush(output, to);
}

}  // namespace repot::backup
