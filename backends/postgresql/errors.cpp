// The meaning of SQLSTATE codes; see errors.hpp.
#include <repot/postgresql/errors.hpp>

namespace repot::postgresql {

ErrorKind errorKind(std::string_view sqlState) noexcept {
  struct Meaning {
    std::string_view code;  ///< A whole code, or the two characters of its class.
    ErrorKind kind;
  };
  // Whole codes stand before their class.
  static constexpr Meaning meanings[] = {
      {"23505", ErrorKind::unique},
      {"23503", ErrorKind::foreignKey},
      {"23001", ErrorKind::foreignKey},  // Of RESTRICT, since PostgreSQL 18.
      {"23502", ErrorKind::notNull},
      {"23514", ErrorKind::check},
      {"23P01", ErrorKind::check},
      {"40001", ErrorKind::serialization},
      {"40P01", ErrorKind::serialization},
      {"08P01", ErrorKind::usage},  // The number of values is not that of the placeholders.
      {"55P03", ErrorKind::busy},
      {"57014", ErrorKind::timeout},
      {"25P03", ErrorKind::timeout},
      {"25006", ErrorKind::permission},
      {"42501", ErrorKind::permission},
      {"3D000", ErrorKind::notFound},
      {"57P03", ErrorKind::connection},
      {"57P01", ErrorKind::connection},
      {"57P02", ErrorKind::connection},
      {"08", ErrorKind::connection},
      {"28", ErrorKind::authentication},
      {"22", ErrorKind::data},
      {"23", ErrorKind::check},
      {"40", ErrorKind::serialization},
      {"42", ErrorKind::schema},
      {"3F", ErrorKind::schema},
      {"53", ErrorKind::resource},
      {"54", ErrorKind::resource},
      {"58", ErrorKind::resource},
      {"25", ErrorKind::usage},
      {"2B", ErrorKind::schema},
      {"2F", ErrorKind::usage},
      {"0A", ErrorKind::schema},
  };
  for (const Meaning& meaning : meanings) {
    if (sqlState.starts_with(meaning.code)) return meaning.kind;
  }
  return ErrorKind::internal;
}

}  // namespace repot::postgresql
