// The servers that a URL names; see servers.hpp.
#include "postgresql/servers.hpp"

#include <repot/error.hpp>

#include <string>
#include <string_view>

namespace repot::postgresql {
namespace {

constexpr const char* soonGivenUp = "5";  ///< Seconds.

/// As libpq writes them; empty elements count.
std::vector<std::string> elements(std::string_view list) {
  std::vector<std::string> all;
  for (;;) {
    const std::size_t comma = list.find(',');
    all.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return all;
    list.remove_prefix(comma + 1);
  }
}

struct Place {
  std::string host, address, port;

  std::string name() const {
    const std::string& shown = host.empty() ? address : host;
    return port.empty() ? shown : shown + ':' + port;
  }
};

/// The element of a server in a list that has one for each, or one for all, or none.
std::string elementOf(const std::vector<std::string>& list, std::size_t index, std::size_t servers,
                      const char* option) {
  if (list.size() == 1) return list.front();
  if (list.size() == servers) return list[index];
  throw Error(ErrorKind::invalidUrl, std::string("the option ") + option + " names " +
                                         std::to_string(list.size()) + " for " +
                                         std::to_string(servers) + " servers");
}

/// Those that libpq would try. The options win over the URL's own hosts, as they do there.
std::vector<Place> hostsOf(const DatabaseUrl& url) {
  std::vector<Place> places;
  const auto host = url.option("host"), address = url.option("hostaddr");
  if (!host && !address) {
    const std::string port = url.option("port").value_or("");
    for (const DatabaseUrl::Host& one : url.hosts())
      places.push_back({one.name, {}, one.port.empty() ? port : one.port});
    return places;
  }
  const auto hosts = elements(host.value_or("")), addresses = elements(address.value_or(""));
  const auto ports = elements(url.option("port").value_or(""));
  const std::size_t count = host ? hosts.size() : addresses.size();
  for (std::size_t i = 0; i < count; ++i) {
    places.push_back({elementOf(hosts, i, count, "host"),
                      elementOf(addresses, i, count, "hostaddr"),
                      elementOf(ports, i, count, "port")});
  }
  return places;
}

/// "host", "host:port", "[::1]:port" or the folder of a Unix socket.
Place replica(const std::string& text, const std::string& defaultPort) {
  Place place{text, {}, defaultPort};
  std::size_t colon = text.rfind(':');
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string::npos)
      throw Error(ErrorKind::invalidUrl, "'[' without ']' in the option repot_replicas");
    place.host = text.substr(1, close - 1);
    colon = close + 1 < text.size() ? close + 1 : std::string::npos;
  } else if (colon != std::string::npos) {
    place.host = text.substr(0, colon);
  }
  if (colon != std::string::npos) place.port = text.substr(colon + 1);
  if (place.host.empty())
    throw Error(ErrorKind::invalidUrl, "a server without a name in the option repot_replicas");
  return place;
}

bool leavesChoiceToLibpq(const DatabaseUrl& url) {
  const std::string wanted = url.option("target_session_attrs").value_or("primary");
  return wanted != "primary" && wanted != "read-write";
}

}  // namespace

std::vector<ServerAddress> serversOf(const DatabaseUrl& url) {
  std::vector<Place> places = hostsOf(url);
  if (const auto replicas = url.option("repot_replicas")) {
    if (places.empty()) {
      throw Error(
          ErrorKind::invalidUrl,
          "repot_replicas needs the primary in the URL as well: postgresql://host/database");
    }
    if (leavesChoiceToLibpq(url)) {
      throw Error(ErrorKind::invalidUrl,
                  "repot_replicas and target_session_attrs contradict each other; repot_read_from "
                  "says where reads go");
    }
    const std::string port = places.front().port;
    for (const std::string& one : elements(*replicas))
      places.push_back(replica(one, port));
  }
  if (places.size() < 2 || leavesChoiceToLibpq(url)) return {};
  const auto regions = elements(url.option("repot_regions").value_or(""));
  DatabaseUrl common = url.withHosts({});
  for (const char* option :
       {"host", "port", "target_session_attrs", "repot_replicas", "repot_regions"})
    common = common.withoutOptions(option);  // "host" is the start of "hostaddr", too.
  // Where there is another one nobody waits long for a host that is not there.
  if (!common.option("connect_timeout")) common = common.withOption("connect_timeout", soonGivenUp);
  std::vector<ServerAddress> servers;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Place& place = places[i];
    ServerAddress server{common, place.name(),
                         elementOf(regions, i, places.size(), "repot_regions")};
    for (const auto& [option, value] :
         {std::pair("host", &place.host), std::pair("hostaddr", &place.address),
          std::pair("port", &place.port)}) {
      if (!value->empty()) server.url = server.url.withOption(option, *value);
    }
    servers.push_back(std::move(server));
  }
  return servers;
}

}  // namespace repot::postgresql
