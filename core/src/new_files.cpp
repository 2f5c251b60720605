// See new_files.hpp.
#include "repot/new_files.hpp"

#include "repot/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace repot {
namespace {

namespace fs = std::filesystem;

/// Never writes over a file.
void writeNew(const fs::path& path, const std::string& text) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "wx"), close);
  if (!file) {
    throw Error(ErrorKind::resource, "cannot write " + path.string() + ": " + std::strerror(errno));
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  if (std::fclose(file.release()) != 0 || !written) {
    const std::string reason = std::strerror(errno);
    std::error_code ignored;
    fs::remove(path, ignored);
    throw Error(ErrorKind::resource, "cannot write " + path.string() + ": " + reason);
  }
}

/// Makes the folder and those above it that are missing; notes in `made` each that it made.
void makeFolders(const fs::path& folder, std::vector<fs::path>& made) {
  if (folder.empty() || fs::exists(folder)) return;
  makeFolders(folder.parent_path(), made);
  std::error_code code;
  if (fs::create_directory(folder, code)) made.push_back(folder);
  if (code) {
    throw Error(ErrorKind::resource,
                "cannot make the folder " + folder.string() + ": " + code.message());
  }
}

}  // namespace

std::vector<fs::path> writeNewFiles(const fs::path& folder,
                                    const std::vector<std::pair<std::string, std::string>>& files) {
  std::vector<fs::path> written, made;
  try {
    for (const auto& [name, text] : files) {
      const fs::path path = folder / name;
      if (name.find('/') != std::string::npos) makeFolders(path.parent_path(), made);
      writeNew(path, text);
      written.push_back(path);
    }
  } catch (const Error&) {
    std::error_code ignored;
    std::reverse(made.begin(), made.end());
    for (const auto* paths : {&written, &made}) {
      for (const fs::path& path : *paths)
        fs::remove(path, ignored);
    }
    throw;
  }
  return written;
}

}  // namespace repot
