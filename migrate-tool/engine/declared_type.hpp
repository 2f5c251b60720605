// What a declared type says. It never decides alone: it only tells the scan what to look for and
// inference what the author meant.
#pragma once

#include <string>
#include <string_view>

namespace repot::migrate {

enum class DeclaredKind {
  integer,
  real,
  decimal,
  boolean,
  smallFlag,  ///< BIT, TINYINT(1): boolean where the values show nothing else.
  text,
  blob,
  date,
  dateTime,
  time,
  json,
  textual,  ///< STRING, UUID, XML …: text by meaning, but of NUMERIC affinity in SQLite.
  open,     ///< No type, ANY, or an unknown word without an affinity of its own.
};

struct DeclaredType {
  DeclaredKind kind = DeclaredKind::open;
  int length = 0;  ///< n of varchar(n), p of decimal(p,s); 0: none.
  int scale = 0;
};

/// Known names first, SQLite's affinity otherwise; comments and odd tokens never fail. In a STRICT
/// table ANY keeps each value as given.
DeclaredType parseDeclaredType(std::string_view declared);

}  // namespace repot::migrate
