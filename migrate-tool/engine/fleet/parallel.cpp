// See parallel.hpp.
#include "engine/fleet/parallel.hpp"

#include "engine/fleet/mover.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

/// The tenants that are at work, who learn from it that they are to stop.
class AtWork {
 public:
  explicit AtWork(const std::atomic<bool>& stop)
      : stop_(stop), thread_([this](const std::stop_token& end) { watch(end); }) {}

  void add(Progress& progress) {
    const std::lock_guard lock(mutex_);
    if (stop_) progress.stop = true;
    running_.insert(&progress);
  }
  void remove(Progress& progress) {
    const std::lock_guard lock(mutex_);
    running_.erase(&progress);
  }

 private:
  void watch(const std::stop_token& end) {
    constexpr auto pause = std::chrono::milliseconds(50);
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, end, pause, [&] { return end.stop_requested(); })) {
      if (!stop_) continue;
      for (Progress* const progress : running_)
        progress->stop = true;
    }
  }

  const std::atomic<bool>& stop_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::set<Progress*> running_;
  std::jthread thread_;  ///< The last, as it uses the others.
};

}  // namespace

FleetReport newFleetReport(std::string command, const std::vector<Tenant>& tenants,
                           const DatabaseUrl* target, const FleetOptions& options) {
  FleetReport report;
  report.command = std::move(command);
  if (target != nullptr) report.target = target->toString();
  report.startedAt = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  report.atOnce = options.atOnce;
  report.tenants.reserve(tenants.size());
  for (const Tenant& tenant : tenants) {
    TenantResult& result = report.tenants.emplace_back();
    result.source = tenant.source;
    result.schema = tenant.schema;
    result.bytes = bytesOf(tenant.source);
  }
  return report;
}

void inParallel(FleetReport& report, const FleetOptions& options, FleetProgress& progress,
                const std::function<TenantResult(std::size_t, std::size_t, Progress&)>& work) {
  const Clock::time_point start = Clock::now();
  for (const TenantResult& tenant : report.tenants)
    progress.work += workOf(tenant.source);
  progress.tenants = report.tenants.size();
  std::atomic<std::size_t> next{0};
  std::atomic<bool> halted{false};
  AtWork atWork(progress.stop);
  const auto one = [&](std::size_t worker, std::size_t i) {
    TenantResult& result = report.tenants[i];
    const std::int64_t share = workOf(result.source);
    if (result.state == TenantState::waiting) {
      Progress own;
      atWork.add(own);
      try {
        result = work(worker, i, own);
      } catch (const std::exception& error) {
        result.state = TenantState::failed;
        result.message = error.what();
      }
      atWork.remove(own);
    }
    progress.workDone += share;
    ++progress.done;
    const bool done = isDone(result.state) || result.state == TenantState::incomplete;
    if (!done) ++progress.notDone;
    if (result.concernsAll || (options.failFast && !done)) halted = true;
  };
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < options.atOnce; ++worker) {
    threads.emplace_back([&, worker] {
      while (!halted && !progress.stop) {
        const std::size_t i = next++;
        if (i >= report.tenants.size()) return;
        one(worker, i);
      }
    });
  }
  threads.clear();  // Joins.
  report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace repot::migrate
