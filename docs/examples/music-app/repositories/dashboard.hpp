// The dashboard's pages with their widgets.
#pragma once

#include "entities/dashboard.hpp"

#include <vector>

namespace music {

class Dashboard {
 public:
  explicit Dashboard(repot::UnitOfWork& work) : work_(work) {}
  std::optional<DashboardPage> defaultPage();
  std::optional<DashboardPage> page(const std::string& slug);
  /// By row and column, each with its kind of widget.
  std::vector<WidgetInstance> widgets(std::int64_t pageId);
  /// Makes a kind of widget known, or brings it up to date.
  void declare(Widget& widget);
  /// Puts a widget at a free place; Error(unique) where there is one already.
  void place(WidgetInstance& instance);

 private:
  repot::UnitOfWork& work_;
};

}  // namespace music
