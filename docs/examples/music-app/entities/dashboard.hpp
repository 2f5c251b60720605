// The dashboard: kinds of widgets, pages, and the widgets placed on them.
#pragma once

#include "entities/common.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace music {

struct Widget {
  std::int64_t id = 0;
  std::string type;
  std::string name;
  std::string templatePath;
  std::optional<repot::Json> defaultConfig;
};
BOOST_DESCRIBE_STRUCT(Widget, (), (id, type, name, templatePath, defaultConfig))

struct DashboardPage {
  std::int64_t id = 0;
  std::string name;
  std::string slug;
  bool isDefault = false;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(DashboardPage, (), (id, name, slug, isDefault, createdAt, updatedAt))

struct WidgetInstance {
  std::int64_t id = 0;
  std::int64_t pageId = 0;
  std::string widgetType;
  std::int32_t positionRow = 0, positionCol = 0, spanCols = 6;
  std::optional<repot::Json> config;
  repot::Timestamp createdAt{}, updatedAt{};
  std::shared_ptr<Widget> widget;
};
BOOST_DESCRIBE_STRUCT(WidgetInstance, (),
                      (id, pageId, widgetType, positionRow, positionCol, spanCols, config,
                       createdAt, updatedAt))

}  // namespace music

template <>
struct repot::Mapping<music::Widget> {
  static EntityMap<music::Widget> map() {
    using music::Widget;
    return described<Widget>("widgets",
                             Roles<Widget>().generatedKey(&Widget::id).unique(&Widget::type));
  }
};

template <>
struct repot::Mapping<music::DashboardPage> {
  static EntityMap<music::DashboardPage> map() {
    using music::DashboardPage;
    return described<DashboardPage>(
        "pages",
        Roles<DashboardPage>().generatedKey(&DashboardPage::id).unique(&DashboardPage::slug));
  }
};

template <>
struct repot::Mapping<music::WidgetInstance> {
  static EntityMap<music::WidgetInstance> map() {
    using music::WidgetInstance;
    return described<WidgetInstance>("widget_instances",
                                     Roles<WidgetInstance>().generatedKey(&WidgetInstance::id))
        .references(&WidgetInstance::pageId, "pages", "id", OnDelete::cascade)
        .references(&WidgetInstance::widgetType, "widgets", "type", OnDelete::cascade)
        .uniqueTogether(&WidgetInstance::pageId, &WidgetInstance::positionRow,
                        &WidgetInstance::positionCol)
        .index(&WidgetInstance::pageId)
        .index(&WidgetInstance::widgetType);
  }
};

namespace music {

inline const auto instanceWidget =
    repot::belongsTo(&WidgetInstance::widget, &WidgetInstance::widgetType, &Widget::type);

}  // namespace music
