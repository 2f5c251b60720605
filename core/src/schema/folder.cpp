// Migrations from a folder of SQL files.
#include "repot/error.hpp"
#include "repot/formats.hpp"
#include "repot/schema/migration.hpp"
#include "schema/script.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>
#include <tuple>

namespace repot::schema {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, const std::string& reason) {
  throw Error(ErrorKind::schema, file.string() + ": " + reason);
}

/// What the name of a file says.
struct FileName {
  std::string id;
  std::string words;
  std::string dialect;  ///< Empty: every database.
  bool up = true;
};

std::optional<FileName> parseName(const std::string& name) {
  static const std::regex form(
      R"(([A-Za-z0-9][A-Za-z0-9.-]*)_([^.]+)(?:\.(sqlite|postgresql))?\.(up|down)\.sql)");
  std::smatch found;
  if (!std::regex_match(name, found, form)) return std::nullopt;
  FileName result{found[1], found[2], found[3], found[4] == "up"};
  std::replace(result.words.begin(), result.words.end(), '_', ' ');
  return result;
}

std::string readSql(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream) refuse(file, "cannot be read");
  std::string text = content.str();
  try {
    formats::checkText(text);
  } catch (const Error& error) {
    refuse(file, error.what());
  }
  // What other editors leave behind must not make another migration of it.
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') result += text[i];
  }
  if (const auto found = transactionStatementIn(result)) {
    refuse(file, "line " + std::to_string(found->line) + ": " + found->word +
                     " would end the transaction in which each migration runs; leave it out");
  }
  return result;
}

/// The ids of `-- after:` among the comments that the text begins with; nothing without one.
std::optional<std::vector<std::string>> parentsIn(const std::string& sql) {
  std::istringstream lines(sql);
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    if (!line.starts_with("--")) break;
    static const std::regex form(R"(--\s*after:\s*(.*?)\s*)");
    std::smatch found;
    if (!std::regex_match(line, found, form)) continue;
    std::vector<std::string> ids;
    std::istringstream words(std::regex_replace(found[1].str(), std::regex(","), " "));
    for (std::string id; words >> id;) {
      if (id != "base") ids.push_back(id);
    }
    return ids;
  }
  return std::nullopt;
}

bool hasStatements(const std::string& sql) {
  return !normalizedSql(sql).empty();
}

/// The files of one migration.
struct Files {
  FileName name;
  Sql up, down;
  bool hasUp = false, hasDown = false;
  std::optional<std::vector<std::string>> after;

  void add(const FileName& file, const fs::path& path) {
    const std::string sql = readSql(path);
    if (file.words != name.words) {
      refuse(path, "another migration has the id " + name.id + ": '" + name.words + "'");
    }
    Sql& target = file.up ? up : down;
    (file.up ? hasUp : hasDown) = true;
    if (file.dialect.empty()) {
      target.text = sql;
      // An empty file for every database is not the same as no file at all.
      if (target.text.empty()) target.text = "\n";
    } else {
      target.dialects[file.dialect] = sql;
    }
    if (!file.up) return;
    if (const auto parents = parentsIn(sql)) {
      if (after && *after != *parents) {
        refuse(path, "its '-- after:' is not that of the migration's other up file");
      }
      after = parents;
    }
  }

  /// A down file in which nobody has written anything yet is none: it would forget the migration
  /// without undoing it. Where there is nothing to undo it may be empty.
  void dropUnwrittenDowns() {
    if (!hasStatements(down.text) && hasStatements(up.text)) down.text.clear();
    std::erase_if(down.dialects, [&](const auto& own) {
      return !hasStatements(own.second) && hasStatements(up.of(own.first));
    });
    hasDown = !down.empty();
  }
};

/// 9_x before 10_x, as people count.
bool comesBefore(const fs::path& left, const fs::path& right) {
  const auto numberOf = [](const std::string& name) {
    const std::size_t first = std::min(name.find_first_not_of('0'), name.size());
    const std::size_t end = std::min(name.find_first_not_of("0123456789", first), name.size());
    return name.substr(first, end - first);
  };
  const std::string a = left.filename().string();
  const std::string b = right.filename().string();
  const std::string numberA = numberOf(a);
  const std::string numberB = numberOf(b);
  return std::tuple(numberA.size(), numberA, a) < std::tuple(numberB.size(), numberB, b);
}

std::vector<fs::path> sqlFiles(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
       entry.increment(code)) {
    if (entry->path().extension() == ".sql") files.push_back(entry->path());
  }
  if (code) {
    throw Error(ErrorKind::notFound,
                "cannot read the folder of migrations " + folder.string() + ": " + code.message());
  }
  std::sort(files.begin(), files.end(), comesBefore);
  return files;
}

}  // namespace

Migrations Migrations::load(const fs::path& folder) {
  std::vector<Files> found;
  for (const fs::path& path : sqlFiles(folder)) {
    const auto name = parseName(path.filename().string());
    if (!name) {
      refuse(path,
             "the name is none of a migration; write <id>_<words>.up.sql and "
             "<id>_<words>.down.sql, or for one database <id>_<words>.sqlite.up.sql or "
             "<id>_<words>.postgresql.up.sql");
    }
    auto files = std::find_if(found.begin(), found.end(),
                              [&](const Files& one) { return one.name.id == name->id; });
    if (files == found.end()) files = found.insert(found.end(), Files{*name, {}, {}, {}, {}, {}});
    files->add(*name, path);
  }
  Migrations migrations;
  std::string previous;
  for (Files& files : found) {
    files.dropUnwrittenDowns();
    if (!files.hasUp) {
      refuse(folder / (files.name.id + "_…"), "there is a down file but no up file");
    }
    Migration migration{files.name.id, files.name.words, {}, {}, {}};
    if (files.after) {
      migration.after = *files.after;
    } else if (!previous.empty()) {
      migration.after = {previous};
    }
    migration.up = [sql = files.up](Changes& changes) { changes.execute(sql); };
    if (files.hasDown) {
      migration.down = [sql = files.down](Changes& changes) { changes.execute(sql); };
    }
    migrations.add(std::move(migration));
    previous = files.name.id;
  }
  return migrations;
}

}  // namespace repot::schema
