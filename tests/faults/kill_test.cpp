// An application that is killed in the middle of writing: every unit of work that it acknowledged
// is there, and of the one that it was in nothing, or all.
#include "books.hpp"
#include "server.hpp"
#include "sqlite_options.hpp"
#include "support/repetitions.hpp"

#include <repot/backends.hpp>
#include <repot/repot.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace repot::test {
namespace {

/// The application: three threads book, and each tells a number once it is stored.
int runApplication(const std::string& url, std::int64_t first) {
  registerBackends();
  DatabaseOptions options;
  options.retry.initialDelay = std::chrono::milliseconds(2);
  Database database = Database::open(url, options);
  std::vector<std::jthread> threads;
  for (std::int64_t thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::int64_t number = first + thread;; number += 3) {
        book(database, number);
        // One call, so that the number arrives whole or not at all.
        if (::write(STDOUT_FILENO, &number, sizeof number) != sizeof number) return;
      }
    });
  }
  return 0;
}

class Application {
 public:
  Application(const std::string& url, std::int64_t first) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe failed");
    const std::string number = std::to_string(first);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::execl("/proc/self/exe", "kill_tests", "--book", url.c_str(), number.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Application() { ::close(output_); }
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// The first numbers that it tells; it is working then.
  void waitForFirst() { readOne(); }
  void kill() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    while (readOne()) {
    }
  }
  const std::set<std::int64_t>& acknowledged() const { return acknowledged_; }

 private:
  bool readOne() {
    std::int64_t number = 0;
    if (::read(output_, &number, sizeof number) != sizeof number) return false;
    acknowledged_.insert(number);
    return true;
  }

  pid_t pid_ = -1;
  int output_ = -1;
  std::set<std::int64_t> acknowledged_;
};

/// Kills applications at random moments; returns how many units they acknowledged.
std::size_t killAtRandom(const std::string& url, int kills, unsigned seed) {
  std::minstd_rand random(seed);
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < kills && !testing::Test::HasFailure(); ++round) {
    Application application(url, (round + 1) * std::int64_t{1'000'000});
    application.waitForFirst();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
    application.kill();
    acknowledged.insert(application.acknowledged().begin(), application.acknowledged().end());
    Database database = Database::open(url);
    const Books books = readBooks(database);
    EXPECT_EQ(books.fault, "") << "after kill " << round;
    for (const std::int64_t number : acknowledged)
      EXPECT_TRUE(books.booked.contains(number)) << number << " was acknowledged and is lost";
    // At most the commit of each thread that was under way.
    EXPECT_LE(books.booked.size(), acknowledged.size() + 3 * static_cast<std::size_t>(round + 1));
  }
  std::printf("%zu units acknowledged and there\n", acknowledged.size());
  return acknowledged.size();
}

int killsOf() {
  return repetitions(20);
}

/// So many to a database, as each kill is followed by a look at every row.
constexpr int killsEach = 50;

TEST(Kill, AnApplicationOnSqliteLosesNothingThatItAcknowledged) {
  for (int done = 0; done < killsOf() && !HasFailure(); done += killsEach) {
    const ScratchFolder folder;
    const std::string url = sqliteUrl(folder.file("books.db"));
    {
      Database database = Database::open(url);
      openBooks(database);
    }
    const int kills = std::min(killsEach, killsOf() - done);
    EXPECT_GT(killAtRandom(url, kills, static_cast<unsigned>(done)),
              static_cast<std::size_t>(kills));
  }
}

TEST(Kill, AnApplicationOnPostgresqlLosesNothingThatItAcknowledged) {
  Server server;
  for (int done = 0; done < killsOf() && !HasFailure(); done += killsEach) {
    server.ask(
        "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    {
      Database database = Database::open(server.url());
      openBooks(database);
    }
    const int kills = std::min(killsEach, killsOf() - done);
    EXPECT_GT(killAtRandom(server.url(), kills, static_cast<unsigned>(done)),
              static_cast<std::size_t>(kills));
  }
}

}  // namespace
}  // namespace repot::test

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--book") == 0)
    return repot::test::runApplication(argv[2], std::atoll(argv[3]));
  testing::InitGoogleTest(&argc, argv);
  repot::registerBackends();
  return RUN_ALL_TESTS();
}
