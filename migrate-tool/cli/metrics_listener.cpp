// Serves metrics; see metrics_listener.hpp.
#include "cli/metrics_listener.hpp"

#include <repot/error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sys/socket.h>

#include <charconv>

namespace repot::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

Tcp::endpoint endpointOf(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  unsigned port = 0;
  bool good = colon != std::string::npos;
  if (good) {
    const char* const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data() + colon + 1, end, port);
    good = fault == std::errc() && rest == end && port <= 65'535;
  }
  std::string host = text.substr(0, good ? colon : 0);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code unreadable;
  const auto address = asio::ip::make_address(host, unreadable);
  if (!good || unreadable) {
    throw Error(ErrorKind::usage,
                "--listen: '" + text + "' is no ADDRESS:PORT; write 127.0.0.1:9187");
  }
  if (!address.is_loopback()) {
    throw Error(ErrorKind::usage, "--listen: " + host +
                                      " can be reached from other machines, and nobody is asked "
                                      "for a password; write 127.0.0.1:" +
                                      std::to_string(port) + " behind a proxy of your own");
  }
  return {address, static_cast<unsigned short>(port)};
}

http::response<http::string_body> answerTo(const http::request<http::empty_body>& request,
                                           const std::function<std::string()>& page) {
  http::response<http::string_body> answer(http::status::ok, 11);
  answer.set(http::field::content_type, "text/plain; charset=utf-8");
  answer.keep_alive(false);
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    answer.result(http::status::method_not_allowed);
    answer.set(http::field::allow, "GET, HEAD");
  } else if (request.target() != "/metrics") {
    answer.result(http::status::not_found);
    answer.body() = "only /metrics is here\n";
  } else {
    try {
      answer.body() = page();
      answer.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    } catch (const std::exception& error) {
      answer.result(http::status::internal_server_error);
      answer.body() = std::string(error.what()) + '\n';
    }
  }
  answer.prepare_payload();
  if (request.method() == http::verb::head) answer.body().clear();
  return answer;
}

void serveOne(Tcp::socket& socket, const std::function<std::string()>& page) {
  // Nobody keeps the others waiting for long.
  const timeval patience{5, 0};
  for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    ::setsockopt(socket.native_handle(), SOL_SOCKET, direction, &patience, sizeof patience);
  }
  boost::system::error_code gone;
  boost::beast::flat_buffer buffer(16 * 1024);
  http::request<http::empty_body> request;
  http::read(socket, buffer, request, gone);
  if (gone) return;
  const auto answer = answerTo(request, page);
  http::write(socket, answer, gone);
  socket.shutdown(Tcp::socket::shutdown_send, gone);
}

}  // namespace

void serveMetrics(const std::string& address, const std::function<std::string()>& page,
                  const std::function<void(const std::string&)>& listening) {
  const Tcp::endpoint wanted = endpointOf(address);
  asio::io_context context;
  Tcp::acceptor acceptor(context);
  try {
    acceptor.open(wanted.protocol());
    acceptor.set_option(Tcp::acceptor::reuse_address(true));
    acceptor.bind(wanted);
    acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw Error(ErrorKind::resource, "cannot listen on " + address + ": " + error.code().message());
  }
  const auto own = acceptor.local_endpoint();
  const std::string host = own.address().to_string();
  listening("http://" + (own.address().is_v6() ? '[' + host + ']' : host) + ':' +
            std::to_string(own.port()) + "/metrics");
  for (;;) {
    boost::system::error_code failed;
    Tcp::socket socket(context);
    acceptor.accept(socket, failed);
    if (!failed) serveOne(socket, page);
  }
}

}  // namespace repot::cli
