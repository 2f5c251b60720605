// A web server of one page for `repot metrics --listen`. In a file of its own for the time that
// Boost.Beast takes to compile.
#pragma once

#include <functional>
#include <string>

namespace repot::cli {

/// Serves `page()` at /metrics on `address` ("127.0.0.1:9187", "[::1]:9187", "localhost:9187"; port
/// 0: any), one request at a time, until the process ends. `listening` is told the URL once there
/// is one. Where `page` throws, its message is the answer, with status 500. Throws Error(usage) for
/// an address that is not of this machine alone, Error(resource) where it is taken.
[[noreturn]] void serveMetrics(const std::string& address, const std::function<std::string()>& page,
                               const std::function<void(const std::string&)>& listening);

}  // namespace repot::cli
