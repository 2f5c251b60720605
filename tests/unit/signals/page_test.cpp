// Pages, charts and the frame of `repot top`: escaping, the edges of scales, and room.
#include "engine/page/page.hpp"

#include "engine/page/chart.hpp"
#include "engine/signals/top_view.hpp"

#include <repot/figures_text.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace repot::migrate {
namespace {

using namespace std::chrono_literals;

TEST(EscapeHtml, LeavesNothingThatABrowserObeys) {
  EXPECT_EQ(escapeHtml("<a href='x' b=\"y\">&"), "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;");
  EXPECT_EQ(escapeHtml(std::string("a\0b\x1b[31m\x7f", 9)),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd[31m\xef\xbf\xbd");
  EXPECT_EQ(escapeHtml("größe\n\t"), "größe\n\t");
}

TEST(Page, EscapesEveryPart) {
  const std::string evil = "<script>";
  Page page(evil);
  page.heading(evil).paragraph(evil).badge(Page::Tone::bad, evil, evil).command(evil);
  page.facts({{evil, evil}}).table({evil, {evil}, {{{evil}, {evil, Page::Tone::good}}}});
  page.foldedTable(evil, {}).figure("<svg></svg>", evil);
  const std::string html = std::move(page).finish();
  EXPECT_EQ(html.find(evil), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
}

Chart chartOf(Chart::Points line) {
  Chart chart;
  chart.title = "t<";
  chart.describe = "d";
  chart.line = std::move(line);
  chart.xText = chart.yText = [](double value) { return plainText(value); };
  return chart;
}

TEST(Charts, ScaleToRoundNumbersAboveTheLine) {
  const std::string svg = chartSvg(chartOf({{0, 10}, {100, 170}}));
  EXPECT_NE(svg.find(">200</text>"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">50</text>"), std::string::npos);
  EXPECT_NE(svg.find("t&lt;"), std::string::npos);
}

TEST(Charts, DrawALimitWithinReachOnly) {
  Chart chart = chartOf({{0, 10}, {100, 100}});
  chart.limits = {{"near", 150}, {"far", 1000}};
  const std::string svg = chartSvg(chart);
  EXPECT_NE(svg.find(">near<"), std::string::npos);
  EXPECT_EQ(svg.find(">far<"), std::string::npos);
}

TEST(Charts, StandAtTheEdges) {
  EXPECT_EQ(chartSvg(chartOf({})), "");
  EXPECT_EQ(chartSvg(chartOf({{1, 1}})), "");
  for (const Chart& chart : {chartOf({{0, 0}, {1, 0}}), chartOf({{5, 7}, {5, 7}}),
                             chartOf({{0, 1e-9}, {1e9, 2e-9}}), chartOf({{0, 1e15}, {1, 0}})}) {
    const std::string svg = chartSvg(chart);
    EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
    EXPECT_EQ(svg.find("inf"), std::string::npos) << svg;
  }
}

Assessment assessed(std::size_t samples) {
  Assessment assessment;
  assessment.source = "a\033[2J.db";
  assessment.storage = {100, 0, 4096, 0};
  for (std::size_t i = 0; i < samples; ++i) {
    GrowthSample sample;
    sample.start = std::chrono::sys_seconds(static_cast<int>(i) * 60s);
    sample.work.writes = i;
    assessment.history.push_back(sample);
  }
  assessment.signals = growthSignals(assessment.storage, assessment.history, {}, {});
  return assessment;
}

TEST(TopFrame, FitsTheTerminalWithTheLatestMinutes) {
  for (const std::size_t lines : {1U, 12U, 24U, 60U}) {
    const std::string frame = topFrame(assessed(500), {.lines = lines});
    const auto used = static_cast<std::size_t>(std::count(frame.begin(), frame.end(), '\n'));
    EXPECT_LE(used, std::max<std::size_t>(lines, 12)) << lines;
    EXPECT_NE(frame.find("08:19        499"), std::string::npos) << frame;
  }
  EXPECT_EQ(topFrame(assessed(3), {.lines = 60}).find("\033"), std::string::npos)
      << "a file's name is not obeyed";
}

TEST(TopFrame, IsColouredWhereItMayBe) {
  EXPECT_NE(topFrame(assessed(3), {.colour = true}).find("\033[32m"), std::string::npos);
}

TEST(FiguresText, AreShortAndExact) {
  EXPECT_EQ(bytesText(0), "0.0 kB");
  EXPECT_EQ(bytesText(8192), "8.2 kB");
  EXPECT_EQ(bytesText(4'000'000), "4.0 MB");
  EXPECT_EQ(bytesText(1e9), "1.00 GB");
  EXPECT_EQ(secondsText(0.0004), "0 ms");
  EXPECT_EQ(secondsText(0.25), "250 ms");
  EXPECT_EQ(secondsText(90), "90.0 s");
  EXPECT_EQ(secondsText(600), "10 min");
  EXPECT_EQ(secondsText(86'400), "24.0 h");
  EXPECT_EQ(plainText(3), "3");
  EXPECT_EQ(plainText(2.5), "2.5");
  EXPECT_EQ(plainText(0.95833), "0.958");
  EXPECT_EQ(plainText(12'345.6), "12346");
  EXPECT_EQ(timeText(std::chrono::sys_seconds(1'764'153'296s)), "2025-11-26T10:34:56Z");
}

}  // namespace
}  // namespace repot::migrate
