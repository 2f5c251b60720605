// Reads and writes databases through entities, for tests that look at them from another side:
// PEER URL dump|rewrite.
//
// dump prints every row of every table as a line of JSON; rewrite updates each row to what it is
// already, and adds a copy of it under another key.
#pragma once

#include <repot/backends.hpp>
#include <repot/formats.hpp>
#include <repot/repot.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>

namespace peer {

template <typename Entity>
void dump(repot::UnitOfWork& work) {
  const auto& map = repot::entityMap<Entity>();
  repot::Repository<Entity>(work).forEach([&](Entity&& entity) {
    boost::json::object row;
    for (std::size_t i = 0; i < map.columns().size(); ++i) {
      repot::Value value = map.accessor(i).get(entity);
      // SQLite keeps no zeros behind the point.
      if (auto* decimal = std::get_if<repot::Decimal>(&value))
        decimal->text = repot::formats::plainDecimal(decimal->text);
      boost::json::value& shown = row[map.columns()[i].name];
      if (!repot::isNull(value)) shown = repot::formats::toText(value);
    }
    std::cout << boost::json::serialize(boost::json::object{{"table", map.table()}, {"row", row}})
              << '\n';
  });
}

/// Another value: a text of the same length, so that it fits the column.
inline repot::Value other(repot::Value value) {
  if (auto* text = std::get_if<std::string>(&value); text != nullptr && !text->empty())
    text->front() = text->front() == '~' ? '!' : '~';
  if (auto* number = std::get_if<std::int64_t>(&value)) *number += *number < 0 ? 1000 : -1000;
  return value;
}

/// The columns in which a copy has to be another one than its original: the key (of a key of
/// several columns the last), and one of those that are unique together.
template <typename Entity>
bool isOther(std::size_t index) {
  const auto& columns = repot::entityMap<Entity>().columns();
  const auto& column = columns[index];
  const bool last = std::none_of(columns.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                                 columns.end(), [](const auto& next) { return next.key; });
  if ((column.key && last) || column.unique) return true;
  const auto& indexes = repot::entityMap<Entity>().indexes();
  return std::any_of(indexes.begin(), indexes.end(), [&](const auto& one) {
    return one.unique && one.columns.back() == column.name;
  });
}

template <typename Entity>
void makeOther(Entity& entity) {
  const auto& map = repot::entityMap<Entity>();
  for (std::size_t i = 0; i < map.columns().size(); ++i) {
    if (map.columns()[i].generated) {
      map.accessor(i).set(entity, repot::Value(std::int64_t{0}));
    } else if (isOther<Entity>(i)) {
      map.accessor(i).set(entity, other(map.accessor(i).get(entity)));
    }
  }
}

template <typename Entity>
void rewrite(repot::UnitOfWork& work) {
  repot::Repository<Entity> repository(work);
  auto all = repository.findAll();
  auto copies = all;
  repository.updateAll(all);
  for (Entity& copy : copies)
    makeOther(copy);
  repository.addAll(copies);
}

/// The main() of a program for these entities; parents come before those that refer to them.
template <typename... Entities>
int run(int argc, char** argv) {
  const std::string command = argc == 3 ? argv[2] : "";
  if (command != "dump" && command != "rewrite") {
    std::fprintf(stderr, "usage: %s URL dump|rewrite\n", argv[0]);
    return 2;
  }
  try {
    repot::registerBackends();
    auto database = repot::Database::open(argv[1]);
    if (command == "dump") {
      database.read([](repot::UnitOfWork& work) { (dump<Entities>(work), ...); });
    } else {
      database.write([](repot::UnitOfWork& work) { (rewrite<Entities>(work), ...); });
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace peer
