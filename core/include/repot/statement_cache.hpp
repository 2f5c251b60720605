// For backends: the prepared statements of one connection by their text.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace repot {

/// Prepares each text once. A text whose statement is still being read is prepared once more, so
/// that a query may run inside the loop over another run of itself.
/// `Prepared` has inUse(). Used by one thread at a time.
template <typename Prepared>
class StatementCache {
 public:
  /// Texts kept. An application has some dozens; more are built texts, not worth remembering.
  static constexpr std::size_t capacity = 256;

  /// One that is not in use, which `prepare` makes where there is none.
  template <typename Prepare>
  Prepared& get(std::string_view sql, Prepare prepare) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) found = statements_.emplace(std::string(sql), Copies()).first;
    for (const auto& statement : found->second) {
      if (!statement->inUse()) return *statement;
    }
    found->second.push_back(prepare(sql));
    return *found->second.back();
  }

  /// Between units of work: forgets everything once there is too much.
  void trim() {
    if (statements_.size() > capacity) statements_.clear();
  }
  void clear() { statements_.clear(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Copies = std::vector<std::unique_ptr<Prepared>>;
  std::unordered_map<std::string, Copies, Hash, std::equal_to<>> statements_;
};

}  // namespace repot
