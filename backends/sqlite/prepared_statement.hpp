// A prepared statement of the repositories: values in and out without any conversion between
// SQLite's storage classes. SOCI's own exchange cuts integers, stores bytes as TEXT and reads a
// text of any column as a number, so values cross through the C API.
#pragma once

#include "sqlite/soci_session.hpp"

#include <repot/backend.hpp>

#include <memory>
#include <string>
#include <vector>

namespace repot::sqlite {

class PreparedStatement final : public repot::Statement {
 public:
  PreparedStatement(SociSession& session, std::string_view sql);

  void bind(int position, Value value) override;
  void bindInteger(int position, std::int64_t number) override;
  void bindText(int position, std::string_view text) override;
  Value column(int index, ColumnType type) const override;
  bool readInteger(int index, std::int64_t& number) const override;
  bool readText(int index, std::string& text) const override;
  std::int64_t affectedRows() const override;

  bool inUse() const noexcept { return inUse_; }

 protected:
  bool doNext() override;
  void doReset() noexcept override;

 private:
  /// Counts the value, if there is a place for it.
  void take(int position);
  /// A text that is gone after the call.
  void bindCopy(int position, const std::string& text);
  void bindHeld(int position, const Value& value);
  void checkAllBound() const;
  void check(int resultCode) const;
  [[noreturn]] void fail() const;
  std::string_view textAt(int index) const;

  SociSession& session_;
  std::string sql_;
  std::unique_ptr<SociStatement> soci_;
  sqlite3_stmt* handle_;
  std::vector<Value> held_;  ///< What SQLite was given pointers into.
  int bound_ = 0;            ///< Values bound since the last reset.
  bool inUse_ = false;
  bool running_ = false;
  bool pointsOutside_ = false;  ///< SQLite holds pointers into the caller's texts.
  bool holds_ = false;          ///< Something in held_ is worth forgetting.
};

}  // namespace repot::sqlite
