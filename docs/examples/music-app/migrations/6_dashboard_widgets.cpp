// The dashboard, with its kinds of widgets and a first page. One unique key each: a key's own index
// serves as well as a second one.
#include "entities/common.hpp"
#include "migrations/migrations.hpp"

#include <repot/sql.hpp>

namespace music {

using repot::ColumnType;
using repot::Json;
using repot::schema::Action;
using repot::schema::Changes;
using repot::schema::TableBuilder;

namespace {

void widgets(TableBuilder& table) {
  table.identity("id")
      .column("type", ColumnType::text, 50)
      .column("name", ColumnType::text, 100)
      .column("template_path", ColumnType::text, 200)
      .column("default_config", ColumnType::json)
      .nullable()
      .unique({"type"});
}

void pages(TableBuilder& table) {
  table.identity("id")
      .column("name", ColumnType::text, 100)
      .column("slug", ColumnType::text, 100)
      .column("is_default", ColumnType::boolean)
      .defaultTo(false)
      .column("created_at", ColumnType::timestamp)
      .column("updated_at", ColumnType::timestamp)
      .unique({"slug"});
}

void widgetInstances(TableBuilder& table) {
  table.identity("id")
      .column("page_id", ColumnType::integer)
      .references("pages", "id", Action::cascade)
      .column("widget_type", ColumnType::text, 50)
      .references("widgets", "type", Action::cascade)
      .column("position_row", ColumnType::integer)
      .defaultTo(std::int64_t{0})
      .column("position_col", ColumnType::integer)
      .defaultTo(std::int64_t{0})
      .column("span_cols", ColumnType::integer)
      .defaultTo(std::int64_t{6})
      .column("config", ColumnType::json)
      .nullable()
      .column("created_at", ColumnType::timestamp)
      .column("updated_at", ColumnType::timestamp)
      .unique({"page_id", "position_row", "position_col"}, "uq_widget_position")
      .index({"page_id"})
      .index({"widget_type"});
}

/// Bound values, not text: each database gets its own kind of true, time and JSON.
void firstRows(repot::UnitOfWork& work) {
  const auto widget = [&](const char* type, const char* name, const char* config) {
    execute(work,
            "INSERT INTO widgets (type, name, template_path, default_config)"
            " VALUES ($1, $2, $3, $4)",
            type, name, "partials/widgets/" + std::string(type) + ".html", Json{config});
  };
  widget("active_jobs", "Active Jobs", R"({"refresh_interval": 5})");
  widget("spotify_search", "Spotify Search", R"({"max_results": 10})");
  widget("missing_tracks", "Missing Tracks", R"({"show_all": false})");
  widget("quick_actions", "Quick Actions", R"({"actions": ["scan", "import", "fix"]})");
  widget("metadata_manager", "Metadata Manager", R"({"filter": "all"})");
  execute(work,
          "INSERT INTO pages (name, slug, is_default, created_at, updated_at)"
          " VALUES ($1, $2, $3, $4, $5)",
          "My Dashboard", "default", true, now(), now());
}

void up(Changes& changes) {
  changes.createTable("widgets", widgets)
      .createTable("pages", pages)
      .createTable("widget_instances", widgetInstances)
      .run("five kinds of widgets, and the page \"My Dashboard\"", firstRows);
}

void down(Changes& changes) {
  changes.dropTable("widget_instances").dropTable("pages").dropTable("widgets");
}

}  // namespace

repot::schema::Migration dashboardWidgets() {
  return {"0b88b6152c1d", "Dashboard pages and widgets", {"cc17880fff37"}, up, down};
}

}  // namespace music
