// Everything that an application needs.
#pragma once

#include <repot/database.hpp>
#include <repot/error.hpp>
#include <repot/observer.hpp>
#include <repot/query.hpp>
#include <repot/relations.hpp>
#include <repot/repository.hpp>
#include <repot/sql.hpp>
