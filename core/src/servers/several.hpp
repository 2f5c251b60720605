// Units of work on several servers of which one is the primary, whichever that is now: those that
// write go there, those that read to the nearest that is fresh enough.
#pragma once

#include "router.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repot::detail {

class ServerWatch;

class SeveralServers final : public Router {
 public:
  SeveralServers(std::shared_ptr<const Backend> backend, std::vector<ServerAddress> servers,
                 const DatabaseOptions& options);
  ~SeveralServers() override;

  void open() override;
  std::unique_ptr<Lease> begin(const Start& start) override;
  std::unique_ptr<Lease> beginSchemaChange(std::chrono::milliseconds wait) override;
  void lookAnew() override;
  std::string position() const override;
  DatabaseStatistics statistics() const override;
  std::vector<ServerStatus> servers() const override;

 private:
  std::unique_ptr<Lease> beginRead(const Start& start);
  template <typename Begin>
  std::unique_ptr<Lease> onPrimary(const Bounds& bounds, const Begin& begin);
  /// On a standby behind `position`, or on the primary. Null: the standby is not there yet.
  std::unique_ptr<Lease> tryRead(std::size_t server, const Start& start,
                                 std::optional<std::uint64_t> position);

  const DatabaseOptions options_;
  std::vector<std::shared_ptr<Pool>> pools_;
  std::unique_ptr<ServerWatch> watch_;
};

}  // namespace repot::detail
