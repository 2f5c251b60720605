// Keyset pagination: pages that neither skip nor repeat a row when others are added or removed.
#pragma once

#include <repot/criteria.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot {

/// The place behind the last row of a page: the values of its order columns and of its key.
struct Cursor {
  std::vector<Value> values;
  /// A text for links and forms, of letters, digits and -_.~%: . It is no secret: it holds the
  /// values in plain.
  std::string toString() const;
};

/// One page, and where the next one starts; `next` is empty on the last page.
template <typename Entity>
struct Page {
  std::vector<Entity> rows;
  std::optional<Cursor> next;
};

namespace detail {

/// Reads Cursor::toString() back, for these order columns. Throws Error(usage) for another text.
Cursor parseCursor(std::string_view text, const std::vector<OrderTerm>& order);

/// The condition that a row comes behind the cursor in this order.
void renderAfter(const Cursor& cursor, const std::vector<OrderTerm>& order, std::string& sql,
                 std::vector<Value>& values);

}  // namespace detail
}  // namespace repot
