// Binary COPY into the quarantine; see quarantine.hpp.
#include "engine/run/quarantine.hpp"

#include "engine/run/number_text.hpp"
#include "engine/run/wire.hpp"
#include "engine/text_check.hpp"

#include <repot/error.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cmath>

namespace repot::migrate {
namespace {

namespace json = boost::json;
using sqlite::StorageClass;

constexpr std::uint16_t fieldCount = 8;
constexpr std::size_t batchBytes = 64 * 1024;
constexpr std::size_t largeValue = 64 * 1024;

void appendField(postgresql::CopyWriter& writer, std::string_view bytes) {
  ByteBuffer& out = writer.buffer();
  if (bytes.size() < largeValue) return wire::appendBytes(out, bytes);
  wire::appendLength(out, bytes.size());
  writer.appendLarge(bytes);
}

json::value hexJson(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes)
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return json::object{{"hex", hex}};
}

json::value keyValue(const sqlite::Statement& row, int index) {
  switch (row.type(index)) {
    case StorageClass::integer:
      return row.int64(index);
    case StorageClass::real:
      if (std::isfinite(row.real(index))) return row.real(index);
      return json::string(row.real(index) > 0 ? "Infinity" : "-Infinity");
    case StorageClass::text: {
      const std::string_view text = row.text(index);
      if (checkText(text).validUtf8) return json::string(text);
      return hexJson(text);
    }
    case StorageClass::blob:
      return hexJson(row.blob(index));
    case StorageClass::null:
      break;
  }
  return nullptr;
}

}  // namespace

std::string createQuarantineSql(const std::string& name) {
  return "CREATE TABLE " + quoteIdentifier(name) +
         " (\n  run text NOT NULL,\n  position bigint NOT NULL,\n  \"table\" text NOT NULL,\n"
         "  key json NOT NULL,\n  \"column\" text NOT NULL,\n  storage_class text NOT NULL,\n"
         "  bytes bytea,\n  reason text NOT NULL,\n  PRIMARY KEY (run, position)\n)";
}

Quarantine::Quarantine(const DatabaseUrl& target, const std::string& schema,
                       const std::string& table, std::string run)
    : target_(target),
      copySql_("COPY " + quoteIdentifier(schema) + '.' + quoteIdentifier(table) +
               " (run, position, \"table\", key, \"column\", storage_class, bytes, reason)"
               " FROM STDIN (FORMAT binary)"),
      run_(std::move(run)) {}

Quarantine::~Quarantine() = default;

void Quarantine::add(const SetAside& value) {
  const std::lock_guard lock(mutex_);
  if (writer_ == nullptr) {
    connection_ = std::make_unique<postgresql::BulkConnection>(target_);
    writer_ = std::make_unique<postgresql::CopyWriter>(*connection_, copySql_, batchBytes);
  }
  ByteBuffer& out = writer_->buffer();
  wire::appendBigEndian(out, fieldCount);
  appendField(*writer_, run_);
  wire::appendInt64(out, ++count_);
  appendField(*writer_, value.table);
  appendField(*writer_, value.key);
  appendField(*writer_, value.column);
  appendField(*writer_, value.storageClass);
  if (value.storageClass == "null") {
    wire::appendNull(out);
  } else {
    appendField(*writer_, value.bytes);
  }
  appendField(*writer_, value.reason);
  writer_->rowDone();
}

void Quarantine::finish() {
  const std::lock_guard lock(mutex_);
  if (writer_ == nullptr) return;
  const long long stored = writer_->finish();
  writer_.reset();
  connection_.reset();
  if (stored != count_) {
    throw Error(ErrorKind::internal,
                fmt::format("{} values were sent to the quarantine, but the server counts {}",
                            count_, stored));
  }
}

std::string keyJson(const sqlite::Statement& row, const KeyParts& parts) {
  json::object key;
  for (const auto& [name, index] : parts)
    key[name] = keyValue(row, index);
  return json::serialize(key);
}

std::string_view storageClassOf(const sqlite::Statement& row, int index) {
  switch (row.type(index)) {
    case StorageClass::integer:
      return "integer";
    case StorageClass::real:
      return "real";
    case StorageClass::text:
      return "text";
    case StorageClass::blob:
      return "blob";
    case StorageClass::null:
      break;
  }
  return "null";
}

std::string_view bytesOf(const sqlite::Statement& row, int index, std::string& buffer) {
  NumberText number;
  switch (row.type(index)) {
    case StorageClass::integer:
      return buffer = number.of(row.int64(index));
    case StorageClass::real:
      return buffer = number.shortest(row.real(index));
    case StorageClass::text:
      return row.text(index);
    case StorageClass::blob:
      return row.blob(index);
    case StorageClass::null:
      break;
  }
  return {};
}

}  // namespace repot::migrate
