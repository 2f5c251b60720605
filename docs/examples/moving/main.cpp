// The program behind docs/moving-live.md: an application that is led over to PostgreSQL while it
// writes, without a restart. It prints each write that is stored.
// Usage: moving FILE_URL SUCCESSOR_URL WRITERS SECONDS
#include <repot/backends.hpp>
#include <repot/repot.hpp>
#include <repot/switchable_database.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

using namespace repot;

namespace {

void takeNote(SwitchableDatabase& database, std::int64_t writer, std::int64_t number) {
  database.write([&](UnitOfWork& unit) {
    unit.execute("INSERT INTO note(writer, n) VALUES ($1, $2)", {writer, number});
  });
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::printf("%lld %lld %s %.6f\n", static_cast<long long>(writer), static_cast<long long>(number),
              database.moved() ? "postgresql" : "sqlite",
              std::chrono::duration<double>(now).count());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5)
    return std::fprintf(stderr, "usage: moving FILE_URL SUCCESSOR_URL WRITERS SECONDS\n"), 2;
  registerBackends();
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    SwitchOptions options;
    options.switched = [](const Database& successor) {
      std::fprintf(stderr, "moved to %s\n", successor.url().toString().c_str());
    };
    SwitchableDatabase database = SwitchableDatabase::open(argv[1], argv[2], options);

    std::vector<std::jthread> writers;
    for (std::int64_t writer = 0; writer < std::atoi(argv[3]); ++writer) {
      writers.emplace_back([&database, writer](std::stop_token stop) {
        for (std::int64_t number = 1; !stop.stop_requested(); ++number)
          takeNote(database, writer, number);
      });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(std::atof(argv[4])));
  } catch (const Error& error) {
    return std::fprintf(stderr, "moving: %s\n", error.what()), 1;
  }
}
