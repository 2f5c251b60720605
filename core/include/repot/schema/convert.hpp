// For backends: which changes of a column's type lose nothing, decided by the library and so alike
// on every database.
#pragma once

#include <repot/schema/model.hpp>

namespace repot {
class UnitOfWork;
}

namespace repot::schema {

/// True where there is a conversion that a `Sql convert` need not describe.
bool convertible(const Type& from, const Type& to);

/// Reads the column's values and throws Error(data), naming table, column, key and value, for the
/// first that the type `to` cannot hold unchanged, Error(schema) where the types are not
/// convertible() at all. Cost: a scan of the table.
void checkConversion(UnitOfWork& work, const Table& table, const Column& from, const Type& to);

}  // namespace repot::schema
