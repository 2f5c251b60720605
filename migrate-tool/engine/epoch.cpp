// See epoch.hpp. The verifier has arithmetic of its own.
#include "epoch.hpp"

#include <algorithm>
#include <cmath>

namespace repot::migrate {

const Epoch* epochOf(Conversion conversion) {
  const auto* found = std::find_if(epochs.begin(), epochs.end(), [&](const Epoch& epoch) {
    return epoch.conversion == conversion;
  });
  return found == epochs.end() ? nullptr : found;
}

std::optional<std::int64_t> microsOf(const Epoch& epoch, std::int64_t value) {
  std::int64_t micros = 0;
  if (value % epoch.divisor != 0 ||
      __builtin_mul_overflow(value / epoch.divisor, epoch.micros, &micros) ||
      __builtin_add_overflow(micros, epoch.origin, &micros)) {
    return std::nullopt;
  }
  return micros;
}

std::optional<std::int64_t> microsOf(const Epoch& epoch, double value) {
  constexpr double beyond = 9.0e18;
  const auto unit = static_cast<long double>(epoch.micros);
  const auto divisor = static_cast<long double>(epoch.divisor);
  // Apart, as the product of a Julian day would lose what decides between two microseconds.
  const double whole = std::trunc(value);
  if (!(std::fabs(whole) * static_cast<double>(epoch.micros) < beyond)) return std::nullopt;
  const auto scaled = [&](double part) {
    return std::llroundl(static_cast<long double>(part) * unit / divisor);
  };
  const std::int64_t nearest =
      epoch.divisor == 1 ? scaled(whole) + scaled(value - whole) : scaled(value);
  if (static_cast<double>(static_cast<long double>(nearest) * divisor / unit) != value)
    return std::nullopt;
  std::int64_t micros = 0;
  if (__builtin_add_overflow(nearest, epoch.origin, &micros)) return std::nullopt;
  return micros;
}

bool inYears(std::int64_t micros) {
  constexpr std::int64_t first = -62'135'596'800'000'000, beyond = 253'402'300'800'000'000;
  return micros >= first && micros < beyond;
}

}  // namespace repot::migrate
