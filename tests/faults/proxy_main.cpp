// The proxy as a program, for tests in other languages: fault_proxy SOCKET prints its port, then
// obeys lines on its standard input, each answered by one line:
//   arm KIND SIDE BYTES   (cut, reset, stall, swallow; client, server)  ->  ok
//   fired                                                                ->  yes, no
#include "proxy.hpp"

#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

int main(int argc, char** argv) {
  using repot::test::NetworkFault;
  if (argc != 2) return EXIT_FAILURE;
  static const std::map<std::string, NetworkFault::Kind> kinds = {
      {"cut", NetworkFault::Kind::cut},
      {"reset", NetworkFault::Kind::reset},
      {"stall", NetworkFault::Kind::stall},
      {"swallow", NetworkFault::Kind::swallow}};
  repot::test::Proxy proxy(argv[1]);
  std::cout << proxy.port() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command, kind, side;
    std::int64_t bytes = 0;
    words >> command >> kind >> side >> bytes;
    if (command == "arm") {
      NetworkFault fault;
      fault.kind = kinds.at(kind);
      (side == "client" ? fault.afterClientBytes : fault.afterServerBytes) = bytes;
      proxy.arm(fault);
      std::cout << "ok" << std::endl;
    } else {
      std::cout << (proxy.fired() ? "yes" : "no") << std::endl;
    }
  }
  return EXIT_SUCCESS;
}
