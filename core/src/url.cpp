// Parsing and printing of database URLs. The parts that only one database understands (the meaning
// of query options, service files, TLS) are left to its backend.
#include "repot/url.hpp"

#include "repot/error.hpp"
#include "repot/percent.hpp"

#include <algorithm>
#include <cctype>

namespace repot {
namespace {

constexpr std::string_view memoryName = ":memory:";
// In a file path only the bytes that would end or change the path need an escape.
constexpr std::string_view pathBytes = "/:@!$&'()*+,;=#[]\" <>\\^`{|}";
constexpr std::string_view queryBytes = "/:,@";

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

bool isSchemeName(std::string_view name) {
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
         });
}

bool isSecretOption(std::string_view name) {
  const std::string key = lower(name);
  return key.find("password") != std::string::npos || key.find("passwd") != std::string::npos ||
         key.find("secret") != std::string::npos || key.find("token") != std::string::npos;
}

std::vector<DatabaseUrl::Option> parseOptions(std::string_view query, std::size_t offset) {
  std::vector<DatabaseUrl::Option> options;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view item = query.substr(0, end);
    if (!item.empty()) {
      const std::size_t equals = item.find('=');
      if (equals == std::string_view::npos || equals == 0) {
        urlFault(offset, "a query option must be written name=value");
      }
      options.emplace_back(percentDecode(item.substr(0, equals), offset),
                           percentDecode(item.substr(equals + 1), offset + equals + 1));
    }
    const std::size_t step = std::min(end + 1, query.size());
    query.remove_prefix(step);
    offset += step;
  }
  return options;
}

void checkPort(std::string_view port, std::size_t offset) {
  if (port.empty()) return;
  const bool digits = port.size() <= 5 && std::all_of(port.begin(), port.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  const int value = digits ? std::stoi(std::string(port)) : 0;
  if (value < 1 || value > 65535) urlFault(offset, "the port must be a number from 1 to 65535");
}

DatabaseUrl::Host parseHost(std::string_view text, std::size_t offset) {
  DatabaseUrl::Host host;
  std::size_t colon;
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) urlFault(offset, "'[' of an IPv6 address without ']'");
    host.name = std::string(text.substr(1, close - 1));
    if (close + 1 < text.size() && text[close + 1] != ':') {
      urlFault(offset + close + 1, "only ':' and a port may follow an IPv6 address");
    }
    colon = close + 1 < text.size() ? close + 1 : std::string_view::npos;
  } else {
    colon = text.find(':');
    host.name = percentDecode(text.substr(0, colon), offset);
  }
  if (colon != std::string_view::npos) {
    host.port = std::string(text.substr(colon + 1));
    checkPort(host.port, offset + colon + 1);
  }
  return host;
}

std::vector<DatabaseUrl::Host> parseHosts(std::string_view text, std::size_t offset) {
  std::vector<DatabaseUrl::Host> hosts;
  if (text.empty()) return hosts;
  for (;;) {
    const std::size_t comma = text.find(',');
    hosts.push_back(parseHost(text.substr(0, comma), offset));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    offset += comma + 1;
  }
  // ":" says no more than nothing does.
  if (hosts.size() == 1 && hosts[0].name.empty() && hosts[0].port.empty()) hosts.clear();
  return hosts;
}

}  // namespace

DatabaseUrl DatabaseUrl::parse(std::string_view text) {
  DatabaseUrl url;
  if (text == memoryName) {
    url.scheme_ = "sqlite";
    return url;
  }
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) {
    urlFault(0,
             "a database URL starts with scheme://, for example sqlite:///app.db or "
             "postgresql://user@host/database");
  }
  const std::string_view head = text.substr(0, separator);
  const std::size_t plus = head.find('+');
  if (!isSchemeName(head.substr(0, plus))) urlFault(0, "the scheme is not a name");
  url.scheme_ = lower(head.substr(0, plus));
  if (plus != std::string_view::npos) {
    if (!isSchemeName(head.substr(plus + 1))) urlFault(plus + 1, "the driver is not a name");
    url.driver_ = lower(head.substr(plus + 1));
  }
  if (url.scheme_ == "postgres") url.scheme_ = "postgresql";
  if (url.scheme_ == "sqlite3") url.scheme_ = "sqlite";

  const std::size_t start = separator + 3;
  const std::size_t question = std::min(text.find('?', start), text.size());
  if (question < text.size()) {
    url.options_ = parseOptions(text.substr(question + 1), question + 1);
  }
  const std::size_t slash = std::min(text.find('/', start), question);
  std::string_view authority = text.substr(start, slash - start);
  const std::size_t path = std::min(slash + 1, question);
  url.database_ = percentDecode(text.substr(path, question - path), path);

  if (url.scheme_ == "sqlite") {
    if (!authority.empty()) {
      urlFault(start,
               "an SQLite URL has no host; write sqlite:///relative/path.db or "
               "sqlite:////absolute/path.db");
    }
    if (url.database_ == memoryName) url.database_.clear();
    return url;
  }
  // An unescaped '/', '@' or '?' in a password would shift the host; none of it may be printed.
  if (text.substr(path, question - path).find('@') != std::string_view::npos) {
    urlFault(path,
             "'@' after the first '/'; write '/', '@', ':', '?' in a user or password as "
             "%2F, %40, %3A, %3F");
  }
  if (const std::size_t at = authority.find('@'); at != std::string_view::npos) {
    if (authority.find('@', at + 1) != std::string_view::npos) {
      urlFault(start, "more than one '@'; write '@' in a user or password as %40");
    }
    const std::string_view userinfo = authority.substr(0, at);
    const std::size_t colon = userinfo.find(':');
    url.user_ = percentDecode(userinfo.substr(0, colon), start);
    if (colon != std::string_view::npos) {
      url.password_ = percentDecode(userinfo.substr(colon + 1), start + colon + 1);
    }
    authority.remove_prefix(at + 1);
    url.hosts_ = parseHosts(authority, start + at + 1);
  } else {
    url.hosts_ = parseHosts(authority, start);
  }
  return url;
}

DatabaseUrl DatabaseUrl::parseOrPath(std::string_view text) {
  if (text == memoryName || text.find("://") != std::string_view::npos) return parse(text);
  for (const std::string_view scheme : {"sqlite:", "postgresql:", "postgres:"}) {
    if (lower(text.substr(0, scheme.size())) == scheme) return parse(text);
  }
  return fromSqlitePath(text);
}

DatabaseUrl DatabaseUrl::fromSqlitePath(std::string_view path) {
  if (path.empty()) urlFault(0, "an empty path");
  if (path.find('\0') != std::string_view::npos)
    urlFault(path.find('\0'), "a NUL byte in the path");
  DatabaseUrl url;
  url.scheme_ = "sqlite";
  if (path == memoryName) return url;
  // "file:" at the start of a URL's path means an SQLite URI; a plain file of that name is
  // "./file:".
  if (path.substr(0, 5) == "file:") url.database_ = "./";
  url.database_ += path;
  return url;
}

std::optional<std::string> DatabaseUrl::option(std::string_view name) const {
  for (auto it = options_.rbegin(); it != options_.rend(); ++it) {
    if (it->first == name) return it->second;
  }
  return std::nullopt;
}

std::string DatabaseUrl::filePath() const {
  return database_.starts_with("file:") ? database_.substr(5) : database_;
}

bool DatabaseUrl::isInMemory() const noexcept {
  if (scheme_ != "sqlite") return false;
  if (database_.empty()) return true;
  if (database_.rfind("file:", 0) != 0) return false;
  if (database_.rfind("file::memory:", 0) == 0) return true;
  return std::any_of(options_.begin(), options_.end(), [](const Option& option) {
    return option.first == "mode" && option.second == "memory";
  });
}

std::string DatabaseUrl::toString() const {
  return print(true);
}

std::string DatabaseUrl::toStringWithSecrets() const {
  return print(false);
}

std::string DatabaseUrl::print(bool redact) const {
  std::string text = scheme_;
  if (!driver_.empty()) text += '+' + driver_;
  text += "://";
  if (scheme_ == "sqlite") {
    if (!database_.empty() || !options_.empty()) text += '/' + percentEncode(database_, pathBytes);
  } else {
    if (!user_.empty() || password_) text += percentEncode(user_);
    if (password_) text += redact ? ":***" : ':' + percentEncode(*password_);
    if (!user_.empty() || password_) text += '@';
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      const bool ipv6 = hosts_[i].name.find(':') != std::string::npos &&
                        hosts_[i].name.find('/') == std::string::npos;
      if (i > 0) text += ',';
      text += ipv6 ? '[' + hosts_[i].name + ']' : percentEncode(hosts_[i].name);
      if (!hosts_[i].port.empty()) text += ':' + hosts_[i].port;
    }
    if (!database_.empty() || !options_.empty()) text += '/' + percentEncode(database_);
  }
  char separator = '?';
  for (const auto& [name, value] : options_) {
    text += separator + percentEncode(name) + '=';
    text += redact && isSecretOption(name) ? "***" : percentEncode(value, queryBytes);
    separator = '&';
  }
  return text;
}

DatabaseUrl DatabaseUrl::withoutDriver() const {
  DatabaseUrl copy = *this;
  copy.driver_.clear();
  return copy;
}

DatabaseUrl DatabaseUrl::withHosts(std::vector<Host> hosts) const {
  DatabaseUrl copy = *this;
  copy.hosts_ = std::move(hosts);
  return copy;
}

DatabaseUrl DatabaseUrl::withOption(std::string name, std::string value) const {
  DatabaseUrl copy = *this;
  copy.options_.emplace_back(std::move(name), std::move(value));
  return copy;
}

DatabaseUrl DatabaseUrl::withoutOptions(std::string_view prefix) const {
  DatabaseUrl copy = *this;
  std::erase_if(copy.options_,
                [&](const Option& option) { return option.first.rfind(prefix, 0) == 0; });
  return copy;
}

}  // namespace repot
