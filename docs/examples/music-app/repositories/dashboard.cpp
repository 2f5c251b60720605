#include "repositories/dashboard.hpp"

namespace music {

using repot::where;

std::optional<DashboardPage> Dashboard::defaultPage() {
  auto found = repot::Repository<DashboardPage>(work_).find(
      where(&DashboardPage::isDefault) == true,
      repot::Selection<DashboardPage>().orderBy(&DashboardPage::id).limit(1));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<DashboardPage> Dashboard::page(const std::string& slug) {
  return repot::Repository<DashboardPage>(work_).findOne(where(&DashboardPage::slug) == slug);
}

std::vector<WidgetInstance> Dashboard::widgets(std::int64_t pageId) {
  return repot::Repository<WidgetInstance>(work_).find(where(&WidgetInstance::pageId) == pageId,
                                                       repot::Selection<WidgetInstance>()
                                                           .orderBy(&WidgetInstance::positionRow)
                                                           .orderBy(&WidgetInstance::positionCol),
                                                       instanceWidget);
}

void Dashboard::declare(Widget& widget) {
  repot::Repository<Widget>(work_).upsert(widget, &Widget::type);
}

void Dashboard::place(WidgetInstance& instance) {
  repot::Repository<WidgetInstance>(work_).add(instance);
}

}  // namespace music
