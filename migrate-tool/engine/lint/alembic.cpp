// String literals of Python; see alembic.hpp. Reads Python's lexical rules as far as strings and
// comments go.
#include "engine/lint/alembic.hpp"

#include <algorithm>

namespace repot::lint {
namespace {

bool isNamePart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class PythonReader {
 public:
  explicit PythonReader(std::string_view source) : source_(source) {}

  std::vector<SqlPiece> run() {
    while (at_ < source_.size()) {
      if (skipBlanksAndComments()) continue;
      if (atString()) {
        SqlPiece ignored;
        readString(ignored);
      } else if (isNamePart(source_[at_])) {
        readName();
      } else {
        ++at_;
      }
    }
    return std::move(pieces_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  bool skipBlanksAndComments() {
    const std::size_t start = at_;
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == '#') {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\\') {
        ++at_;
      } else {
        break;
      }
    }
    return at_ != start;
  }

  /// At a quote, or at letters in front of one (r, b, u, f, rb).
  bool atString() const {
    std::size_t ahead = 0;
    while (ahead < 2 && std::string_view("rRbBuUfF").find(peek(ahead)) != std::string_view::npos)
      ++ahead;
    return peek(ahead) == '"' || peek(ahead) == '\'';
  }

  void readName() {
    const std::size_t start = at_;
    while (isNamePart(peek()))
      ++at_;
    if (source_.substr(start, at_ - start) != "execute") return;
    skipBlanksAndComments();
    if (peek() != '(') return;
    ++at_;
    skipWrappers();
    SqlPiece piece;
    bool plain = true;
    while (atString())
      plain = readString(piece) && plain;
    if (!plain || piece.sql.empty()) return;
    piece.offsets.push_back(at_);
    pieces_.push_back(std::move(piece));
  }

  /// text( and sa.text( and parentheses.
  void skipWrappers() {
    skipBlanksAndComments();
    std::size_t end = at_;
    while (end < source_.size() && (isNamePart(source_[end]) || source_[end] == '.'))
      ++end;
    const std::string_view name = source_.substr(at_, end - at_);
    const bool isText = name == "text" || name.ends_with(".text");
    if (isText && end < source_.size() && source_[end] == '(') at_ = end;
    while (peek() == '(') {
      ++at_;
      skipBlanksAndComments();
    }
  }

  /// Appends the literal's value; false for a formatted one. Skips to what follows it.
  bool readString(SqlPiece& piece) {
    bool raw = false, formatted = false;
    for (; peek() != '"' && peek() != '\''; ++at_) {
      raw = raw || peek() == 'r' || peek() == 'R';
      formatted = formatted || peek() == 'f' || peek() == 'F';
    }
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    while (at_ < source_.size()) {
      const bool ends = peek() == quote && (!triple || (peek(1) == quote && peek(2) == quote));
      if (ends) break;
      if (peek() == '\\' && !raw) {
        escape(piece);
      } else {
        add(piece, peek());
      }
    }
    at_ = std::min(at_ + (triple ? 3 : 1), source_.size());
    skipBlanksAndComments();
    return !formatted;
  }

  void escape(SqlPiece& piece) {
    const char c = peek(1);
    piece.offsets.push_back(at_);
    ++at_;
    if (c == '\n') {
      piece.offsets.pop_back();
    } else {
      piece.sql += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    if (at_ < source_.size()) ++at_;
  }

  void add(SqlPiece& piece, char c) {
    piece.sql += c;
    piece.offsets.push_back(at_++);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<SqlPiece> pieces_;
};

}  // namespace

std::vector<SqlPiece> piecesOfPython(std::string_view source) {
  return PythonReader(source).run();
}

}  // namespace repot::lint
