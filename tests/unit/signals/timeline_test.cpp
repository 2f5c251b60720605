// The time line of a run: phases in their order, each once or again, and samples that stay bounded.
#include "engine/run/timeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace repot::migrate {
namespace {

using Phase = Progress::Phase;
using namespace std::chrono_literals;

TEST(Timeline, HasThePhasesWithTheirRows) {
  Progress progress;
  TimelineRecorder recorder(progress, 1h);
  progress.begin(Phase::scan, 0);
  progress.begin(Phase::load, 10);
  progress.rows = 7;
  progress.begin(Phase::load, 10);  // Begun anew: it goes on.
  progress.rows = 3;
  progress.begin(Phase::reconnect, 0);
  progress.begin(Phase::load, 10);
  progress.rows = 2;
  progress.finish();
  const Timeline timeline = recorder.finish();
  std::vector<Phase> phases;
  double end = 0;
  for (const Timeline::Span& span : timeline.spans) {
    phases.push_back(span.phase);
    EXPECT_GE(span.begin, end);
    EXPECT_GE(span.end, span.begin);
    end = span.end;
  }
  EXPECT_EQ(phases, (std::vector{Phase::scan, Phase::load, Phase::reconnect, Phase::load}));
  EXPECT_EQ(timeline.spans[1].rows, 10);
  EXPECT_EQ(timeline.spans[3].rows, 2);
  EXPECT_DOUBLE_EQ(end, timeline.seconds);
}

TEST(Timeline, OfAFailureEndsWhereItFailed) {
  Progress progress;
  TimelineRecorder recorder(progress, 1h);
  progress.begin(Phase::load, 10);
  progress.rows = 4;
  const Timeline timeline = recorder.finish();
  ASSERT_EQ(timeline.spans.size(), 1U);
  EXPECT_EQ(timeline.spans[0].rows, 4);
  EXPECT_DOUBLE_EQ(timeline.spans[0].end, timeline.seconds);
  ASSERT_EQ(timeline.samples.size(), 1U);
  EXPECT_EQ(timeline.samples[0].rows, 4);
}

TEST(Timeline, IsEmptyWhereNothingWasBegun) {
  const Progress progress;
  TimelineRecorder recorder(progress, 1h);
  EXPECT_TRUE(recorder.finish().spans.empty());
}

TEST(Timeline, KeepsFewSamplesOfALongRun) {
  Progress progress;
  TimelineRecorder recorder(progress, 50us);
  progress.begin(Phase::load, 0);
  for (int i = 0; i < 500; ++i) {
    ++progress.rows;
    std::this_thread::sleep_for(1ms);
  }
  const Timeline timeline = recorder.finish();
  EXPECT_LE(timeline.samples.size(), TimelineRecorder::mostSamples);
  EXPECT_GE(timeline.samples.size(), TimelineRecorder::mostSamples / 8);
  EXPECT_TRUE(std::is_sorted(timeline.samples.begin(), timeline.samples.end(),
                             [](const auto& a, const auto& b) {
                               return a.at < b.at || (a.at == b.at && a.rows < b.rows);
                             }));
  EXPECT_LT(timeline.samples.front().at, timeline.seconds / 2) << "the beginning is there too";
}

}  // namespace
}  // namespace repot::migrate
