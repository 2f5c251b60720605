// See choice.hpp.
#include "servers/choice.hpp"

#include <algorithm>

namespace repot::detail {
namespace {

/// Servers whose answers take that much longer than the nearest one's are as near.
constexpr std::chrono::microseconds sameDistance{2000};

bool willDo(const ServerView& server, const ReadDemand& demand) {
  if (!server.usable) return false;
  if (!server.standby) return true;
  if (!server.staleness || *server.staleness > demand.maxStaleness) return false;
  return server.position >= demand.position || !demand.age || *demand.age >= server.catchUp;
}

/// Region first, then by distance; those of one distance beginning with another one each turn.
void sortByDistance(std::vector<std::size_t>& order, std::span<const ServerView> servers,
                    std::size_t turn) {
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (servers[a].near != servers[b].near) return servers[a].near;
    return servers[a].latency < servers[b].latency;
  });
  if (order.empty()) return;
  const ServerView& nearest = servers[order.front()];
  const auto end = std::find_if(order.begin(), order.end(), [&](std::size_t one) {
    return servers[one].near != nearest.near ||
           servers[one].latency > nearest.latency * 3 / 2 + sameDistance;
  });
  const auto alike = end - order.begin();
  std::rotate(order.begin(),
              order.begin() + static_cast<std::ptrdiff_t>(turn % static_cast<std::size_t>(alike)),
              end);
}

}  // namespace

std::vector<std::size_t> readOrder(std::span<const ServerView> servers, const ReadDemand& demand,
                                   std::size_t turn) {
  const bool fromPrimary = demand.from == ReadFrom::primary || demand.maxStaleness.count() == 0;
  std::vector<std::size_t> order;
  std::optional<std::size_t> primary;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (!willDo(servers[i], demand)) continue;
    if (!servers[i].standby) primary = i;
    if (!fromPrimary && (servers[i].standby || demand.from == ReadFrom::any)) order.push_back(i);
  }
  sortByDistance(order, servers, turn);
  if (!primary) return order;
  if (demand.again) {
    std::erase(order, *primary);
    order.insert(order.begin(), *primary);
  } else if (demand.from != ReadFrom::any || fromPrimary) {
    order.push_back(*primary);
  }
  return order;
}

}  // namespace repot::detail
