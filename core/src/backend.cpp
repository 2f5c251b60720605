// The registry of backends by URL scheme, and small helpers that all of them need.
#include "repot/backend.hpp"

#include "repot/error.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <vector>

namespace repot {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Backend>, std::less<>> backends;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

std::size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row.back();
}

}  // namespace

void registerBackend(std::shared_ptr<const Backend> backend) {
  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  known.backends[std::string(backend->scheme())] = std::move(backend);
}

std::shared_ptr<const Backend> findBackend(std::string_view scheme) {
  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  if (const auto found = known.backends.find(scheme); found != known.backends.end()) {
    return found->second;
  }
  std::string message = "unknown scheme '" + std::string(scheme) + "' in the database URL; ";
  if (known.backends.empty()) {
    message += "no backend is registered (call repot::registerBackends() first)";
  } else {
    message += "known:";
    for (const auto& [name, backend] : known.backends)
      message += ' ' + name;
  }
  throw Error(ErrorKind::invalidUrl, message);
}

bool Statement::readInteger(int index, std::int64_t& number) const {
  const Value value = column(index, ColumnType::integer);
  if (isNull(value)) return false;
  number = std::get<std::int64_t>(value);
  return true;
}

bool Statement::readText(int index, std::string& text) const {
  Value value = column(index, ColumnType::text);
  if (isNull(value)) return false;
  text = std::get<std::string>(std::move(value));
  return true;
}

ServerState Connection::beginReadOn(std::optional<std::uint64_t>) {
  throw Error(ErrorKind::internal, "this backend knows no standbys");
}

TransactionFate Connection::fateOf(const std::string&) {
  return TransactionFate::unknown;
}

void Connection::doInsertRows(const InsertTarget& target, std::size_t rows,
                              const RowSource& source) {
  std::string names;
  std::string places;
  for (std::size_t i = 0; i < target.columns.size(); ++i) {
    const std::string_view separator = i == 0 ? "" : ", ";
    names += separator;
    names += quoteIdentifier(target.columns[i]);
    places += separator;
    places += '$' + std::to_string(i + 1);
  }
  doExecuteRows(
      "INSERT INTO " + quoteIdentifier(target.table) + " (" + names + ") VALUES (" + places + ')',
      rows, source, [](std::size_t, std::int64_t) {});
}

void Connection::doExecuteRows(std::string_view sql, std::size_t rows, const RowSource& source,
                               const std::function<void(std::size_t, std::int64_t)>& changed) {
  Statement& statement = doPrepare(sql);
  try {
    for (std::size_t row = 0; row < rows; ++row) {
      source(row, statement);
      while (statement.doNext()) {
      }
      const std::int64_t count = statement.affectedRows();
      statement.doReset();
      changed(row, count);
    }
  } catch (...) {
    statement.doReset();
    throw;
  }
}

std::optional<std::vector<std::int64_t>> Connection::takeKeys(const std::string&,
                                                              const std::string&, std::size_t) {
  return std::nullopt;
}

std::string quoteIdentifier(std::string_view name) {
  if (name.empty() || name.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::usage, "an SQL name is empty or holds a NUL");
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

std::string nearestName(std::string_view name, std::initializer_list<std::string_view> known) {
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t distance = editDistance(name, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return std::string(nearest);
}

}  // namespace repot
