// What several of the commands on schemas need.
#pragma once

#include <repot/database.hpp>
#include <repot/error.hpp>
#include <repot/schema/model.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace repot::cli {

enum class SchemaUse {
  look,     ///< Neither makes a file nor changes the mode of one.
  foresee,  ///< The same; a file that is not there counts as an empty database.
  change,   ///< Of a database that is there.
  create,   ///< A file may be made.
};

/// Throws Error(connection, invalidUrl, …).
Database openForSchema(const std::string& url, SchemaUse use);

/// A schema saved as JSON. Throws Error(usage), naming the file.
schema::Schema readModel(const std::string& path);

/// Throws Error(resource) where there is a file of that name.
void checkIsNew(const std::string& path);
/// Throws Error(resource) where the file cannot be written, or is there already and not to be
/// written over.
void writeText(const std::string& path, const std::string& text, bool over = false);

/// Prints the error and returns what the command ends with, where nothing was changed.
int refusal(const Error& error);

/// The positional URL, REPOT_DATABASE, or the configuration's database.
/// Nothing is looked for there without `onlyWith`, where it is given.
CLI::Option* addUrl(CLI::App& command, std::string& url, bool required = true,
                    const CLI::Option* onlyWith = nullptr);
/// --migrations
void addFolder(CLI::App& command, std::string& folder);
/// --model: a schema saved as JSON
CLI::Option* addModel(CLI::App& command, std::string& path, const char* text);
/// --lock-timeout
void addLockTimeout(CLI::App& command, int& seconds);

}  // namespace repot::cli
