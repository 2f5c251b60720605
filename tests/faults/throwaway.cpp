// See throwaway.hpp.
#include "throwaway.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace repot::test {
namespace {

std::string outputOf(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), got);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  while (!output.empty() && output.back() == '\n')
    output.pop_back();
  return output;
}

}  // namespace

std::string throwaway(const std::string& arguments) {
  return outputOf(std::string("'" REPOT_SOURCE_DIR "/tests/support/pg_throwaway' ") + arguments);
}

std::string askByPsql(const std::string& url, const std::string& sql) {
  return outputOf("psql -X -q -A -t -d '" + url + "' -c \"" + sql + '"');
}

void openToServer(const ScratchFolder& folder) {
  using std::filesystem::perms;
  std::filesystem::permissions(std::filesystem::path(folder.file("x")).parent_path(),
                               perms::owner_all | perms::group_exec | perms::others_exec);
}

}  // namespace repot::test
