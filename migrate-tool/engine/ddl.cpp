// Nothing is known of the text of CREATE statements yet: all that needs it is reported.
#include "ddl.hpp"

namespace repot::migrate {
namespace {
const Translation notUnderstood{std::nullopt, "the expression was not understood"};
}

TableDdl parseTableDdl(const SourceTable&) {
  return {};
}
std::optional<IndexDdl> parseIndexDdl(const std::string&) {
  return std::nullopt;
}
Translation translateExpression(const std::string&, const SourceTable&, const TablePlan&, bool) {
  return notUnderstood;
}
Translation translateGenerated(const std::string&, const SourceTable&, const TablePlan&,
                               const ColumnPlan&) {
  return notUnderstood;
}
Translation translateDefault(const std::string&, const ColumnPlan&) {
  return notUnderstood;
}

}  // namespace repot::migrate
