// repot backup: takes a backup of a database; list, verify, restore and prune below it.
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"
#include "cli/copy_view.hpp"
#include "cli/exit_codes.hpp"
#include "cli/schema_common.hpp"

#include <repot/backends.hpp>
#include <repot/backup.hpp>
#include <repot/error.hpp>
#include <repot/figures_text.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <numeric>

namespace repot::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Arguments {
  std::string url;
  std::string folder = "backups";
  std::string file;
  BackupRetention keep;
  bool keepAll = false, compress = false, force = false, dryRun = false;
  bool json = false, quiet = false, noProgress = false;
};

std::string takenText(const Backup& backup) {
  return timeText(std::chrono::floor<std::chrono::seconds>(backup.takenAt));
}

std::string sizeText(const Backup& backup) {
  return bytesText(static_cast<double>(backup.bytes));
}

std::int64_t rowsOf(const Backup& backup) {
  return std::accumulate(
      backup.contents.tables.begin(), backup.contents.tables.end(), std::int64_t{0},
      [](std::int64_t sum, const TableContents& table) { return sum + table.rows; });
}

/// What of the database no digest was taken of; empty: nothing.
std::string notCompared(const Backup& backup) {
  for (const auto& [name, value] : backup.contents.facts) {
    if (name == "not_compared") return value;
  }
  return {};
}

void printNotCompared(const Backup& backup) {
  if (const std::string rest = notCompared(backup); !rest.empty())
    std::printf("         not compared: %s\n", rest.c_str());
}

json::object toJson(const Backup& backup) {
  json::object object{{"file", backup.file.string()},
                      {"database", backup.database},
                      {"taken_at", takenText(backup)},
                      {"duration_ms", backup.duration.count()},
                      {"bytes", backup.bytes},
                      {"compressed", backup.compressed},
                      {"tables", backup.contents.tables.size()},
                      {"rows", rowsOf(backup)},
                      {"not_compared", nullptr},
                      {"damage", nullptr}};
  if (const std::string rest = notCompared(backup); !rest.empty()) object["not_compared"] = rest;
  if (!backup.damage.empty()) object["damage"] = backup.damage;
  return object;
}

json::array toJson(const std::vector<PrunedBackup>& pruned) {
  json::array array;
  for (const PrunedBackup& one : pruned) {
    json::object object{{"file", one.file.string()}, {"failure", nullptr}};
    if (!one.failure.empty()) object["failure"] = one.failure;
    array.push_back(std::move(object));
  }
  return array;
}

void print(const json::value& value) {
  std::printf("%s\n", json::serialize(value).c_str());
}

/// Where a backup could not be removed the folder grows: that has to be seen.
int resultOf(const std::vector<PrunedBackup>& pruned, const char* label, bool quiet) {
  int code = success;
  for (const PrunedBackup& one : pruned) {
    if (!one.failure.empty()) {
      std::fprintf(stderr, "repot: cannot remove %s: %s\n", one.file.c_str(), one.failure.c_str());
      code = doneWithReported;
    } else if (!quiet) {
      std::printf("%s %s\n", label, one.file.c_str());
    }
  }
  return code;
}

/// Runs one of the commands with progress, and its errors as exit codes.
template <typename Work>
int guarded(const Arguments& arguments, Work&& work) {
  registerBackends();
  try {
    CopyView view(!arguments.quiet && !arguments.noProgress && !arguments.json);
    return work(view.observer());
  } catch (const Error& error) {
    const bool inTheWay = error.kind() == ErrorKind::conflict;
    std::fprintf(stderr, "repot: %s%s\n", error.what(),
                 inTheWay ? "; nothing was changed. --force puts it aside, and keeps it" : "");
    return exitCodeOf(error);
  }
}

int take(const Arguments& arguments) {
  if (arguments.url.empty()) {
    std::fputs(
        "repot: which database? Give its URL, set REPOT_DATABASE, or write it into repot.json\n",
        stderr);
    return usageError;
  }
  TakenBackup taken;
  const int code = guarded(arguments, [&](const CopyObserver& observer) {
    BackupOptions options;
    options.compress = arguments.compress;
    if (arguments.keepAll) {
      options.retention.reset();
    } else {
      options.retention = arguments.keep;
    }
    options.observer = observer;
    taken = BackupFolder(arguments.folder).take(DatabaseUrl::parseOrPath(arguments.url), options);
    return success;
  });
  if (code != success) return code;
  if (arguments.json) {
    json::object object = toJson(taken.backup);
    object["pruned"] = toJson(taken.pruned);
    print(object);
  } else if (!arguments.quiet) {
    std::printf("backup   %s\n         %zu tables, %lld rows, %s, in %.1f s; read back and equal\n",
                taken.backup.file.c_str(), taken.backup.contents.tables.size(),
                static_cast<long long>(rowsOf(taken.backup)), sizeText(taken.backup).c_str(),
                static_cast<double>(taken.backup.duration.count()) / 1e3);
    printNotCompared(taken.backup);
  }
  return resultOf(taken.pruned, "removed ", arguments.quiet || arguments.json);
}

int list(const Arguments& arguments) {
  std::vector<Backup> backups;
  const int code = guarded(arguments, [&](const CopyObserver&) {
    backups = BackupFolder(arguments.folder).list();
    return success;
  });
  if (code != success) return code;
  if (arguments.json) {
    json::array array;
    for (const Backup& one : backups)
      array.push_back(toJson(one));
    print(array);
    return success;
  }
  if (backups.empty()) std::printf("no backups in %s\n", arguments.folder.c_str());
  for (const Backup& one : backups) {
    std::printf("%s  %10s  %12lld rows  %s%s%s\n", takenText(one).c_str(), sizeText(one).c_str(),
                static_cast<long long>(rowsOf(one)), one.file.c_str(),
                one.damage.empty() ? "" : "  DAMAGED: ", one.damage.c_str());
  }
  return success;
}

int verify(const Arguments& arguments) {
  std::vector<Backup> backups;
  bool sound = true;
  const int code = guarded(arguments, [&](const CopyObserver& observer) {
    if (fs::is_directory(arguments.file)) {
      backups = BackupFolder(arguments.file).list();
    } else {
      backups.push_back(readBackup(arguments.file));
    }
    for (Backup& one : backups)
      sound = verifyBackup(one, observer) && sound;
    return success;
  });
  if (code != success) return code;
  json::array array;
  for (const Backup& one : backups) {
    if (arguments.json) {
      array.push_back(toJson(one));
    } else if (!one.damage.empty()) {
      std::printf("DAMAGED  %s: %s\n", one.file.c_str(), one.damage.c_str());
    } else if (!arguments.quiet) {
      std::printf("sound    %s\n", one.file.c_str());
      printNotCompared(one);
    }
  }
  if (arguments.json) print(array);
  if (backups.empty()) {
    std::fprintf(stderr, "repot: there are no backups in %s\n", arguments.file.c_str());
    return sourceUnusable;
  }
  return sound ? success : different;
}

/// A file, or of a folder the newest sound backup.
Backup chosenBackup(const std::string& path) {
  if (!fs::is_directory(path)) return readBackup(path);
  for (Backup& one : BackupFolder(path).list()) {
    if (one.damage.empty()) return std::move(one);
  }
  throw Error(ErrorKind::notFound, "there is no sound backup in " + path);
}

int restore(const Arguments& arguments) {
  Backup backup;
  std::string kept;
  const int code = guarded(arguments, [&](const CopyObserver& observer) {
    backup = chosenBackup(arguments.file);
    kept = restoreBackup(backup, DatabaseUrl::parseOrPath(arguments.url),
                         {.replace = arguments.force, .observer = observer});
    return success;
  });
  if (code != success) return code;
  if (arguments.json) {
    json::object object = toJson(backup);
    object["kept"] = nullptr;
    if (!kept.empty()) object["kept"] = kept;
    print(object);
  } else if (!arguments.quiet) {
    std::printf("restored %s\n         from %s of %s, %lld rows; read back and equal\n",
                DatabaseUrl::parseOrPath(arguments.url).toString().c_str(), backup.file.c_str(),
                takenText(backup).c_str(), static_cast<long long>(rowsOf(backup)));
    printNotCompared(backup);
    if (!kept.empty()) std::printf("kept     %s: what was there\n", kept.c_str());
  }
  return success;
}

int prune(const Arguments& arguments) {
  std::vector<PrunedBackup> pruned;
  const int code = guarded(arguments, [&](const CopyObserver&) {
    pruned = BackupFolder(arguments.folder)
                 .prune(arguments.keep, std::chrono::system_clock::now(), arguments.dryRun);
    return success;
  });
  if (code != success) return code;
  if (arguments.json) print(toJson(pruned));
  return resultOf(pruned, arguments.dryRun ? "would go" : "removed ",
                  arguments.quiet || arguments.json);
}

void addRetention(CLI::App& command, BackupRetention& keep) {
  const char* group = "What is kept";
  const auto add = [&](const char* name, int& count, const char* help) {
    command.add_option(name, count, help)
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str()
        ->group(group);
  };
  add("--daily", keep.daily, "Of this many days the newest backup");
  add("--weekly", keep.weekly, "Of this many weeks");
  add("--monthly", keep.monthly, "Of this many months");
}

void addOutput(CLI::App& command, Arguments& arguments) {
  command.add_flag("--json", arguments.json, "Print the result as JSON");
  command.add_flag("--quiet,-q", arguments.quiet, "Print nothing but errors");
  command.add_flag("--no-progress", arguments.noProgress, "No progress on stderr");
}

/// What the command line leaves out of folder and rule, the configuration may say.
void useConfig(const CLI::App& command, Arguments& arguments) {
  if (command.get_option_no_throw("--config") == nullptr) return;
  const Config::Backups backups = loadConfig(command).backups();
  if (!isGiven(command, "--to") && !isGiven(command, "DIR"))
    arguments.folder = backups.folder.string();
  if (!isGiven(command, "--zstd")) arguments.compress = backups.compress;
  if (!isGiven(command, "--daily")) arguments.keep.daily = backups.retention.daily;
  if (!isGiven(command, "--weekly")) arguments.keep.weekly = backups.retention.weekly;
  if (!isGiven(command, "--monthly")) arguments.keep.monthly = backups.retention.monthly;
}

using Shared = std::shared_ptr<Arguments>;

CLI::App& addVerb(CLI::App& group, const char* name, const char* help, int (*run)(const Arguments&),
                  const Shared& arguments, Action& chosen) {
  CLI::App* command = group.add_subcommand(name, help);
  addOutput(*command, *arguments);
  command->callback([=, &chosen] {
    chosen = [=] {
      useConfig(*command, *arguments);
      return run(*arguments);
    };
  });
  return *command;
}

void addVerbs(CLI::App& group, Action& chosen) {
  const auto folder = [](CLI::App& command, const Shared& arguments) {
    command.add_option("DIR", arguments->folder, "The folder")->capture_default_str();
    addConfigured(command, {});
  };
  auto arguments = std::make_shared<Arguments>();
  folder(addVerb(group, "list", "The backups of a folder, newest first", list, arguments, chosen),
         arguments);

  arguments = std::make_shared<Arguments>();
  addVerb(group, "verify", "Read backups as a whole, and compare them with what was written",
          verify, arguments, chosen)
      .add_option("FILE", arguments->file, "A backup, or a folder of them")
      ->required();

  arguments = std::make_shared<Arguments>();
  CLI::App& restoring =
      addVerb(group, "restore", "Put a backup where a URL points to", restore, arguments, chosen);
  restoring.add_option("FILE", arguments->file, "A backup, or a folder: its newest sound one")
      ->required();
  addUrl(restoring, arguments->url);
  restoring.add_flag("--force", arguments->force,
                     "Take the place of a database that is there, which is kept beside it");

  arguments = std::make_shared<Arguments>();
  CLI::App& pruning =
      addVerb(group, "prune", "Give up old backups by the rule", prune, arguments, chosen);
  folder(pruning, arguments);
  addRetention(pruning, arguments->keep);
  pruning.add_flag("--dry-run", arguments->dryRun, "Print what would go, and change nothing");
}

}  // namespace

void addBackup(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("backup", "Take a verified backup of a database that is in use");
  command->footer(
      "Copies one consistent state while the application goes on, reads the copy back, compares "
      "every\nrow's digest with the database's, and gives up old backups by the rule. Files have "
      "mode 0600.\n\n"
      "Examples:\n"
      "  repot backup sqlite:///app.db --to /var/backups/app\n"
      "  repot backup list /var/backups/app\n"
      "  repot backup restore /var/backups/app sqlite:///app.db --force");
  addUrl(*command, arguments->url, false);
  command->add_option("--to", arguments->folder, "Folder of the backups; made where there is none")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_flag("--zstd", arguments->compress, "Compress the backup");
  command->add_flag("--keep-all", arguments->keepAll, "Give up no old backups");
  addRetention(*command, arguments->keep);
  addOutput(*command, *arguments);
  command->require_subcommand(0, 1);
  command->callback([arguments, command, &chosen] {
    if (!command->get_subcommands().empty()) return;
    chosen = [arguments, command] {
      useConfig(*command, *arguments);
      return take(*arguments);
    };
  });
  addVerbs(*command, chosen);
}

}  // namespace repot::cli
