// Schemas on SQLite; see dialect.cpp.
#pragma once

#include <repot/schema/dialect.hpp>

namespace repot::sqlite {

/// Thread-safe: it holds nothing.
const schema::Dialect& schemaDialect() noexcept;

}  // namespace repot::sqlite
