// Comments that take findings out; see ignores.hpp.
#include "engine/lint/ignores.hpp"

#include "engine/lint/lint.hpp"

namespace repot::lint {
namespace {

constexpr std::string_view mark = "repot:ignore";

bool isIdPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

void read(std::string_view text, Ignores& ignores) {
  std::size_t at = mark.size();
  const auto skip = [&](std::string_view characters) {
    while (at < text.size() && characters.find(text[at]) != std::string_view::npos)
      ++at;
  };
  bool more = true;
  while (more) {
    skip(" \t");
    const std::size_t start = at;
    while (at < text.size() && isIdPart(text[at]))
      ++at;
    const std::string id(text.substr(start, at - start));
    if (findRule(id) != nullptr) {
      ignores.rules.insert(id);
    } else {
      ignores.problems.push_back({"ignore-unknown-rule", id.empty() ? "(no rule)" : id});
    }
    skip(" \t");
    more = at < text.size() && text[at] == ',';
    if (more) ++at;
  }
  skip(" \t:-");
  if (at >= text.size()) ignores.problems.push_back({"ignore-needs-reason", std::string(text)});
}

}  // namespace

std::vector<Ignores> ignoresOf(std::string_view sql, const sql::Script& script) {
  std::vector<Ignores> ignores(script.statements.size());
  for (const sql::Comment& comment : script.comments) {
    if (!std::string_view(comment.text).starts_with(mark)) continue;
    for (std::size_t i = 0; i < ignores.size(); ++i) {
      const sql::ScriptStatement& statement = script.statements[i];
      const std::size_t end = statement.offset + statement.length;
      const bool behind =
          comment.offset >= end &&
          sql.substr(end, comment.offset - end).find('\n') == std::string_view::npos &&
          (i + 1 == ignores.size() || script.statements[i + 1].offset > comment.offset);
      if (comment.offset >= end && !behind) continue;
      read(comment.text, ignores[i]);
      break;
    }
  }
  return ignores;
}

}  // namespace repot::lint
