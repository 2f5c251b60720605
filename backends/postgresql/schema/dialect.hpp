// Schemas on PostgreSQL; see dialect.cpp.
#pragma once

#include <repot/schema/dialect.hpp>

namespace repot::postgresql {

/// Thread-safe: it holds nothing.
const schema::Dialect& schemaDialect() noexcept;

}  // namespace repot::postgresql
