// Writes the migration between the two samples as C++ source, which the build then compiles.
#include "samples.hpp"

#include <repot/schema/draft.hpp>

#include <cstdio>

int main() {
  using namespace repot::schema;
  Draft draft = draftMigration(sampleBefore(), sampleAfter(), {});
  draft.id = "0007-a";
  draft.description = "a \"sample\"";
  draft.after = {"0006"};
  std::fputs(draftToCpp(draft).c_str(), stdout);
}
