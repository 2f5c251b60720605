// What can go wrong with a change; see diff.hpp.
#include "schema/compare.hpp"
#include "schema/script.hpp"

#include <repot/schema/diff.hpp>

namespace repot::schema {
namespace {

class Risks {
 public:
  explicit Risks(const Schema& before) : before_(before) {}

  std::optional<Risk> operator()(const DropTable& change) const {
    return Risk{true, "loses the table " + change.table + " with all its rows"};
  }
  std::optional<Risk> operator()(const DropColumn& change) const {
    const Table* const table = before_.find(change.table);
    const Column* const column = table == nullptr ? nullptr : table->find(change.column);
    if (column != nullptr && column->generated) return std::nullopt;  // Can be computed again.
    return Risk{true,
                "loses the column " + change.table + '.' + change.column + " with all its values"};
  }
  std::optional<Risk> operator()(const AddColumn& change) const {
    const Column& column = change.column;
    const bool hasDefault =
        column.defaultValue && !(column.defaultValue->kind == Default::Kind::literal &&
                                 isNull(column.defaultValue->value));
    if (column.nullable || column.identity || column.generated || hasDefault) return std::nullopt;
    return Risk{false, "fails where " + change.table + " has rows: " + column.name +
                           " is NOT NULL and has no default"};
  }
  std::optional<Risk> operator()(const AlterColumn& change) const {
    const Table* const table = before_.find(change.table);
    const Column* const old = table == nullptr ? nullptr : table->find(change.column.name);
    if (old == nullptr) return std::nullopt;
    const std::string name = change.table + '.' + change.column.name;
    if (!change.convert.empty()) return Risk{true, "converts the values of " + name};
    const Type& to = change.column.type;
    const bool shorter = to.length > 0 && (old->type.length == 0 || to.length < old->type.length);
    if (old->type.kind != to.kind || old->type.native != to.native || shorter) {
      return Risk{false, "fails where a value of " + name + " is no " + describe(to)};
    }
    if (old->nullable && !change.column.nullable)
      return Risk{false, "fails where " + name + " is NULL"};
    return std::nullopt;
  }
  std::optional<Risk> operator()(const AddPrimaryKey& change) const {
    return duplicates(change.table, change.key);
  }
  std::optional<Risk> operator()(const AddUnique& change) const {
    return duplicates(change.table, change.key);
  }
  std::optional<Risk> operator()(const CreateIndex& change) const {
    if (!change.index.unique) return std::nullopt;
    return Risk{false,
                "fails where rows of " + change.table + " are not " + describe(change.index)};
  }
  std::optional<Risk> operator()(const AddCheck& change) const {
    return Risk{false, "fails where a row of " + change.table + " does not meet the condition"};
  }
  std::optional<Risk> operator()(const AddForeignKey& change) const {
    return Risk{false,
                "fails where a row of " + change.table + " has no parent in " + change.key.table};
  }
  std::optional<Risk> operator()(const Execute& change) const {
    std::string losing;
    const auto look = [&](const std::string& sql) {
      for (const std::string& statement : losingStatementsIn(sql)) {
        if (losing.find(statement) == std::string::npos)
          losing += (losing.empty() ? "" : "; ") + statement;
      }
    };
    look(change.sql.text);
    for (const auto& [scheme, text] : change.sql.dialects)
      look(text);
    if (losing.empty()) return std::nullopt;
    return Risk{true, "may lose data by " + losing};
  }
  std::optional<Risk> operator()(const Run& change) const {
    return Risk{true, "may lose data by work of its own: " + change.text};
  }
  template <typename Other>
  std::optional<Risk> operator()(const Other&) const {
    return std::nullopt;
  }

 private:
  static std::optional<Risk> duplicates(const std::string& table, const Key& key) {
    return Risk{false,
                "fails where two rows of " + table + " have the same (" + list(key.columns) + ')'};
  }

  const Schema& before_;
};

}  // namespace

std::optional<Risk> riskOf(const Change& change, const Schema& before) {
  return std::visit(Risks(before), change);
}

}  // namespace repot::schema
