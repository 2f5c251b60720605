// The versions of the schema. What has been applied somewhere is not edited any more: a change is a
// new migration behind the last, and the entity changes with it.
#include "migrations.hpp"

namespace app {
namespace {

using repot::ColumnType;
using repot::schema::Changes;
using repot::schema::Migration;
using repot::schema::TableBuilder;

Migration first() {
  return {"0001",
          "@TABLE@",
          {},
          [](Changes& changes) {
            changes.createTable("@TABLE@", [](TableBuilder& table) {
              table.identity("id")
                  .column("title", ColumnType::text)
                  .column("done", ColumnType::boolean)
                  .unique({"title"});
            });
          },
          [](Changes& changes) { changes.dropTable("@TABLE@"); }};
}

}  // namespace

repot::schema::Migrations migrations() {
  repot::schema::Migrations all;
  all.add(first());
  return all;
}

}  // namespace app
