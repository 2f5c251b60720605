// What the commands on schemas print; see command_output.hpp.
#include "schema/command_output.hpp"

#include "repot/error.hpp"
#include "repot/formats.hpp"

#include <boost/json.hpp>

#include <ostream>

namespace repot::schema {
namespace {

namespace json = boost::json;

std::string utc(Instant at) {
  return formats::toText(at);
}

json::array texts(const std::vector<std::string>& values) {
  json::array array;
  for (const std::string& value : values)
    array.emplace_back(value);
  return array;
}

json::array appliedJson(const std::vector<Applied>& applied) {
  json::array rows;
  for (const Applied& one : applied) {
    rows.emplace_back(json::object{{"id", one.id},
                                   {"description", one.description},
                                   {"applied_at", utc(one.at)},
                                   {"duration_us", std::int64_t{one.duration.count()}},
                                   {"checksum", one.checksum.toString()}});
  }
  return rows;
}

json::array differencesJson(const Diff& diff) {
  json::array array;
  for (const Difference& one : diff.differences) {
    array.emplace_back(
        json::object{{"object", one.object}, {"difference", one.text}, {"by_text", one.byText}});
  }
  return array;
}

std::vector<std::string> lines(const Diff& diff) {
  std::vector<std::string> result;
  for (const Difference& one : diff.differences)
    result.push_back(one.object + ": " + one.text);
  return result;
}

std::string milliseconds(std::chrono::microseconds duration) {
  const auto tenths = duration.count() / 100;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " ms";
}

std::string named(const std::string& id, const std::string& description) {
  return description.empty() ? id : id + "  " + description;
}

/// "label  a" with the further ones below each other.
void list(std::ostream& out, const char* label, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    out << (i == 0 ? label : std::string(std::string_view(label).size(), ' ')) << lines[i] << '\n';
}

void line(std::ostream& out, const json::object& object) {
  out << json::serialize(object) << '\n';
}

}  // namespace

void printError(const Terminal& terminal, const Error& error) {
  std::ostream& out = terminal.error;
  out << terminal.program << ": " << error.what() << '\n';
  if (!error.statement().empty())
    out << "  statement: " << error.statement().substr(0, 400) << '\n';
}

void CommandOutput::status(const std::string& url, const Status& status) {
  if (json_) {
    line(out_, {{"database", url},
                {"applied", appliedJson(status.applied)},
                {"pending", texts(status.pending)},
                {"missing", texts(status.missing)},
                {"edited", texts(status.edited)},
                {"late", texts(status.late)},
                {"heads", texts(status.heads)}});
    return;
  }
  out_ << "database  " << url << "\napplied   " << status.applied.size();
  if (!status.applied.empty()) {
    const Applied& last = status.applied.back();
    out_ << ", the last " << named(last.id, last.description) << " at " << utc(last.at);
  }
  out_ << '\n';
  list(out_, "pending   ",
       status.pending.empty() ? std::vector<std::string>{"none"} : status.pending);
  list(out_, "problem   ", status.problems());
}

void CommandOutput::history(const std::vector<Applied>& applied) {
  if (json_) {
    out_ << json::serialize(appliedJson(applied)) << '\n';
    return;
  }
  for (const Applied& one : applied) {
    out_ << utc(one.at) << "  " << named(one.id, one.description) << "  ("
         << milliseconds(one.duration) << ")\n";
  }
}

void CommandOutput::steps(const std::vector<DryRunStep>& steps) {
  if (!json_) {
    out_ << toSql(steps);
    return;
  }
  json::array array;
  for (const DryRunStep& step : steps) {
    array.emplace_back(json::object{{"id", step.id},
                                    {"description", step.description},
                                    {"direction", step.up ? "up" : "down"},
                                    {"statements", texts(step.statements)}});
  }
  out_ << json::serialize(array) << '\n';
}

void CommandOutput::stamped(const std::string& target) {
  out_ << "stamped " << target << "; no migration was run\n";
}

void CommandOutput::moved(const Migration& migration, bool up, std::chrono::microseconds duration) {
  moved_.push_back(migration.id);
  if (json_) return;
  out_ << (up ? "applied " : "undone  ") << named(migration.id, migration.description) << "  ("
       << milliseconds(duration) << ')' << std::endl;
}

void CommandOutput::movedAll(bool up, const std::string& error) {
  if (json_) {
    json::object object{{up ? "applied" : "undone", texts(moved_)}};
    if (!error.empty()) object["error"] = error;
    line(out_, object);
  } else if (moved_.empty() && error.empty()) {
    out_ << (up ? "up to date\n" : "nothing to undo\n");
  }
}

bool CommandOutput::check(const Status& status, const Drift& drift) {
  const std::vector<std::string> problems = status.problems();
  const bool good = problems.empty() && status.pending.empty() && drift.diff.empty();
  if (json_) {
    line(out_, {{"good", good},
                {"pending", texts(status.pending)},
                {"problems", texts(problems)},
                {"drift", differencesJson(drift.diff)},
                {"drift_known", drift.known}});
    return good;
  }
  list(out_, "pending  ", status.pending);
  list(out_, "problem  ", problems);
  list(out_, "drift    ", lines(drift.diff));
  if (!drift.known)
    out_ << "drift    unknown: there is nothing that the schema could be compared with\n";
  if (good) out_ << "nothing is pending or wrong\n";
  return good;
}

bool CommandOutput::differences(const Diff& diff) {
  if (json_) {
    line(out_, {{"differences", differencesJson(diff)}});
  } else if (diff.empty()) {
    out_ << "no differences\n";
  } else {
    list(out_, "", lines(diff));
  }
  return diff.empty();
}

}  // namespace repot::schema
