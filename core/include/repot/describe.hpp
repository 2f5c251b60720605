// Mapping by Boost.Describe: columns and enumerators are named as the members are.
//
//     struct Track { std::int64_t id; std::string title; Format format; };
//     BOOST_DESCRIBE_STRUCT(Track, (), (id, title, format))
//     BOOST_DESCRIBE_ENUM(Format, mp3, flac)
//
//     template <> struct repot::Mapping<Track> {
//       static EntityMap<Track> map() {
//         return described<Track>("tracks", Roles<Track>().generatedKey(&Track::id));
//       }
//     };
//
// Included only where it is used: Boost's headers cost compile time.
#pragma once

#include <repot/mapping.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace repot {

/// A described enumeration is stored as the enumerator's name, as SQLAlchemy does; a name that it
/// does not have is Error(data).
template <typename E>
requires(
    std::is_enum_v<E>&& boost::describe::has_describe_enumerators<E>::value) struct ValueTraits<E> {
  static constexpr ColumnType type = ColumnType::text;
  static constexpr bool nullable = false;
  static Value toValue(const E& value) {
    const char* const name = boost::describe::enum_to_string(value, nullptr);
    if (name == nullptr) throw Error(ErrorKind::data, "a value that its enumeration does not name");
    return Value(std::string(name));
  }
  static E fromValue(Value&& value) {
    const auto& name = std::get<std::string>(value);
    E found{};
    if (!boost::describe::enum_from_string(name.c_str(), found) ||
        name.find('\0') != std::string::npos) {
      throw Error(ErrorKind::data, "the stored text is no name of the enumeration");
    }
    return found;
  }
};

/// durationMs → duration_ms
inline std::string snakeCase(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isupper(byte) != 0 && !result.empty()) result += '_';
    result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

/// What a struct's members do not say of themselves.
template <typename Entity>
class Roles {
 public:
  /// Part of the primary key, a key that the database hands out, a unique column, and the column
  /// that counts changes: as the functions of EntityMap with these names.
  template <typename Member>
  Roles&& key(Member Entity::*member) && {
    keys_.insert(name(member));
    return std::move(*this);
  }
  /// As EntityMap::generatedKey().
  template <typename Member>
  Roles&& generatedKey(Member Entity::*member) && {
    generated_ = name(member);
    return std::move(*this);
  }
  template <typename Member>
  Roles&& unique(Member Entity::*member) && {
    unique_.insert(name(member));
    return std::move(*this);
  }
  template <typename Member>
  Roles&& version(Member Entity::*member) && {
    version_ = name(member);
    return std::move(*this);
  }
  /// A member that is no column, such as a relation's place.
  template <typename Member>
  Roles&& unmapped(Member Entity::*member) && {
    unmapped_.insert(name(member));
    return std::move(*this);
  }

  /// For described(): maps a member by its role.
  template <typename Member>
  void addTo(EntityMap<Entity>& map, const char* memberName, Member Entity::*member) const {
    const std::string column = snakeCase(memberName);
    if constexpr (requires { ValueTraits<Member>::type; }) {
      if (unmapped_.count(memberName) != 0) return;
      if constexpr (ValueTraits<Member>::type == ColumnType::integer &&
                    !ValueTraits<Member>::nullable) {
        if (generated_ == memberName) return void(std::move(map).generatedKey(column, member));
        if (version_ == memberName) return void(std::move(map).version(column, member));
      }
      if (keys_.count(memberName) != 0) return void(std::move(map).key(column, member));
      if (unique_.count(memberName) != 0) return void(std::move(map).unique(column, member));
      std::move(map).field(column, member);
    } else if (unmapped_.count(memberName) == 0) {
      throw Error(ErrorKind::usage, std::string("the member ") + memberName + " of " + map.table() +
                                        " has a type that no column has; name it unmapped()");
    }
  }

 private:
  template <typename Member>
  static std::string name(Member Entity::*member) {
    std::string found;
    boost::mp11::mp_for_each<
        boost::describe::describe_members<Entity, boost::describe::mod_public>>(
        [&](auto described) {
          if constexpr (std::is_same_v<std::remove_cv_t<decltype(described.pointer)>,
                                       Member Entity::*>) {
            if (described.pointer == member) found = described.name;
          }
        });
    if (found.empty())
      throw Error(ErrorKind::usage, "a member that Boost.Describe was not told of");
    return found;
  }

  std::set<std::string, std::less<>> keys_, unique_, unmapped_;
  std::string generated_, version_;
};

/// The map of a described struct: every member a column, in their order.
template <typename Entity>
EntityMap<Entity> described(std::string table, const Roles<Entity>& roles) {
  EntityMap<Entity> map(std::move(table));
  boost::mp11::mp_for_each<boost::describe::describe_members<Entity, boost::describe::mod_public>>(
      [&](auto member) { roles.addTo(map, member.name, member.pointer); });
  return map;
}

}  // namespace repot
