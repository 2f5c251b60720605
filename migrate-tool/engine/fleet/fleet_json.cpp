// The report of a fleet as JSON of format version 1; docs/formats/fleet-report.md describes it.
#include "engine/fleet/fleet.hpp"
#include "engine/fleet/words.hpp"

#include <repot/figures_text.hpp>

#include <boost/json.hpp>

#include <cmath>

namespace repot::migrate {
namespace {

namespace json = boost::json;

double rounded(double seconds) {
  return std::round(seconds * 1000) / 1000;
}

json::object tenantJson(const TenantResult& tenant) {
  return {{"source", tenant.source},
          {"schema", tenant.schema},
          {"state", toString(tenant.state)},
          {"message", tenant.message},
          {"bytes", tenant.bytes},
          {"tables", tenant.tables},
          {"rows", tenant.rows},
          {"seconds", rounded(tenant.seconds)},
          {"attempt", tenant.attempt},
          {"source_changed", tenant.sourceChanged}};
}

json::object shapeJson(const Shape& shape) {
  return {{"digest", shape.digest},
          {"tenants", shape.tenants},
          {"sources", json::array(shape.sources.begin(), shape.sources.end())},
          {"differences", json::array(shape.differences.begin(), shape.differences.end())},
          {"difference_count", shape.differenceCount}};
}

}  // namespace

std::string reportToJson(const FleetReport& report) {
  json::object root;
  root["format"] = "repot-fleet-report";
  root["version"] = FleetReport::formatVersion;
  root["command"] = report.command;
  root["target"] = report.target;
  root["started_at"] = timeText(report.startedAt);
  root["seconds"] = rounded(report.seconds);
  root["at_once"] = report.atOnce;
  json::object states;
  for (const TenantState state : statesInOrder)
    states[toString(state)] = report.count(state);
  root["states"] = std::move(states);
  root["rows"] = report.rows();
  root["bytes"] = report.bytes();
  root["skipped_files"] =
      json::object{{"count", report.skippedCount},
                   {"first", json::array(report.skipped.begin(), report.skipped.end())}};
  json::array shapes;
  for (const Shape& shape : report.shapes)
    shapes.push_back(shapeJson(shape));
  root["schemas"] = std::move(shapes);
  json::array tenants;
  for (const TenantResult& tenant : report.tenants)
    tenants.push_back(tenantJson(tenant));
  root["tenants"] = std::move(tenants);
  return json::serialize(root) + '\n';
}

}  // namespace repot::migrate
