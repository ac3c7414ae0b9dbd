/// The words for states and events on screens and paper, Chinese and English.
#pragma once

#include "schema/workflow_state.hpp"

#include <string_view>

namespace jiuying::schema {

struct Wording {
    std::string_view zh;
    std::string_view en;
};
[[nodiscard]] Wording wording(MainState state);
[[nodiscard]] Wording wording(EventKind kind);

}  // namespace jiuying::schema
