// What libpqxx spells otherwise in its versions: 6 is Debian 12's, 7.10 is Debian 13's.
#pragma once

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace repot::migrate {

#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)

/// Notices, as of a crash, are no messages of Repot's.
class QuietNotices {
 public:
  explicit QuietNotices(pqxx::connection& connection) {
    connection.set_notice_handler([](pqxx::zview) noexcept {});
  }
};

inline pqxx::result execute(pqxx::transaction_base& work, const std::string& sql,
                            const std::vector<std::string>& values) {
  pqxx::params bound;
  for (const std::string& value : values)
    bound.append(value);
  return work.exec(sql, bound);
}

#else

using QuietNotices = pqxx::quiet_errorhandler;

inline pqxx::result execute(pqxx::transaction_base& work, const std::string& sql,
                            const std::vector<std::string>& values) {
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(values));
}

#endif

}  // namespace repot::migrate
