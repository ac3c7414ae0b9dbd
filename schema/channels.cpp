#include "schema/channels.hpp"

#include <algorithm>
#include <array>

namespace jiuying::schema {
namespace {

constexpr std::array all{
    // Of city and district, from which files come.
    Channel{"12345", "12345热线", "12345 hotline", "city"},
    Channel{"mayor_hotline", "市长热线", "mayor's hotline", "city"},
    Channel{"leader_board", "人民领导留言板", "leaders' message board", "city"},
    Channel{"wanshitong", "皖事通", "Wanshitong app", "city"},
    Channel{"petition", "信访", "petition office", "district"},
    Channel{"mini_program", "一呼鸠应小程序", "mini-program", "district"},
    Channel{"business_env_line", "营商环境监督分线", "business environment line", "district"},
    Channel{"enterprise_desk", "为企服务中心", "enterprise service desk", "district"},
    Channel{"leader_answering", "区长接听", "leader answering", "district"},
    Channel{"website", "政府网站", "government website", "district"},
    Channel{"wechat", "微信公众号", "official account", "district"},
    // Of the stations and the hub themselves.
    Channel{"window", "窗口", "station counter", ""},
    Channel{"phone", "电话", "telephone", ""},
    Channel{"home_visit", "上门走访", "visit at home", ""},
    Channel{"meeting", "会议", "salon or meeting", ""},
    Channel{"letter", "来信", "letter", ""},
    Channel{"import", "导入", "file of unknown origin", ""},
    Channel{"other", "其他", "other", ""},
};

/// What files call some of them.
struct Alias {
    std::string_view word;
    std::string_view code;
};
constexpr std::array aliases{
    Alias{"hotline", "12345"},
    Alias{"12345政务服务便民热线", "12345"},
    Alias{"政务服务便民热线", "12345"},
    Alias{"热线", "12345"},
    Alias{"领导留言板", "leader_board"},
    Alias{"人民网领导留言板", "leader_board"},
    Alias{"皖事通APP", "wanshitong"},
    Alias{"信访系统", "petition"},
    Alias{"小程序", "mini_program"},
    Alias{"一呼'鸠'应小程序", "mini_program"},
    Alias{"一呼‘鸠’应小程序", "mini_program"},
    Alias{"一呼“鸠”应小程序", "mini_program"},
    Alias{"网站", "website"},
    Alias{"微信", "wechat"},
    Alias{"来访", "window"},
    Alias{"站点窗口", "window"},
    Alias{"counter", "window"},
    Alias{"来电", "phone"},
    Alias{"走访", "home_visit"},
    Alias{"企业家沙龙", "meeting"},
    Alias{"沙龙", "meeting"},
    Alias{"salon", "meeting"},
    Alias{"信件", "letter"},
    Alias{"file", "import"},
    Alias{"文件", "import"},
};

const Channel* with_code(std::string_view code) {
    const auto found = std::ranges::find(all, code, &Channel::code);
    return found == all.end() ? nullptr : &*found;
}

static_assert(std::ranges::all_of(aliases, [](const Alias& alias) {
    return std::ranges::find(all, alias.code, &Channel::code) != all.end();
}));

}  // namespace

std::span<const Channel> channels() { return all; }

const Channel* find_channel(std::string_view word) {
    if (const Channel* channel = with_code(word)) return channel;
    for (const Channel& channel : all) {
        if (channel.zh == word || channel.en == word) return &channel;
    }
    const auto alias = std::ranges::find(aliases, word, &Alias::word);
    return alias == aliases.end() ? nullptr : with_code(alias->code);
}

bool may_be_channel(std::string_view code) {
    constexpr std::size_t code_max = 32;
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    return !code.empty() && code.size() <= code_max &&
           code.find_first_not_of(letters) == code.npos && find_channel(code) == nullptr;
}

}  // namespace jiuying::schema
