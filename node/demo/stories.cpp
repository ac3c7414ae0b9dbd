#include "node/demo/stories.hpp"

#include "node/demo/grammar.hpp"
#include "node/demo/story.hpp"
#include "schema/assert.hpp"
#include "schema/regions_340207.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace jiuying::node {
namespace {

using demo::Dice;
using demo::Land;
using demo::Story;
using demo::Writer;

constexpr std::size_t title_characters_max = 40;
constexpr std::size_t text_characters_min = 60;
constexpr std::size_t text_characters_max = 300;
/// A story has many thousands of forms, so a handful of tries finds a new one.
constexpr int tries_max = 200;

constexpr std::array<std::string_view, 32> given_names{
    "建国", "秀英", "德胜", "桂兰", "志强", "玉梅", "家宝", "小芳", "长根", "翠萍", "永福",
    "丽华", "传金", "巧云", "文斌", "春霞", "立新", "月娥", "孝明", "荣花", "光华", "晓燕",
    "来喜", "敏",   "宏伟", "雪琴", "有才", "静",   "本贵", "红霞", "大勇", "淑珍"};

std::vector<const Story*> shuffled(std::vector<const Story*> stories, Dice& dice) {
    for (std::size_t left = stories.size(); left > 1; --left) {
        std::swap(stories[left - 1], stories[dice.below(left)]);
    }
    return stories;
}

std::vector<const Story*> residents_stories() {
    std::vector<const Story*> all;
    for (const auto part :
         {demo::countryside_stories(), demo::utility_stories(), demo::service_stories()}) {
        for (const Story& story : part) all.push_back(&story);
    }
    return all;
}

Land land_of(std::string_view region) {
    const auto rows = schema::regions_340207();
    const auto row = std::ranges::find(rows, region, &schema::RegionRow::code);
    JY_ASSERT(row != rows.end());
    if (row->level == "town") return Land::town;
    return row->level == "street" ? Land::street : Land::park;
}

const schema::RegionRow& draw_region(Land land, Dice& dice) {
    std::vector<const schema::RegionRow*> fitting;
    for (const auto& row : schema::regions_340207()) {
        if (row.level != "district" && land_of(row.code) == land) fitting.push_back(&row);
    }
    return *fitting[dice.below(fitting.size())];
}

std::string digits(Dice& dice, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out.push_back(static_cast<char>('0' + dice.below(10)));
    return out;
}

std::string draw_phone(Dice& dice) {
    return dice.one_in(6) ? "055300" + digits(dice, 5) : "1990000" + digits(dice, 4);
}

std::string draw_name(Dice& dice) {
    std::string name{dice.pick(demo::words_for("surname", Land::town))};
    return name.append(dice.pick(given_names));
}

Writer writer_for(Dice& dice, Land land) {
    const auto lookup = [land](std::string_view name, Dice& draw) {
        return draw.pick(demo::words_for(name, land));
    };
    return Writer{dice, lookup, demo::lasting_words()};
}

DemoAppeal tell(const Story& story, Dice& dice) {
    Land land = story.land;
    if (land == Land::any) land = dice.below(5) < 3 ? Land::town : Land::street;
    const auto& region = draw_region(land, dice);
    Writer writer = writer_for(dice, land);
    const std::string_view local = dice.pick(demo::places_of(region.code));
    writer.remember("town", region.name);
    writer.remember("village", local);
    writer.remember("community", local);
    DemoAppeal appeal;
    appeal.type = story.type;
    appeal.region = region.code;
    appeal.title = writer.expand(story.title);
    appeal.text = writer.expand(story.text);
    appeal.place = writer.expand("{where}");
    if (!appeal.place.starts_with(region.name)) appeal.place.insert(0, region.name);
    appeal.contact = draw_name(dice);
    appeal.phone = draw_phone(dice);
    return appeal;
}

DemoAppeal tell_of_firm(const Story& story, const DemoFirm& firm, Dice& dice) {
    Writer writer = writer_for(dice, land_of(firm.region));
    writer.remember("firm", firm.name);
    DemoAppeal appeal;
    appeal.type = story.type;
    appeal.region = firm.region;
    appeal.title = writer.expand(story.title);
    appeal.text = writer.expand(story.text);
    appeal.place = firm.place;
    appeal.contact = firm.contact;
    appeal.phone = firm.phone;
    return appeal;
}

bool fits(const DemoAppeal& appeal) {
    const std::size_t length = demo::characters(appeal.text);
    return demo::characters(appeal.title) <= title_characters_max &&
           length >= text_characters_min && length <= text_characters_max;
}

/// Calls \p tell_one until it gives a text not in \p told that keeps to the bounds.
template <class Tell>
DemoAppeal tell_anew(std::set<std::string>& told, Tell tell_one) {
    for (int attempt = 0; attempt < tries_max; ++attempt) {
        DemoAppeal appeal = tell_one();
        if (fits(appeal) && told.insert(appeal.text).second) return appeal;
    }
    JY_ASSERT(false && "a story has no further form within its bounds");
    return {};
}

/// Takes a story that \p firm could tell out of \p untold, rather one of its own trade than one
/// that any firm could tell; starts over when none is left.
const Story& take_story(std::vector<const Story*>& untold, std::size_t firm, Dice& dice) {
    const auto own = [firm](const Story* story) {
        return story->land != Land::firm && demo::firm_could_tell(firm, story->land);
    };
    auto found = std::ranges::find_if(untold, own);
    if (found == untold.end()) found = std::ranges::find(untold, Land::firm, &Story::land);
    if (found == untold.end()) {
        untold.clear();
        for (const Story& story : demo::salon_stories()) untold.push_back(&story);
        untold = shuffled(std::move(untold), dice);
        found = std::ranges::find_if(untold, own);
    }
    const Story& taken = **found;
    untold.erase(found);
    return taken;
}

}  // namespace

std::vector<DemoAppeal> demo_appeals(std::size_t n, std::uint64_t seed) {
    Dice dice{seed};
    std::set<std::string> told;
    std::vector<DemoAppeal> appeals;
    appeals.reserve(n);
    std::vector<const Story*> round;
    while (appeals.size() < n) {
        if (round.empty()) round = shuffled(residents_stories(), dice);
        const Story& story = *round.back();
        round.pop_back();
        appeals.push_back(tell_anew(told, [&] { return tell(story, dice); }));
    }
    return appeals;
}

std::vector<SalonRequest> salon_requests(std::size_t n, std::uint64_t seed) {
    Dice dice{seed};
    std::set<std::string> told;
    std::vector<const Story*> untold;
    std::vector<SalonRequest> requests;
    requests.reserve(n);
    while (requests.size() < n) {
        const std::size_t firm = requests.size() % demo_firms().size();
        const Story& story = take_story(untold, firm, dice);
        requests.push_back(
            {firm, tell_anew(told, [&] { return tell_of_firm(story, demo_firms()[firm], dice); })});
    }
    return requests;
}

}  // namespace jiuying::node
