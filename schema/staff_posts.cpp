#include "schema/staff_posts.hpp"

#include "schema/time_text.hpp"

#include <array>
#include <optional>
#include <utility>

namespace jiuying::schema {
namespace {

constexpr std::array<std::pair<std::string_view, Post>, 8> chinese_names{
    {{"派单岗", Post::dispatcher},
     {"督办岗", Post::supervisor},
     {"回复岗", Post::replier},
     {"回访岗", Post::visitor},
     {"领导", Post::leader},
     {"领导岗", Post::leader},
     {"登记岗", Post::recorder},
     {"为企专岗", Post::enterprise_desk}}};

std::optional<Post> post_of(std::string_view name) {
    for (const auto& [zh, post] : chinese_names) {
        if (zh == name) return post;
    }
    for (auto post = Post::dispatcher; post <= Post::enterprise_desk;
         post = Post{static_cast<std::uint8_t>(static_cast<int>(post) + 1)}) {
        if (name_of(post) == name) return post;
    }
    return std::nullopt;
}

/// A day, or \p open where there is none; nothing if it can't be read.
std::optional<std::int64_t> day(std::string_view text, std::int64_t open) {
    if (text.empty()) return open;
    const Result<std::int64_t> at = parse_time(text);
    if (!at) return std::nullopt;
    return *at;
}

std::optional<HeldPost> read_post(std::string_view word) {
    const std::size_t at = word.find('@');
    const auto post = post_of(word.substr(0, at));
    if (!post) return std::nullopt;
    HeldPost held{*post, {}};
    if (at == std::string_view::npos) return held;
    const std::string_view period = word.substr(at + 1);
    const std::size_t slash = period.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto from = day(period.substr(0, slash), INT64_MIN);
    const auto to = day(period.substr(slash + 1), INT64_MAX);
    if (!from || !to) return std::nullopt;
    held.period.from = *from;
    held.period.to = *to == INT64_MAX ? *to : end_of_validity(*to);
    if (held.period.from >= held.period.to) return std::nullopt;
    return held;
}

/// The first separator of \p text, as its place and length; at the end if there is none.
std::pair<std::size_t, std::size_t> next_gap(std::string_view text) {
    constexpr std::array<std::string_view, 10> separators{",",  ";",  " ",  "\t", "\n",
                                                          "、", "，", "；", "|",  "\u3000"};
    std::pair<std::size_t, std::size_t> gap{text.size(), 0};
    for (const std::string_view separator : separators) {
        const std::size_t at = text.find(separator);
        if (at < gap.first) gap = {at, separator.size()};
    }
    return gap;
}

}  // namespace

std::int64_t end_of_validity(std::int64_t told) {
    constexpr std::int64_t day_ms = 86'400'000;
    const bool midnight = ((told + beijing_offset_ms) % day_ms + day_ms) % day_ms == 0;
    return midnight && told < INT64_MAX - day_ms ? told + day_ms : told;
}

PostList read_posts(std::string_view text) {
    PostList list;
    while (!text.empty()) {
        const auto [end, gap] = next_gap(text);
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(end + gap);
        if (word.empty()) continue;
        if (const auto post = read_post(word)) {
            list.posts.push_back(*post);
        } else if (list.wrong.empty()) {
            list.wrong = word;
        }
    }
    return list;
}

}  // namespace jiuying::schema
