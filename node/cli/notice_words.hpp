/// What the hub's notices and rejections mean for whoever wrote, and what to do next.
#pragma once

#include <string_view>

namespace jiuying::node {

struct NoticeWording {
    std::string_view reason;  ///< As the registry names it.
    std::string_view zh;
    std::string_view en;
    std::string_view next_zh;
    std::string_view next_en;
};

/// A general sentence for a reason that this program doesn't know.
[[nodiscard]] const NoticeWording& notice_wording(std::string_view reason);

}  // namespace jiuying::node
