// What is the same in every dialect; see dialect.hpp.
#include "repot/schema/dialect.hpp"

#include "repot/database.hpp"

#include <algorithm>

namespace repot::schema {

std::size_t Dialect::together(std::span<const Change> changes) const {
  return std::min<std::size_t>(changes.size(), 1);
}

void Dialect::inTransaction(Database& database, std::chrono::milliseconds wait,
                            const std::function<void(UnitOfWork&)>& body) const {
  UnitOfWork work = database.beginSchemaChange(wait);
  body(work);
  work.commit();
}

}  // namespace repot::schema
