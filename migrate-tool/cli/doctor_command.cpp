// repot doctor: examines a database in production, and mends what needs no decision.
// repot maintain: does the part of it that can be done every night.
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/schema_common.hpp"
#include "engine/care/doctor.hpp"

#include <repot/backends.hpp>
#include <repot/backup.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace repot::cli {
namespace {

struct Arguments {
  std::string url;
  care::DoctorOptions options;
  bool fix = false, noBackup = false, dryRun = false, json = false, quiet = false;
};

void print(const care::Examination& examination, const Arguments& arguments) {
  if (arguments.json) {
    std::fputs(care::toJson(examination).c_str(), stdout);
  } else if (!arguments.quiet || !examination.isHealthy()) {
    std::fputs(care::toText(examination).c_str(), stdout);
  }
}

/// Tells on stderr, as stdout is the examination's. False where something failed.
bool tell(const std::vector<care::Treatment>& treatments) {
  bool done = true;
  for (const care::Treatment& one : treatments) {
    const std::string subject = one.finding.subject.empty() ? "" : one.finding.subject + ": ";
    if (one.failure.empty()) {
      std::fprintf(stderr, "mended   %s%s\n", subject.c_str(), one.finding.what.c_str());
    } else {
      std::fprintf(stderr, "repot: not mended: %s%s: %s\n", subject.c_str(),
                   one.finding.what.c_str(), one.failure.c_str());
      done = false;
    }
  }
  return done;
}

/// Before the database is changed by more than maintenance.
void backUp(const DatabaseUrl& url, const Arguments& arguments) {
  if (arguments.noBackup) return;
  if (arguments.options.backups.empty()) {
    throw Error(ErrorKind::usage,
                "--fix takes a backup first: say where, --backups DIR, or --no-backup");
  }
  BackupOptions options;
  options.acceptDamage = true;
  options.retention.reset();
  const Backup backup = BackupFolder(arguments.options.backups).take(url, options).backup;
  std::fprintf(stderr, "backup   %s\n", backup.file.c_str());
}

int examine(const Arguments& arguments) {
  registerBackends();
  try {
    const DatabaseUrl url = DatabaseUrl::parseOrPath(arguments.url);
    care::Examination examination = care::examine(url, arguments.options);
    bool done = true;
    if (arguments.fix) {
      const auto changes = [](const care::Finding& finding) {
        return finding.cure.kind == care::Cure::Kind::sql && !finding.cure.maintenance;
      };
      if (std::any_of(examination.findings.begin(), examination.findings.end(), changes))
        backUp(url, arguments);
      done = tell(care::treat(url, examination.findings, false));
      examination = care::examine(url, arguments.options);
    }
    print(examination, arguments);
    if (!done) return failed;
    return examination.isHealthy() ? success : unsafe;
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return exitCodeOfReading(error);
  }
}

int maintain(const Arguments& arguments) {
  registerBackends();
  try {
    const DatabaseUrl url = DatabaseUrl::parseOrPath(arguments.url);
    care::DoctorOptions options = arguments.options;
    options.quick = true;
    care::Examination examination = care::examine(url, options);
    std::erase_if(examination.findings,
                  [](const care::Finding& finding) { return !finding.cure.maintenance; });
    if (arguments.dryRun) {
      for (const care::Finding& finding : examination.findings)
        for (const std::string& sql : finding.cure.sql)
          std::printf("%s\n", sql.c_str());
      return success;
    }
    const bool done = tell(care::treat(url, examination.findings, true));
    care::refreshStatistics(url);
    if (examination.findings.empty() && !arguments.quiet) std::puts("nothing to be done");
    return done ? success : failed;
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return exitCodeOfReading(error);
  }
}

}  // namespace

void addDoctor(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("doctor", "Examine a database in production, and mend what is safe to");
  command->footer(
      "Looks at files, settings, keys, indexes, values and backups; docs/doctor.md lists the "
      "checks. Only reads,\nbut for --fix. Ends with 0 where nothing but notes is found, else with "
      "9.\n\n"
      "Examples:\n"
      "  repot doctor sqlite:///app.db --backups /var/backups/app\n"
      "  repot doctor sqlite:///app.db --backups /var/backups/app --fix\n"
      "  repot doctor postgresql://app@db.example.org/app --json");
  addUrl(*command, arguments->url);
  command->add_option("--backups", arguments->options.backups, "Folder of the backups")
      ->type_name("DIR");
  command
      ->add_option("--migrations", arguments->options.migrations,
                   "Folder of the application's migrations")
      ->type_name("DIR");
  command->add_flag("--quick", arguments->options.quick, "Leave out what reads all rows");
  command->add_flag("--fix", arguments->fix,
                    "Do what the findings say (--fix does it) of; after a backup where it changes "
                    "more than where rows lie");
  command->add_flag("--no-backup", arguments->noBackup, "--fix without a backup");
  command->add_flag("--json", arguments->json, "Print the findings as JSON");
  command->add_flag("--quiet,-q", arguments->quiet, "Print nothing where nothing is found");
  command->callback([arguments, &chosen] { chosen = [arguments] { return examine(*arguments); }; });
}

void addMaintain(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("maintain", "Vacuum, analyze and checkpoint a database where it needs it");
  command->footer(
      "Does of what `repot doctor` finds the part that loses nothing, whatever happens: for every "
      "night. Writers\nof SQLite wait while VACUUM runs.\n\n"
      "Examples:\n"
      "  repot maintain sqlite:///app.db\n"
      "  repot maintain postgresql://app@db.example.org/app --dry-run");
  addUrl(*command, arguments->url);
  command->add_flag("--dry-run", arguments->dryRun, "Print the statements, and run none");
  command->add_flag("--quiet,-q", arguments->quiet, "Print nothing where nothing is to be done");
  command->callback(
      [arguments, &chosen] { chosen = [arguments] { return maintain(*arguments); }; });
}

}  // namespace repot::cli
