// Length is counted in bytes and cut at a character's border, as PostgreSQL would do it, but before
// PostgreSQL gets to see the name: its own cutting is silent and can make two names one.
#include "names.hpp"

#include "source_schema.hpp"

#include <xxhash.h>

namespace repot::migrate {
namespace {

constexpr std::size_t maxBytes = 63;

std::string hashOf(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::uint64_t hash = XXH3_64bits(text.data(), text.size());
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4)
    out += digits[(hash >> shift) & 15];
  return out;
}

std::string cut(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80)
    --bytes;
  return std::string(text.substr(0, bytes));
}

}  // namespace

std::string NameSpace::folded(std::string_view name) const {
  return case_ == PlanOptions::NameCase::lower ? asciiLower(name) : std::string(name);
}

bool NameSpace::isReserved(std::string_view name) const {
  return reserved_.contains(folded(name));
}

std::string NameSpace::allocate(std::string_view wanted) {
  constexpr std::size_t keptBytes = 54;
  std::string name = folded(wanted);
  if (name.empty()) name = "unnamed";
  std::string candidate = isReserved(wanted) ? name + "_" : name;
  for (int attempt = 0; candidate.size() > maxBytes || taken_.contains(candidate); ++attempt) {
    const std::string salt = attempt == 0 ? std::string{} : std::to_string(attempt);
    candidate = cut(name, keptBytes) + "_" + hashOf(std::string(wanted) + salt);
  }
  taken_.insert(candidate);
  return candidate;
}

bool globMatches(std::string_view glob, std::string_view name) {
  std::size_t g = 0, n = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = n;
    } else if (g < glob.size() &&
               (glob[g] == '?' || sameName(glob.substr(g, 1), name.substr(n, 1)))) {
      ++g;
      ++n;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*')
    ++g;
  return g == glob.size();
}

}  // namespace repot::migrate
