// Work on a schema that nobody keeps: what migrations make from nothing, and how the database
// itself spells what it is given.
#pragma once

#include "repot/database.hpp"
#include "repot/schema/model.hpp"

#include <functional>

namespace repot::schema {

/// Runs `body` in an empty schema of the same kind of database, and undoes it: in a database in
/// memory (SQLite), or in a schema `repot_scratch` of the server's, whose lock on migrations is
/// held meanwhile. What extensions and the application's own types brought is within reach there.
void inScratch(Database database, const std::function<void(UnitOfWork&)>& body);

/// `wanted` with those pieces of SQL as `live` spells them, of which the database makes the same:
/// PostgreSQL keeps an expression in a form of its own (`IN ('a')` of a varchar becomes
/// `(x)::text = ANY (…)`), and may change even that once more. Other differences stay. Where it
/// cannot be tried (no right to make a schema, no such function) `wanted` comes back as it is.
Schema respelled(const Database& database, Schema wanted, const Schema& live);

}  // namespace repot::schema
