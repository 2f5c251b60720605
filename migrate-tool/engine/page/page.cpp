// The parts of a page; see page.hpp.
#include "engine/page/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {
namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--back:#fff;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;
--good:#116329;--good-back:#dafbe1;--warning:#7d4e00;--warning-back:#fff8c5;--bad:#a40e26;--bad-back:#ffebe9;
--series:#0550ae;--limit:#a40e26}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--soft:#9ea7b3;--line:#3d444d;--panel:#161b22;
--good:#7ee787;--good-back:#12261e;--warning:#f2cc60;--warning-back:#2d2410;--bad:#ffa198;--bad-back:#3b1419;
--series:#79c0ff;--limit:#ffa198}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:60rem;background:var(--back);color:var(--text);
font:16px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .3rem}
p,dd,td,th,figcaption{overflow-wrap:anywhere}p{white-space:pre-line}
code{font:13px/1.4 ui-monospace,"DejaVu Sans Mono",monospace;white-space:pre-wrap}
.badge{display:inline-block;padding:.1rem .6rem;border-radius:1rem;border:1px solid currentColor;font-weight:600;
white-space:nowrap}
.good{color:var(--good);background:var(--good-back)}.warning{color:var(--warning);background:var(--warning-back)}
.bad{color:var(--bad);background:var(--bad-back)}.neutral{color:var(--soft);background:var(--panel)}
.verdict{font-size:1.15rem}
pre{padding:.75rem;background:var(--panel);border:1px solid var(--line);border-radius:.4rem;white-space:pre-wrap;
overflow-wrap:anywhere;font:14px/1.4 ui-monospace,"DejaVu Sans Mono",monospace}
.wide{overflow-x:auto}.wide:focus-visible{outline:2px solid var(--series)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
td{min-width:7rem}td code{display:block;min-width:15rem}thead th{overflow-wrap:normal}tbody th{min-width:8rem}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.25rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0}
figure{margin:1rem 0}figure svg{width:100%;max-width:44rem;height:auto;display:block}
figcaption{color:var(--soft);font-size:.92rem}
svg text{fill:var(--soft);font:13px system-ui,"DejaVu Sans",sans-serif}
svg .grid{stroke:var(--line)}svg .series{stroke:var(--series);stroke-width:2;fill:none}
svg .forecast{stroke-dasharray:5 5}svg .limit{stroke:var(--limit);stroke-dasharray:2 4}
svg .span{fill:var(--series)}figure svg .name{fill:var(--text)}
svg.bar{display:block;width:100%;min-width:5rem;height:.4rem;margin-top:.25rem;background:var(--panel)}
svg.bar rect{fill:var(--series)}
svg text.limit-name{fill:var(--limit)}
summary{cursor:pointer;padding:.3rem 0}
@media(max-width:36rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}
table,tbody,tr,caption{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{border-bottom:1px solid var(--line);padding:.4rem 0}tbody th,td{display:block;border:0;padding:.1rem 0;min-width:0}
td code{min-width:0}td:empty{display:none}td::before{content:attr(data-column);display:block;color:var(--soft);font-size:.8rem}}
@media print{:root{--back:#fff;--text:#000;--soft:#333;--line:#999;--panel:#fff}body{max-width:none;padding:0}
figure,tr{break-inside:avoid}h2{break-after:avoid}.wide{overflow:visible}
details::details-content{content-visibility:visible;block-size:auto}}
)";

std::string_view className(Page::Tone tone) {
  switch (tone) {
    case Page::Tone::good:
      return "good";
    case Page::Tone::warning:
      return "warning";
    case Page::Tone::bad:
      return "bad";
    case Page::Tone::neutral:
      return "neutral";
  }
  return "";
}

std::string badgeOf(Page::Tone tone, std::string_view word) {
  return "<span class=\"badge " + std::string(className(tone)) + "\">" + escapeHtml(word) +
         "</span>";
}

std::string cellHtml(const Page::Cell& cell) {
  std::string html = cell.tone   ? badgeOf(*cell.tone, cell.text)
                     : cell.code ? "<code>" + escapeHtml(cell.text) + "</code>"
                                 : escapeHtml(cell.text);
  if (!cell.share) return html;
  // The text says the same, so this is for the eye only.
  return html + fmt::format(
                    "<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 100 6\" "
                    "preserveAspectRatio=\"none\"><rect width=\"{:.1f}\" height=\"6\"/></svg>",
                    std::clamp(*cell.share, 0.0, 1.0) * 100);
}

/// Which columns are worth their place: the first, and those that hold anything at all.
std::vector<std::size_t> columnsOf(const Page::Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool used = std::any_of(table.rows.begin(), table.rows.end(), [i](const auto& row) {
      return i < row.size() && !row[i].text.empty();
    });
    if (i == 0 || used) columns.push_back(i);
  }
  return columns;
}

/// The roles say again what the elements are: a phone gets each row as a card, and what is not laid
/// out as a table is none for a screen reader.
std::string tableHtml(const Page::Table& table) {
  const std::string caption = escapeHtml(table.caption);
  const std::vector<std::size_t> columns = columnsOf(table);
  // Whatever scrolls must be reachable by the keyboard, and so needs a name.
  std::string html = "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"" + caption +
                     "\"><table role=\"table\"><caption>" + caption +
                     "</caption><thead role=\"rowgroup\"><tr role=\"row\">";
  for (const std::size_t i : columns)
    html += "<th role=\"columnheader\" scope=\"col\">" + escapeHtml(table.columns[i]) + "</th>";
  html += "</tr></thead><tbody role=\"rowgroup\">\n";
  for (const auto& row : table.rows) {
    html += "<tr role=\"row\">";
    for (const std::size_t i : columns) {
      const std::string text = i < row.size() ? cellHtml(row[i]) : std::string();
      html += i == 0 ? "<th role=\"rowheader\" scope=\"row\">" + text + "</th>"
                     : "<td role=\"cell\" data-column=\"" + escapeHtml(table.columns[i]) + "\">" +
                           text + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace

std::string escapeHtml(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      case '\n':
      case '\t':
        html += c;
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          html += "\xef\xbf\xbd";
        } else {
          html += c;
        }
    }
  }
  return html;
}

Page::Page(std::string_view title) : title_(title) {}

Page& Page::heading(std::string_view text) {
  body_ += "<h2>" + escapeHtml(text) + "</h2>\n";
  return *this;
}

Page& Page::subheading(std::string_view text) {
  body_ += "<h3>" + escapeHtml(text) + "</h3>\n";
  return *this;
}

Page& Page::paragraph(std::string_view text) {
  body_ += "<p>" + escapeHtml(text) + "</p>\n";
  return *this;
}

Page& Page::badge(Tone tone, std::string_view word, std::string_view text) {
  body_ += "<p class=\"verdict\">" + badgeOf(tone, word) + ' ' + escapeHtml(text) + "</p>\n";
  return *this;
}

Page& Page::command(std::string_view text) {
  body_ += "<pre><code>" + escapeHtml(text) + "</code></pre>\n";
  return *this;
}

Page& Page::facts(const Facts& facts) {
  body_ += "<dl>\n";
  for (const auto& [name, value] : facts)
    body_ += "<dt>" + escapeHtml(name) + "</dt><dd>" + escapeHtml(value) + "</dd>\n";
  body_ += "</dl>\n";
  return *this;
}

Page& Page::table(const Table& table) {
  body_ += tableHtml(table);
  return *this;
}

Page& Page::foldedTable(std::string_view summary, const Table& table) {
  body_ += "<details><summary>" + escapeHtml(summary) + "</summary>\n" + tableHtml(table) +
           "</details>\n";
  return *this;
}

Page& Page::figure(std::string_view svg, std::string_view caption) {
  body_ += "<figure>" + std::string(svg) + "<figcaption>" + escapeHtml(caption) +
           "</figcaption></figure>\n";
  return *this;
}

std::string Page::finish() && {
  const std::string title = escapeHtml(title_);
  // Even text that got past the escaping could neither run nor load anything.
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         title + "</title>\n<style>" + std::string(style) +
         "</style>\n</head>\n<body>\n<main>\n<h1>" + title + "</h1>\n" + body_ +
         "</main>\n</body>\n</html>\n";
}

}  // namespace repot::migrate
