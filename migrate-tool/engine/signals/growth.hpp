// The growth signals as the engine's reports name them; core/include/repot/growth.hpp judges.
#pragma once

#include <repot/growth.hpp>
