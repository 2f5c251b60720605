// See scratch.hpp.
#include "schema/scratch.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/schema/dialect.hpp"
#include "repot/schema/diff.hpp"
#include "repot/unit_of_work.hpp"

#include <algorithm>

namespace repot::schema {
namespace {

constexpr const char* scratchName = "repot_scratch";

/// Thrown to leave a transaction of the dialect without a commit.
struct Enough {};

/// What is made from here on goes into a schema of its own, before all others of the search path.
void enterScratchSchema(UnitOfWork& work) {
  const std::string name = quoteIdentifier(scratchName);
  work.executeScript("CREATE SCHEMA " + name);
  work.query("SELECT set_config('search_path', $1 || ', ' || current_setting('search_path'), true)",
             {name}, {ColumnType::text}, [](std::vector<Value>&) {});
}

/// The schema as the server has it once it is made; the scratch schema is empty before and after.
Schema asServerSpells(UnitOfWork& work, const Schema& schema) {
  const Dialect& dialect = work.backend().schemaDialect();
  const std::string name = quoteIdentifier(scratchName);
  work.executeScript("DROP SCHEMA " + name + " CASCADE; CREATE SCHEMA " + name);
  Schema made;
  const DiffOptions all{DiffScope::everything, std::string(work.backend().scheme())};
  for (const Change& change : diff({}, schema, all).changes) {
    dialect.make(work, change, made);
    apply(made, change);
  }
  return dialect.read(work);
}

template <typename Item>
const Item* named(const std::vector<Item>& items, const std::string& name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

/// Two schemas, each as it is and as the server spells it.
struct Spelled {
  Schema wanted, live;
};

/// Gives `wanted` the pieces of `live` that the server spells alike. `names` is `wanted` with a
/// name for everything, by which it is found again.
class Respelling {
 public:
  Respelling(Schema& wanted, const Schema& names, const Schema& live, const Spelled& spelled)
      : wanted_(wanted), names_(names), live_(live), spelled_(spelled) {}

  void run() {
    for (std::size_t i = 0; i < wanted_.tables.size(); ++i) {
      Table& table = wanted_.tables[i];
      const Table* const live = live_.find(table.name);
      const Table* const a = spelled_.wanted.find(table.name);
      const Table* const b = spelled_.live.find(table.name);
      if (live == nullptr || a == nullptr || b == nullptr) continue;
      columns(table, *live, *a, *b);
      checks(table.checks, names_.tables[i].checks, *live, *a, *b);
      equal(table.indexes, names_.tables[i].indexes, live->indexes, {a->indexes, b->indexes});
    }
    equal(wanted_.views, names_.views, live_.views, {spelled_.wanted.views, spelled_.live.views});
    equal(wanted_.triggers, names_.triggers, live_.triggers,
          {spelled_.wanted.triggers, spelled_.live.triggers});
  }

 private:
  /// Items of the same name that the server spells alike.
  template <typename Item>
  static void equal(std::vector<Item>& items, const std::vector<Item>& names,
                    const std::vector<Item>& live,
                    const std::pair<const std::vector<Item>&, const std::vector<Item>&>& spelled) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string& name = names[i].name;
      const Item* const a = named(spelled.first, name);
      const Item* const b = named(spelled.second, name);
      const Item* const own = named(live, name);
      if (a != nullptr && b != nullptr && own != nullptr && *a == *b) items[i] = *own;
    }
  }

  static void columns(Table& table, const Table& live, const Table& spelledWanted,
                      const Table& spelledLive) {
    for (Column& column : table.columns) {
      const Column* const a = spelledWanted.find(column.name);
      const Column* const b = spelledLive.find(column.name);
      const Column* const own = live.find(column.name);
      if (a == nullptr || b == nullptr || own == nullptr) continue;
      if (a->type == b->type) column.type = own->type;
      if (a->collation == b->collation) column.collation = own->collation;
      if (a->defaultValue == b->defaultValue) column.defaultValue = own->defaultValue;
      if (a->generated == b->generated) column.generated = own->generated;
    }
  }

  /// By what they say: their names are compared later, and need not have been chosen.
  static void checks(std::vector<Check>& checks, const std::vector<Check>& names, const Table& live,
                     const Table& spelledWanted, const Table& spelledLive) {
    for (std::size_t i = 0; i < checks.size(); ++i) {
      const Check* const a = named(spelledWanted.checks, names[i].name);
      if (a == nullptr) continue;
      const Check* found = nullptr;
      for (const Check& b : spelledLive.checks) {
        if (b.condition == a->condition && (found == nullptr || b.name == a->name)) found = &b;
      }
      const Check* const own = found == nullptr ? nullptr : named(live.checks, found->name);
      if (own != nullptr) checks[i].condition = own->condition;
    }
  }

  Schema& wanted_;
  const Schema& names_;
  const Schema& live_;
  const Spelled& spelled_;
};

}  // namespace

void inScratch(Database database, const std::function<void(UnitOfWork&)>& body) {
  const bool server = database.backend().hasServer();
  if (!server) database = Database::open("sqlite:///:memory:");
  try {
    database.backend().schemaDialect().inTransaction(database, std::chrono::seconds(60),
                                                     [&](UnitOfWork& work) {
                                                       if (server) enterScratchSchema(work);
                                                       body(work);
                                                       throw Enough{};
                                                     });
  } catch (const Enough&) {
  }
}

Schema respelled(const Database& database, Schema wanted, const Schema& live) {
  if (!database.backend().hasServer()) return wanted;  // SQLite keeps every text as it is.
  Schema names = wanted;
  for (Table& table : names.tables)
    nameConstraints(table);
  Schema result = wanted;
  try {
    inScratch(database, [&](UnitOfWork& work) {
      Spelled spelled{names, live};
      // What the server has written itself comes out otherwise once more, and then no longer.
      for (int round = 0; round < 2; ++round) {
        spelled = {asServerSpells(work, spelled.wanted), asServerSpells(work, spelled.live)};
        Respelling(result, names, live, spelled).run();
      }
    });
  } catch (const Error&) {
    return wanted;
  }
  return result;
}

}  // namespace repot::schema
