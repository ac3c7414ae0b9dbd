/// The text in which a staff list names a person's posts.
///
/// Names of posts, as in the registry or in Chinese, divided by commas, semicolons, 、 or blanks.
/// Each may carry a period, first and last day: `visitor@2026-01-01/2026-06-30`; either may be
/// left out.
#pragma once

#include "schema/directory.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

struct HeldPost {
    Post post = Post::none;
    Period period;
    bool operator==(const HeldPost&) const = default;
};

struct PostList {
    std::vector<HeldPost> posts;
    std::string wrong;  ///< The first word that is no post; it and others like it are left out.
};
[[nodiscard]] PostList read_posts(std::string_view text);

/// When a validity that is said to last to \p told is over: a date alone names its last day, so
/// 00:00 (Beijing) stands for 24:00 of that day.
[[nodiscard]] std::int64_t end_of_validity(std::int64_t told);

}  // namespace jiuying::schema
