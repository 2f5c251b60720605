// How an entity (a plain struct) maps to a table.
#pragma once

#include <repot/error.hpp>
#include <repot/member_io.hpp>
#include <repot/value_traits.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

namespace repot {

/// Specialise for each entity:
///
///     template <> struct repot::Mapping<Track> {
///       static EntityMap<Track> map() {
///         return EntityMap<Track>("tracks")
///             .key("id", &Track::id)
///             .field("title", &Track::title)
///             .reference("artist_id", &Track::artistId, "artists", "id", OnDelete::cascade);
///       }
///     };
template <typename Entity>
struct Mapping;

enum class OnDelete { noAction, restrict, cascade, setNull };

namespace detail {

template <typename Entity>
class Accessor {
 public:
  virtual ~Accessor() = default;
  virtual Value get(const Entity& entity) const = 0;
  virtual void set(Entity& entity, Value&& value) const = 0;
  virtual void bind(const Entity& entity, Binder& binder, int position) const = 0;
  virtual void read(Entity& entity, const Statement& statement, int index) const = 0;
};

template <typename Entity, typename Member>
class MemberAccessor final : public Accessor<Entity> {
 public:
  explicit MemberAccessor(Member Entity::*member) : member_(member) {}
  Value get(const Entity& entity) const override {
    return ValueTraits<Member>::toValue(entity.*member_);
  }
  void set(Entity& entity, Value&& value) const override {
    entity.*member_ = ValueTraits<Member>::fromValue(std::move(value));
  }
  void bind(const Entity& entity, Binder& binder, int position) const override {
    bindMember(binder, position, entity.*member_);
  }
  void read(Entity& entity, const Statement& statement, int index) const override {
    readMember(statement, index, entity.*member_);
  }
  bool reads(Member Entity::*member) const { return member_ == member; }

 private:
  Member Entity::*member_;
};

/// What the schema and the statements need of a column; knows no entity.
struct ColumnInfo {
  std::string name;
  ColumnType type = ColumnType::text;
  bool nullable = false;
  bool key = false;
  bool generated = false;
  bool unique = false;
  bool version = false;
  std::string referencedTable;
  std::string referencedColumn;
  OnDelete onDelete = OnDelete::noAction;
};

/// Columns that are indexed together.
struct IndexInfo {
  std::vector<std::string> columns;
  bool unique = false;
};

/// The statements of a table, the same on every backend.
struct EntitySql {
  std::string columns;  ///< "id", "title", …
  std::string insert;   ///< Without the generated key, which it returns; empty where there is none.
  std::string insertWithKey;  ///< All columns.
  std::string select;         ///< SELECT columns FROM table
  std::string get;            ///< … WHERE the key is
  /// All but the key, WHERE the key (and the version, bound last) is; empty where there is nothing
  /// but the key.
  std::string update;
  std::string remove;
};
EntitySql entitySql(const std::string& table, const std::vector<ColumnInfo>& columns);
/// Throws Error(usage) for a mapping without a key, or with a generated one beside others.
void checkKeys(const std::string& table, const std::vector<ColumnInfo>& columns);

/// INSERT … ON CONFLICT (`conflict`) DO UPDATE … RETURNING key and version columns, in the order of
/// `columns`; without the generated key where `withoutGenerated`.
std::string upsertSql(const std::string& table, const std::vector<ColumnInfo>& columns,
                      const std::vector<std::string>& conflict, bool withoutGenerated);

}  // namespace detail

/// The table, its columns in order, and how each is read from and written to the entity.
/// Errors of the description itself (no key, two keys of which one is generated) are
/// Error(usage) at its first use.
template <typename Entity>
class EntityMap {
 public:
  /// A table without columns yet.
  explicit EntityMap(std::string table) : table_(std::move(table)) {}

  /// A column of the primary key; several make a composite key, in this order.
  template <typename Member>
  EntityMap&& key(std::string name, Member Entity::*member) && {
    add(std::move(name), member).key = true;
    return std::move(*this);
  }
  /// An integer key that the database hands out: add() of an entity whose key is 0 fills it in.
  template <typename Member>
  EntityMap&& generatedKey(std::string name, Member Entity::*member) && {
    static_assert(ValueTraits<Member>::type == ColumnType::integer &&
                  !ValueTraits<Member>::nullable);
    detail::ColumnInfo& column = add(std::move(name), member);
    column.key = column.generated = true;
    return std::move(*this);
  }
  template <typename Member>
  EntityMap&& field(std::string name, Member Entity::*member) && {
    add(std::move(name), member);
    return std::move(*this);
  }
  template <typename Member>
  EntityMap&& unique(std::string name, Member Entity::*member) && {
    add(std::move(name), member).unique = true;
    return std::move(*this);
  }
  /// A foreign key of one column.
  template <typename Member>
  EntityMap&& reference(std::string name, Member Entity::*member, std::string table,
                        std::string column, OnDelete onDelete = OnDelete::noAction) && {
    detail::ColumnInfo& info = add(std::move(name), member);
    info.referencedTable = std::move(table);
    info.referencedColumn = std::move(column);
    info.onDelete = onDelete;
    return std::move(*this);
  }

  /// Makes a column mapped before, such as one of the key, a foreign key.
  template <typename Member>
  EntityMap&& references(Member Entity::*member, std::string table, std::string column,
                         OnDelete onDelete = OnDelete::noAction) && {
    const std::string& name = columnOf(member).name;
    for (detail::ColumnInfo& info : columns_) {
      if (info.name != name) continue;
      info.referencedTable = std::move(table);
      info.referencedColumn = std::move(column);
      info.onDelete = onDelete;
      break;
    }
    return std::move(*this);
  }
  /// A column that counts the changes of the row. update() writes only over the version it has read
  /// and throws Error(conflict) where somebody else was faster.
  template <typename Member>
  EntityMap&& version(std::string name, Member Entity::*member) && {
    static_assert(ValueTraits<Member>::type == ColumnType::integer &&
                  !ValueTraits<Member>::nullable);
    add(std::move(name), member).version = true;
    return std::move(*this);
  }
  /// The members' columns, mapped before, are unique together.
  template <typename... Members>
  EntityMap&& uniqueTogether(Members Entity::*... members) && {
    indexes_.push_back({{columnOf(members).name...}, true});
    return std::move(*this);
  }
  /// An index on the members' columns, mapped before, in this order.
  template <typename... Members>
  EntityMap&& index(Members Entity::*... members) && {
    indexes_.push_back({{columnOf(members).name...}, false});
    return std::move(*this);
  }

  /// What was described, for the schema and the statements.
  const std::vector<detail::IndexInfo>& indexes() const noexcept { return indexes_; }
  const std::string& table() const noexcept { return table_; }
  const std::vector<detail::ColumnInfo>& columns() const noexcept { return columns_; }
  const detail::Accessor<Entity>& accessor(std::size_t column) const { return *accessors_[column]; }

  /// The column that `member` is mapped to. Throws Error(usage) where it is not mapped.
  template <typename Member>
  const detail::ColumnInfo& columnOf(Member Entity::*member) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto* typed =
          dynamic_cast<const detail::MemberAccessor<Entity, Member>*>(accessors_[i].get());
      if (typed && typed->reads(member)) return columns_[i];
    }
    throw Error(ErrorKind::usage,
                "a member used in a criterion is not mapped to a column of " + table_);
  }

 private:
  template <typename Member>
  detail::ColumnInfo& add(std::string name, Member Entity::*member) {
    accessors_.push_back(std::make_unique<detail::MemberAccessor<Entity, Member>>(member));
    detail::ColumnInfo column;
    column.name = std::move(name);
    column.type = ValueTraits<Member>::type;
    column.nullable = ValueTraits<Member>::nullable;
    columns_.push_back(std::move(column));
    return columns_.back();
  }

  std::string table_;
  std::vector<detail::ColumnInfo> columns_;
  std::vector<detail::IndexInfo> indexes_;
  std::vector<std::unique_ptr<detail::Accessor<Entity>>> accessors_;
};

/// The entity's map and statements, built once. Thread-safe.
template <typename Entity>
const EntityMap<Entity>& entityMap() {
  static const EntityMap<Entity> map = Mapping<Entity>::map();
  return map;
}

namespace detail {
template <typename Entity>
const EntitySql& sqlOf() {
  static const EntitySql sql =
      entitySql(entityMap<Entity>().table(), entityMap<Entity>().columns());
  return sql;
}
}  // namespace detail

}  // namespace repot
