// See mover.hpp.
#include "engine/fleet/mover.hpp"

#include "engine/plan.hpp"
#include "engine/run/ledger_upkeep.hpp"
#include "engine/run/run_identity.hpp"
#include "engine/shell_word.hpp"
#include "engine/sync/file_state.hpp"

#include <repot/error.hpp>

#include <sys/stat.h>

#include <chrono>
#include <utility>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

/// Messages list findings, a line each; of many tenants the first lines say enough.
constexpr std::size_t mostMessageBytes = 1500;

std::string shortened(std::string message) {
  if (message.size() <= mostMessageBytes) return message;
  const std::size_t line = message.rfind('\n', mostMessageBytes);
  message.resize(line == std::string::npos ? mostMessageBytes : line);
  return message + "\n… `repot plan` with this file tells the rest";
}

void take(const Report& report, TenantResult& result) {
  result.tables = std::ssize(report.tables);
  result.rows = 0;
  for (const TableVerification& table : report.verification.tables)
    result.rows += table.source.rows;
  result.sourceChanged = report.sourceChanged;
}

std::string differencesOf(const Report& report) {
  std::string text;
  for (std::size_t i = 0; i < report.verification.tables.size(); ++i) {
    const TableVerification& table = report.verification.tables[i];
    if (table.equal()) continue;
    text += "table \"" + report.tables[i].source + "\" differs";
    text += table.differences.empty() ? "\n" : ": " + table.differences.front() + '\n';
  }
  for (const std::string& fault : report.verification.objectFaults)
    text += fault + '\n';
  return text;
}

}  // namespace

std::int64_t bytesOf(const std::string& path) {
  std::int64_t bytes = 0;
  for (const char* const suffix : {"", "-wal"}) {
    struct stat status {};
    if (::stat((path + suffix).c_str(), &status) == 0) bytes += status.st_size;
  }
  return bytes;
}

std::int64_t workOf(const std::string& path) {
  // About what is read, sent and read back in the time that an empty tenant takes.
  constexpr std::int64_t fixed = 2 << 20;
  return bytesOf(path) + fixed;
}

void noteFailure(TenantResult& result, const StageError& failure) {
  switch (failure.stage) {
    case Stage::source:
      result.state = TenantState::source;
      break;
    case Stage::target:
      result.state = TenantState::target;
      break;
    case Stage::refused:
      result.state = TenantState::refused;
      break;
    case Stage::run:
      result.state = TenantState::failed;
      break;
  }
  result.message = shortened(failure.error.what());
}

bool concernsAll(const StageError& failure) {
  if (failure.stage != Stage::target && failure.stage != Stage::run) return false;
  const ErrorKind kind = failure.error.kind();
  return kind == ErrorKind::connection || kind == ErrorKind::authentication;
}

void TenantMover::persistently(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::connection) throw;
    control_.reconnect();
    action();
  }
}

/// A schema that was made for it goes again where nothing came into it.
Report TenantMover::moveInto(const Tenant& tenant, const MigrateOptions& options,
                             Progress& progress) {
  bool made = false;
  const std::string quoted = quoteIdentifier(tenant.schema);
  try {
    persistently([&] {
      if (control_.value(
              "SELECT pg_catalog.count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1",
              {tenant.schema}) != "0")
        return;
      control_.execute("CREATE SCHEMA " + quoted);
      made = true;
    });
  } catch (const Error& error) {
    throw StageError{Stage::target, error};
  }
  const auto undo = [&] {
    try {
      if (made) persistently([&] { control_.execute("DROP SCHEMA " + quoted); });
    } catch (const Error&) {
      // Somebody else put something into it, or the server is gone; an empty schema harms nobody.
    }
  };
  try {
    Report report = migrate(tenant.source, target_, options, progress);
    if (!report.published) undo();
    return report;
  } catch (const StageError&) {
    undo();
    throw;
  }
}

void TenantMover::carryOut(const Tenant& tenant, Progress& progress, TenantResult& result) {
  // Before anything opens the file.
  const std::string state = stateOfFile(tenant.source);
  std::optional<FinishedRun> finished;
  try {
    persistently([&] { finished = finishedRun(control_, tenant.schema); });
  } catch (const Error& error) {
    throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::target, error};
  }
  const bool isMine = finished && finished->source == absolutePath(tenant.source);
  if (isMine && !options_.verifyFinished && !state.empty() && state == finished->sourceState &&
      finished->missingTables == 0) {
    result.state = TenantState::standing;
    result.tables = finished->tables;
    return;
  }
  MigrateOptions options = options_.each;
  options.plan.schema = tenant.schema;
  options.resume = true;
  const Report report = moveInto(tenant, options, progress);
  take(report, result);
  const bool before = isMine && report.run == finished->run;
  if (!before) result.attempt = report.resumption.attempt;
  if (!report.verified()) {
    result.state = TenantState::different;
    result.message = differencesOf(report);
    if (before) {
      result.message += "moved before; where the file was written to since, `repot sync " +
                        shellWord(tenant.source) + " TARGET --schema " + shellWord(tenant.schema) +
                        "` brings that";
    }
    result.message = shortened(result.message);
    return;
  }
  result.state = before                 ? TenantState::verified
                 : report.hasReported() ? TenantState::incomplete
                                        : TenantState::moved;
  if (result.state == TenantState::incomplete)
    result.message = "some objects were not carried over; `repot plan` with this file lists them";
  if (report.sourceChanged || state.empty()) return;
  try {
    persistently([&] { noteSourceState(control_, report.run, state); });
  } catch (const Error&) {
    // The tenant is moved; without the note it is compared again next time.
  }
}

TenantResult TenantMover::move(const Tenant& tenant, Progress& progress) {
  TenantResult result;
  result.source = tenant.source;
  result.schema = tenant.schema;
  result.bytes = bytesOf(tenant.source);
  const Clock::time_point start = Clock::now();
  try {
    carryOut(tenant, progress, result);
  } catch (const StageError& failure) {
    noteFailure(result, failure);
    if (concernsAll(failure)) result.concernsAll = true;
    if (progress.stop) result.state = TenantState::stopped;
  } catch (const Error& error) {
    result.state = TenantState::failed;
    result.message = error.what();
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return result;
}

}  // namespace repot::migrate
