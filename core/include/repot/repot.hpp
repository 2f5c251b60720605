// Everything that an application needs.
#pragma once

#include <repot/database.hpp>
#include <repot/error.hpp>
#include <repot/repository.hpp>
