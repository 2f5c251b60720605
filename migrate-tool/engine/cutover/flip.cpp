// See flip.hpp.
#include "engine/cutover/flip.hpp"

#include <repot/copier.hpp>
#include <repot/error.hpp>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

namespace repot::migrate {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

[[noreturn]] void failBySystem(const std::string& what) {
  const int code = errno;
  throw Error(code == EACCES || code == EPERM ? ErrorKind::permission : ErrorKind::resource,
              what + ": " + std::strerror(code));
}

std::string folderOf(const std::string& path) {
  return fs::absolute(path).parent_path().string();
}

std::string contentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::notFound, "cannot read \"" + path + '"');
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Where a variable's value stands in a file of NAME=value lines; the last line counts.
struct Place {
  std::size_t begin = 0, end = 0;
};
std::optional<Place> placeOf(std::string_view text, std::string_view variable) {
  std::optional<Place> place;
  for (std::size_t line = 0; line < text.size();) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    std::size_t at = text.find_first_not_of(" \t", line);
    if (text.substr(at < end ? at : end, 7) == "export ")
      at = text.find_first_not_of(" \t", at + 7);
    if (at < end && text.substr(at, variable.size()) == variable &&
        text.substr(at + variable.size(), 1) == "=") {
      std::size_t last = end;
      while (last > at && (text[last - 1] == '\r' || text[last - 1] == ' '))
        --last;
      place = Place{at + variable.size() + 1, last};
    }
    line = end + 1;
  }
  return place;
}

/// A value spelled as the one that it takes the place of.
std::string spelledLike(const std::string& value, std::string_view before) {
  const char quote = before.size() >= 2 && before.front() == before.back() &&
                             (before.front() == '"' || before.front() == '\'')
                         ? before.front()
                         : '\0';
  const bool plain =
      value.find_first_of(quote == '\0' ? " \t\n\r\"'\\$#`" : "\n\r\"'\\$`") == std::string::npos;
  if (!plain)
    throw Error(ErrorKind::usage,
                "the new value has characters that environment files spell in different ways "
                "(blanks, quotes, $, \\, #); percent-encode them in the URL");
  return quote == '\0' ? value : quote + value + quote;
}

/// A file in place of another at once, with its owner and mode.
void replaceFile(const std::string& path, const std::string& contents) {
  const std::string real = fs::canonical(path).string();
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0) failBySystem("cannot read \"" + path + '"');
  std::string name = real + ".XXXXXX";
  const int file = ::mkstemp(name.data());
  if (file < 0) failBySystem("cannot write beside \"" + path + '"');
  const auto fail = [&] {
    const int code = errno;
    ::close(file);
    ::unlink(name.c_str());
    errno = code;
    failBySystem("cannot write \"" + path + '"');
  };
  for (std::size_t done = 0; done < contents.size();) {
    const ssize_t count = ::write(file, contents.data() + done, contents.size() - done);
    if (count < 0) fail();
    done += static_cast<std::size_t>(count);
  }
  if (::fchmod(file, status.st_mode & 07777) != 0) fail();
  const bool sameOwner = status.st_uid == ::geteuid() && status.st_gid == ::getegid();
  if (!sameOwner && ::fchown(file, status.st_uid, status.st_gid) != 0) fail();
  if (::fsync(file) != 0 || ::rename(name.c_str(), real.c_str()) != 0) fail();
  ::close(file);
  syncToDisk(folderOf(real));
}

}  // namespace

Flips::Flips(FlipOptions options) : options_(std::move(options)) {
  if (options_.envFile.empty() != options_.variable.empty())
    throw Error(ErrorKind::usage, "--env-file and --variable belong together");
  if (options_.link.empty() != options_.linkTo.empty())
    throw Error(ErrorKind::usage, "--symlink and --symlink-to belong together");
  if (!options_.envFile.empty()) {
    const std::string text = contentsOf(options_.envFile);
    const auto place = placeOf(text, options_.variable);
    if (!place)
      throw Error(ErrorKind::notFound,
                  "\"" + options_.envFile + "\" has no line " + options_.variable + "=…");
    rawBefore_ = text.substr(place->begin, place->end - place->begin);
    static_cast<void>(spelledLike(options_.value, rawBefore_));
    if (::access(folderOf(fs::canonical(options_.envFile).string()).c_str(), W_OK) != 0)
      failBySystem("cannot write beside \"" + options_.envFile + '"');
  }
  if (!options_.link.empty()) {
    std::error_code none;
    linkBefore_ = fs::read_symlink(options_.link, none).string();
    if (none) throw Error(ErrorKind::notFound, "\"" + options_.link + "\" is no symbolic link");
    if (::access(folderOf(options_.link).c_str(), W_OK) != 0)
      failBySystem("cannot write beside \"" + options_.link + '"');
  }
}

Flips Flips::recorded(const std::string& record) {
  Flips flips;
  const json::value parsed = json::parse(record);
  const auto text = [&](const char* key) {
    const json::value* found = parsed.as_object().if_contains(key);
    return found == nullptr ? std::string() : json::value_to<std::string>(*found);
  };
  flips.options_.envFile = text("env_file");
  flips.options_.variable = text("variable");
  flips.rawBefore_ = text("before");
  flips.options_.link = text("link");
  flips.linkBefore_ = text("link_before");
  return flips;
}

std::string Flips::record() const {
  json::object object;
  if (!options_.envFile.empty()) {
    object["env_file"] = fs::absolute(options_.envFile).string();
    object["variable"] = options_.variable;
    object["before"] = rawBefore_;
  }
  if (!options_.link.empty()) {
    object["link"] = fs::absolute(options_.link).string();
    object["link_before"] = linkBefore_;
  }
  return json::serialize(object);
}

void Flips::setVariable(const std::string& rawValue) {
  std::string text = contentsOf(options_.envFile);
  const auto place = placeOf(text, options_.variable);
  if (!place)
    throw Error(ErrorKind::conflict,
                "\"" + options_.envFile + "\" has no line " + options_.variable + "=… any more");
  if (text.compare(place->begin, place->end - place->begin, rawValue) == 0) return;
  text.replace(place->begin, place->end - place->begin, rawValue);
  replaceFile(options_.envFile, text);
}

void Flips::setLink(const std::string& to) {
  const std::string name = options_.link + ".repot-new";
  ::unlink(name.c_str());
  if (::symlink(to.c_str(), name.c_str()) != 0 ||
      ::rename(name.c_str(), options_.link.c_str()) != 0)
    failBySystem("cannot change the link \"" + options_.link + '"');
  syncToDisk(folderOf(options_.link));
}

void Flips::runHook() const {
  const pid_t child = ::fork();
  if (child < 0) failBySystem("cannot run the hook");
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", options_.hook.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  throw Error(ErrorKind::resource,
              "the hook " + (WIFEXITED(status)
                                 ? "ended with " + std::to_string(WEXITSTATUS(status))
                                 : "was ended by signal " + std::to_string(WTERMSIG(status))));
}

void Flips::flip() {
  if (!options_.envFile.empty()) setVariable(spelledLike(options_.value, rawBefore_));
  if (!options_.link.empty()) setLink(options_.linkTo);
  if (!options_.hook.empty()) runHook();
}

void Flips::undo() {
  if (!options_.link.empty()) setLink(linkBefore_);
  if (!options_.envFile.empty()) setVariable(rawBefore_);
}

std::vector<std::string> Flips::sentences() const {
  std::vector<std::string> done;
  if (!options_.envFile.empty())
    done.push_back(options_.variable + " in " + options_.envFile + " names the target");
  if (!options_.link.empty()) done.push_back(options_.link + " leads to " + options_.linkTo);
  if (!options_.hook.empty()) done.push_back("the hook was run");
  return done;
}

}  // namespace repot::migrate
