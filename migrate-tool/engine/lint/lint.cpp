// Files read one after the other, rules applied, comments that take findings out; see lint.hpp.
#include "engine/lint/lint.hpp"

#include "engine/lint/alembic.hpp"
#include "engine/lint/context.hpp"
#include "engine/lint/ignores.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace repot::lint {
namespace {

/// Line and column of bytes of a file.
class Positions {
 public:
  explicit Positions(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }
  std::size_t line(std::size_t offset) const {
    return static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) -
                                    starts_.begin());
  }
  std::size_t column(std::size_t offset) const {
    std::size_t column = 1;
    for (std::size_t i = starts_[line(offset) - 1]; i < std::min(offset, text_.size()); ++i) {
      // The bytes of a character after its first.
      if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) ++column;
    }
    return column;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

std::string firstLineOf(std::string_view statement) {
  constexpr std::size_t longest = 120;
  std::string line;
  for (const char c : statement) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
    if (line.size() >= longest) return line + "…";
  }
  return line;
}

/// The state that the tool which runs the file starts with.
FileState startOf(const std::string& file) {
  FileState state;
  const std::string name = std::filesystem::path(file).filename().string();
  // Repot runs each migration in one transaction, on SQLite with foreign keys off, and checks them,
  // with a limit on how long it waits for locks.
  const bool own = name.ends_with(".up.sql") || name.ends_with(".down.sql");
  if (own) {
    state.wrapped = state.foreignKeysWereOff = state.foreignKeyCheck = true;
    state.lockTimeout = true;
  }
  if (name.ends_with(".py")) state.wrapped = true;
  return state;
}

class FileLint {
 public:
  FileLint(const Input& input, const Options& options, Catalog& catalog)
      : input_(input),
        options_(options),
        catalog_(catalog),
        positions_(input.text),
        state_(startOf(input.file)) {}

  void read() {
    for (auto& [name, table] : catalog_.tables)
      table.newInFile = false;
    if (input_.file.ends_with(".py")) {
      for (const SqlPiece& piece : piecesOfPython(input_.text))
        readPiece(piece.sql, &piece.offsets);
    } else {
      readPiece(input_.text, nullptr);
    }
  }

  /// Once all files are read.
  std::vector<Finding> finish() {
    const FileReport report = [this](std::size_t statement, std::string_view rule,
                                     std::size_t token, const std::string& detail) {
      add(statement, rule, token, detail);
    };
    checkFile(statements_, report, catalog_, state_);
    std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return std::move(findings_);
  }

 private:
  void readPiece(std::string_view sql, const std::vector<std::size_t>* offsets) {
    const sql::Script script = sql::splitScript(sql);
    std::vector<Ignores> ignores = ignoresOf(sql, script);
    for (const sql::ScriptStatement& source : script.statements) {
      const std::size_t number = statements_.size();
      statements_.push_back(readStatement(source));
      for (sql::Token& token : statements_.back().tokens) {
        if (offsets != nullptr) token.offset = (*offsets)[token.offset];
      }
      texts_.push_back(firstLineOf(sql.substr(source.offset, source.length)));
      ignores_.push_back(std::move(ignores[number - first_]));
      check(number);
    }
    first_ = statements_.size();
  }

  void check(std::size_t number) {
    const Statement& statement = statements_[number];
    Context context(
        catalog_, state_,
        [this, number](std::string_view rule, std::size_t token, const std::string& detail) {
          add(number, rule, token, detail);
        });
    for (const Ignores::Problem& problem : ignores_[number].problems)
      add(number, problem.rule, 0, problem.detail);
    checkAlterSqlite(statement, context);
    checkTypes(statement, context);
    checkTables(statement, context);
    checkScript(statement, context);
    checkPortable(statement, context);
    checkLocks(statement, context);
    record(statement, context);
  }

  /// A file for one database (x.sqlite.up.sql) is not read by the other.
  bool wants(const Rule& rule) const {
    const bool sqlite = options_.sqlite && input_.file.find(".postgresql.") == std::string::npos;
    const bool postgresql =
        options_.postgresql && input_.file.find(".sqlite.") == std::string::npos;
    return rule.target == Target::both || (rule.target == Target::sqlite && sqlite) ||
           (rule.target == Target::postgresql && postgresql);
  }

  void add(std::size_t number, std::string_view id, std::size_t token, const std::string& detail) {
    const Rule* const rule = findRule(id);
    if (rule == nullptr || !wants(*rule) || ignores_[number].rules.count(id) != 0) return;
    const std::vector<sql::Token>& tokens = statements_[number].tokens;
    const std::size_t offset = tokens[std::min(token, tokens.size() - 1)].offset;
    findings_.push_back({rule, input_.file, positions_.line(offset), positions_.column(offset),
                         texts_[number], detail});
  }

  const Input& input_;
  const Options& options_;
  Catalog& catalog_;
  Positions positions_;
  FileState state_;
  std::vector<Statement> statements_;
  std::vector<std::string> texts_;
  std::vector<Ignores> ignores_;
  std::size_t first_ = 0;  ///< Statements of the pieces before this one.
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(const std::vector<Input>& inputs, const Options& options) {
  Catalog catalog;
  std::vector<FileLint> files;
  files.reserve(inputs.size());
  for (const Input& input : inputs)
    files.emplace_back(input, options, catalog).read();
  std::vector<Finding> findings;
  for (FileLint& file : files) {
    std::vector<Finding> found = file.finish();
    std::move(found.begin(), found.end(), std::back_inserter(findings));
  }
  return findings;
}

}  // namespace repot::lint
