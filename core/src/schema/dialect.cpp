// What is the same in every dialect; see dialect.hpp.
#include "repot/schema/dialect.hpp"

#include "repot/database.hpp"

namespace repot::schema {

void Dialect::inTransaction(Database& database, std::chrono::milliseconds wait,
                            const std::function<void(UnitOfWork&)>& body) const {
  UnitOfWork work = database.beginSchemaChange(wait);
  body(work);
  work.commit();
}

}  // namespace repot::schema
