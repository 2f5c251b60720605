// One self-contained HTML page: no scripts, nothing from the network, light and dark, readable on a
// phone, printable. Reports are put together of its parts; whatever they are given is escaped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// `text` as HTML text or as a quoted attribute's value; control characters become U+FFFD.
std::string escapeHtml(std::string_view text);

class Page {
 public:
  /// How a badge is coloured, beside its words.
  enum class Tone { good, warning, bad, neutral };

  explicit Page(std::string_view title);

  Page& heading(std::string_view text);
  /// Below a heading.
  Page& subheading(std::string_view text);
  Page& paragraph(std::string_view text);
  /// A word that stands out, and a sentence behind it.
  Page& badge(Tone tone, std::string_view word, std::string_view text);
  /// A command to be copied.
  Page& command(std::string_view text);
  /// Names and values.
  using Facts = std::vector<std::pair<std::string, std::string>>;
  Page& facts(const Facts& facts);

  struct Cell {
    std::string text;
    std::optional<Tone> tone = {};     ///< Shown as a badge.
    std::optional<double> share = {};  ///< 0 to 1, drawn as a bar below the text.
    bool code = false;                 ///< SQL and the like, whose lines stay as they are.
  };
  struct Table {
    std::string caption;
    std::vector<std::string> columns;     ///< Those without any text are left out.
    std::vector<std::vector<Cell>> rows;  ///< The first cell of each names it.
  };
  Page& table(const Table& table);
  /// Folded away until it is asked for, and printed open.
  Page& foldedTable(std::string_view summary, const Table& table);
  /// As chart.hpp and spans.hpp make it.
  Page& figure(std::string_view svg, std::string_view caption);

  /// The whole document.
  std::string finish() &&;

 private:
  std::string title_;
  std::string body_;
};

}  // namespace repot::migrate
