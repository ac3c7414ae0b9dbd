#include "tests/bench/workload.hpp"

#include "node/demo/grammar.hpp"
#include "schema/assert.hpp"
#include "schema/regions_340207.hpp"
#include "tests/bench/workload_words.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace jiuying::bench {
namespace {

using node::demo::characters;
using node::demo::Dice;
using node::demo::Writer;
using Words = std::vector<std::string_view>;

constexpr std::size_t body_characters_min = 40;
constexpr std::size_t body_characters_max = 400;
/// Lengths that bodies aim at, each equally often: skewed as real ones are, mean 118.
constexpr std::array<std::size_t, 16> body_lengths{38,  48,  56,  64,  71,  78,  86,  93,
                                                   100, 108, 117, 128, 142, 164, 204, 316};
constexpr std::array<std::size_t, 8> reply_lengths{28, 38, 46, 54, 62, 70, 84, 108};
constexpr std::array<std::string_view, 6> types{"help_request", "complaint",  "inquiry",
                                                "tip_off",      "suggestion", "praise"};
/// Most orders end closed; some are on their way.
constexpr std::array<std::string_view, 8> end_states{
    "closed", "closed", "closed", "replied", "visit_pending", "closed", "in_progress", "suspended"};
constexpr std::string_view given_characters =
    "国建秀英德胜桂兰志强玉梅家宝芳长根翠萍永福丽华传金巧云文斌春霞立新月娥孝明荣花光晓燕来喜敏宏"
    "伟雪琴有才静本贵红大勇淑珍海波俊杰婷娟思雨浩然子轩欣怡佳慧鑫磊洋帆晨曦鹏飞军辉";
constexpr std::string_view surname_characters =
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹";

/// Splits text into its Han characters, three bytes each.
Words han(std::string_view text) {
    Words out;
    for (std::size_t at = 0; at + 3 <= text.size(); at += 3) out.push_back(text.substr(at, 3));
    return out;
}

class Vocabulary {
public:
    Vocabulary() {
        for (const WordList& list : word_lists()) {
            Words& words = lists_[list.name];
            for (std::size_t at = 0; at < list.words.size();) {
                const std::size_t end = std::min(list.words.find(' ', at), list.words.size());
                words.push_back(list.words.substr(at, end - at));
                at = end + 1;
            }
        }
    }
    [[nodiscard]] const Words& of(std::string_view name) const {
        const auto found = lists_.find(name);
        JY_ASSERT(found != lists_.end());
        return found->second;
    }

private:
    std::map<std::string_view, Words> lists_;
};

const Vocabulary& vocabulary() {
    static const Vocabulary words;
    return words;
}

Writer make_writer(Dice& dice) {
    const auto lookup = [](std::string_view name, Dice& draw) {
        return draw.pick(vocabulary().of(name));
    };
    return Writer{dice, lookup, {}};
}

/// Sentences until the text is about \p aim characters long, within body_characters_max.
std::string write_text(Writer& writer, Dice& dice, std::span<const std::string_view> frames,
                       std::size_t aim) {
    constexpr std::size_t half_a_sentence = 9;
    std::string text;
    std::size_t length = 0;
    while (length + half_a_sentence < aim) {
        const std::string sentence = writer.expand(dice.pick(frames));
        const std::size_t longer = length + characters(sentence) + 1;
        if (longer > body_characters_max) break;
        text.append(sentence).append(dice.one_in(3) ? "，" : "。");
        length = longer;
    }
    constexpr std::size_t mark_bytes = 3;
    text.replace(text.size() - mark_bytes, mark_bytes, "。");
    return text;
}

/// A title of 16 to about 30 characters; a short one gets a second half.
std::string write_title(Writer& writer, Dice& dice) {
    constexpr std::size_t short_title = 15;
    std::string title = writer.expand(dice.pick(title_frames()));
    if (characters(title) <= short_title) {
        title.append(writer.expand("，{ask}{soon}{want}{adj}{noun}"));
    }
    return title;
}

std::string digits(Dice& dice, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out.push_back(static_cast<char>('0' + dice.below(10)));
    return out;
}

std::string draw_name(Dice& dice) {
    static const Words surnames = han(surname_characters);
    static const Words given = han(given_characters);
    std::string name{dice.pick(surnames)};
    name.append(dice.pick(given));
    if (!dice.one_in(4)) name.append(dice.pick(given));
    return name;
}

/// The pool of people and units that handle orders; the same for every seed.
const std::vector<std::string>& handlers() {
    static const std::vector<std::string> pool = [] {
        constexpr std::size_t size = 120;
        Dice dice{340207};
        std::vector<std::string> all;
        for (std::size_t i = 0; i < size; ++i) {
            std::string handler{dice.pick(vocabulary().of("dept"))};
            all.push_back(handler.append(draw_name(dice)));
        }
        return all;
    }();
    return pool;
}

std::string_view draw_region(Dice& dice) {
    const auto leaves = schema::regions_340207().subspan(1);  // The district itself is first.
    return leaves[dice.below(leaves.size())].code;
}

/// A few hours to a few days.
std::int64_t draw_pause_ms(Dice& dice) {
    return static_cast<std::int64_t>(1'800'000 + dice.below(200'000'000));
}

std::string number_column(std::span<const Item> items, auto value_of) {
    std::string column;
    for (const Item& item : items) column.append(std::to_string(value_of(item))).push_back('\n');
    return column;
}

}  // namespace

std::vector<Texts> invent_texts(std::size_t n, std::uint64_t seed) {
    Dice dice{seed};
    Writer writer = make_writer(dice);
    std::vector<Texts> texts;
    texts.reserve(n);
    while (texts.size() < n) {
        Texts one;
        one.title = write_title(writer, dice);
        const std::size_t aim = body_lengths[dice.below(body_lengths.size())];
        do {
            one.body = write_text(writer, dice, body_frames(), aim + dice.below(9));
        } while (characters(one.body) < body_characters_min);
        one.reply = write_text(writer, dice, reply_frames(),
                               reply_lengths[dice.below(reply_lengths.size())]);
        texts.push_back(std::move(one));
    }
    return texts;
}

std::vector<Item> make_workload(std::span<const Texts> texts, std::uint64_t seed) {
    Dice dice{seed ^ 0x6a697579696e67u};  // Not the dice that threw the texts.
    Writer writer = make_writer(dice);
    constexpr std::int64_t start_of_2026_ms = 1'767'196'800'000;  // 2026-01-01T00:00:00+08:00
    constexpr std::int64_t year_ms = 365LL * 86'400'000;
    const auto step_ms = static_cast<std::size_t>(
        2 * year_ms / std::max<std::int64_t>(1, static_cast<std::int64_t>(texts.size())));
    std::int64_t clock_ms = start_of_2026_ms;
    std::vector<Item> items;
    items.reserve(texts.size());
    for (const Texts& source : texts) {
        Item item;
        item.title = source.title;
        item.text = source.body;
        item.reply = source.reply;
        item.contact = draw_name(dice);
        item.phone = "1990000" + digits(dice, 4);
        item.place = writer.expand("{pa}{pb}{ps}");
        item.address = item.place + writer.expand("{2-40}栋{101-999}室");
        item.type = types[std::min(dice.below(types.size()), dice.below(types.size()))];
        item.region = draw_region(dice);
        clock_ms += static_cast<std::int64_t>(
            1 + dice.below(std::min<std::size_t>(step_ms, UINT32_MAX - 1)));
        item.occurred_at_ms = clock_ms;
        std::int64_t edited_ms = clock_ms;
        for (std::int64_t& at : item.edited_at_ms) at = edited_ms += draw_pause_ms(dice);
        item.state = end_states[dice.below(end_states.size())];
        item.handler = handlers()[dice.below(handlers().size())];
        items.push_back(std::move(item));
    }
    return items;
}

std::vector<Item> make_workload(std::size_t n, std::uint64_t seed) {
    return make_workload(invent_texts(n, seed), seed);
}

std::string columns_of(std::span<const Item> items) {
    std::string out;
    const auto column = [&](auto member) {
        for (const Item& item : items) out.append(item.*member).push_back('\n');
    };
    column(&Item::title);
    column(&Item::text);
    column(&Item::contact);
    column(&Item::phone);
    column(&Item::address);
    column(&Item::place);
    column(&Item::type);
    column(&Item::region);
    std::int64_t before_ms = 0;
    out.append(number_column(items, [&](const Item& item) {
        return item.occurred_at_ms - std::exchange(before_ms, item.occurred_at_ms);
    }));
    column(&Item::state);
    column(&Item::handler);
    column(&Item::reply);
    for (std::size_t edit = 0; edit < 3; ++edit) {
        out.append(number_column(items, [&](const Item& item) {
            return item.edited_at_ms[edit] -
                   (edit == 0 ? item.occurred_at_ms : item.edited_at_ms[edit - 1]);
        }));
    }
    return out;
}

}  // namespace jiuying::bench
