// Artists that are watched, rules, and files that could be better.
#include "migrations/migrations.hpp"

namespace music {

using repot::ColumnType;
using repot::schema::Action;
using repot::schema::Changes;
using repot::schema::TableBuilder;

namespace {

void timestamps(TableBuilder& table) {
  table.column("created_at", ColumnType::timestamp).column("updated_at", ColumnType::timestamp);
}

void artistWatchlists(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("artist_id", ColumnType::text, 36)
      .references("artists", "id", Action::cascade)
      .column("status", ColumnType::text, 20)
      .defaultTo("active")
      .column("check_frequency_hours", ColumnType::integer)
      .defaultTo(std::int64_t{24})
      .column("auto_download", ColumnType::boolean)
      .defaultTo(true)
      .column("quality_profile", ColumnType::text, 20)
      .defaultTo("high")
      .column("last_checked_at", ColumnType::timestamp)
      .nullable()
      .column("last_release_date", ColumnType::timestamp)
      .nullable()
      .column("total_releases_found", ColumnType::integer)
      .defaultTo(std::int64_t{0})
      .column("total_downloads_triggered", ColumnType::integer)
      .defaultTo(std::int64_t{0});
  timestamps(table);
  table.primaryKey({"id"})
      .index({"artist_id"})
      .index({"status"})
      .index({"last_checked_at"}, "ix_artist_watchlists_last_checked");
}

void filterRules(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("name", ColumnType::text, 255)
      .column("filter_type", ColumnType::text, 20)
      .column("target", ColumnType::text, 20)
      .column("pattern", ColumnType::text)
      .column("is_regex", ColumnType::boolean)
      .defaultTo(false)
      .column("enabled", ColumnType::boolean)
      .defaultTo(true)
      .column("priority", ColumnType::integer)
      .defaultTo(std::int64_t{0})
      .column("description", ColumnType::text)
      .nullable();
  timestamps(table);
  table.primaryKey({"id"})
      .index({"name"})
      .index({"filter_type"}, "ix_filter_rules_type")
      .index({"target"})
      .index({"enabled"})
      .index({"filter_type", "enabled"}, "ix_filter_rules_type_enabled")
      .index({"priority"});
}

void automationRules(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("name", ColumnType::text, 255)
      .column("trigger", ColumnType::text, 50)
      .column("action", ColumnType::text, 50)
      .column("enabled", ColumnType::boolean)
      .defaultTo(true)
      .column("priority", ColumnType::integer)
      .defaultTo(std::int64_t{0})
      .column("quality_profile", ColumnType::text, 20)
      .defaultTo("high")
      .column("apply_filters", ColumnType::boolean)
      .defaultTo(true)
      .column("auto_process", ColumnType::boolean)
      .defaultTo(true)
      .column("description", ColumnType::text)
      .nullable()
      .column("last_triggered_at", ColumnType::timestamp)
      .nullable();
  for (const char* counter : {"total_executions", "successful_executions", "failed_executions"})
    table.column(counter, ColumnType::integer).defaultTo(std::int64_t{0});
  timestamps(table);
  table.primaryKey({"id"})
      .index({"name"})
      .index({"trigger"})
      .index({"enabled"})
      .index({"trigger", "enabled"})
      .index({"priority"});
}

void qualityUpgradeCandidates(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("track_id", ColumnType::text, 36)
      .references("tracks", "id", Action::cascade)
      .column("current_bitrate", ColumnType::integer)
      .column("current_format", ColumnType::text, 20)
      .column("target_bitrate", ColumnType::integer)
      .column("target_format", ColumnType::text, 20)
      .column("improvement_score", ColumnType::real)
      .column("detected_at", ColumnType::timestamp)
      .column("processed", ColumnType::boolean)
      .defaultTo(false)
      .column("download_id", ColumnType::text, 36)
      .nullable()
      .references("downloads", "id", Action::setNull);
  timestamps(table);
  table.primaryKey({"id"}).index({"track_id"}).index({"processed"}).index({"improvement_score"});
}

void up(Changes& changes) {
  changes.createTable("artist_watchlists", artistWatchlists)
      .createTable("filter_rules", filterRules)
      .createTable("automation_rules", automationRules)
      .createTable("quality_upgrade_candidates", qualityUpgradeCandidates);
}

void down(Changes& changes) {
  for (const char* table :
       {"quality_upgrade_candidates", "automation_rules", "filter_rules", "artist_watchlists"})
    changes.dropTable(table);
}

}  // namespace

repot::schema::Migration automation() {
  return {"bb16770eeg26", "Watched artists, rules, upgrades", {"aa15670cdf15"}, up, down};
}

}  // namespace music
