/// Words that fill the patterns of the stories. Villages, estates, roads and people are invented.
#include "node/demo/story.hpp"

#include "schema/assert.hpp"

#include <array>

namespace jiuying::node::demo {
namespace {

using Word = std::string_view;

constexpr std::array<Word, 8> hello{"",         "您好，", "你们好，",           "同志你好，",
                                    "领导好，", "",       "你好，反映一件事。", "您好，打扰了。"};
constexpr std::array<Word, 9> thanks{"",         "谢谢。",           "麻烦了。",
                                     "拜托了。", "多谢。",           "辛苦你们了。",
                                     "盼回音。", "我等你们的消息。", "先谢谢了。"};
constexpr std::array<Word, 6> ask_check{"请派人到现场看一看", "希望有人来核实一下",
                                        "请尽快安排人来看看", "麻烦来个人实地查看",
                                        "请街镇的同志来一趟", "盼着有人到现场来"};
constexpr std::array<Word, 7> ask_reply{
    "请给个明确答复。",          "盼回复。",     "办到哪一步请告诉一声。",
    "请告诉我该找哪个部门。",    "请给个准信。", "能办不能办都回个话。",
    "希望这周能有个说法，谢谢。"};
constexpr std::array<Word, 22> when{
    "上周三",     "前天晚上",      "昨天一早",         "本月{3-26}号", "上个月底",
    "今天上午",   "星期天下午",    "前几天",           "上个星期",     "{2-6}天前",
    "昨天傍晚",   "本月初",        "上个月中旬",       "大前天",       "这个周末",
    "上周五中午", "昨天后半夜",    "{5-10}月{2-28}号", "国庆节后几天", "上个逢集的日子",
    "前天一大早", "上个月{4-27}号"};
constexpr std::array<Word, 13> since{
    "从上个月开始", "近半个月来",   "今年{3-9}月以来", "一个多星期以来", "打国庆节起",
    "入秋以后",     "最近",         "这两个月",        "从今年夏天起",   "从{4-9}月份起",
    "这一阵子",     "从{2-28}号起", "入伏以后"};
constexpr std::array<Word, 8> clock_words{"早上{6-8}点多", "晚上{8-9}点多", "下午{3-5}点",
                                          "傍晚{5-6}点半", "中午十二点",    "早上七点不到",
                                          "晚上七点来钟",  "下午四点半"};
/// Days without an hour, to stand before one.
constexpr std::array<Word, 10> day{"上周三",    "前天",    "昨天",           "本月{3-26}号",
                                   "大前天",    "上周五",  "上个月{4-27}号", "星期天",
                                   "{2-6}天前", "这个周末"};
constexpr std::array<Word, 6> crop{"莲藕", "大白菜", "萝卜", "西瓜", "芡实", "红薯"};
constexpr std::array<Word, 4> machine{"收割机", "插秧机", "烘干机", "拖拉机"};
constexpr std::array<Word, 3> seed{"稻种", "油菜种", "玉米种"};
constexpr std::array<Word, 6> night{"夜里十一点以后", "后半夜", "凌晨两三点",
                                    "晚上十点以后",   "半夜里", "夜里十二点前后"};
constexpr std::array<Word, 8> mu{"三亩多", "两亩七分", "五亩二分", "一亩八",
                                 "四亩半", "六亩",     "七亩三分", "八亩多"};
constexpr std::array<Word, 9> month{"二", "三", "四", "五", "六", "七", "八", "九", "十"};
constexpr std::array<Word, 6> family{
    "我家五口人，两个老人常年吃药", "我和老伴带着孙子过",       "家里就我一个劳力",
    "我家四口人，孩子还在上学",     "我爱人身体不好，我做小工", "我家三代人住在一起"};
constexpr std::array<Word, 14> group{"大圩组",     "前庄组", "后庄组", "东埂组", "西塘组",
                                     "新庄组",     "河沿组", "竹园组", "高墩组", "小圩组",
                                     "第{2-12}组", "桥头组", "柳树组", "老庄组"};
constexpr std::array<Word, 14> estate{"云溪家园", "江畔新城", "荷塘里",   "锦苑小区", "桂香苑",
                                      "安居东苑", "滨河花园", "望湖雅居", "和顺里",   "春晖苑",
                                      "梧桐小区", "长丰苑",   "鹭洲家园", "书香里"};
constexpr std::array<Word, 4> building{"{2-18}幢", "{1-9}号楼", "{3-12}栋{1-3}单元", "{2-26}栋"};
constexpr std::array<Word, 12> street_road{"滨河路", "育才路", "港前路", "新民路",
                                           "团结路", "春江路", "荷风路", "清源路",
                                           "学府巷", "长虹路", "望江路", "永和路"};
constexpr std::array<Word, 8> town_road{"长圩路",   "丰收路", "老街",   "沿河路",
                                        "圩埂公路", "振兴路", "前进路", "新街"};
constexpr std::array<Word, 8> park_road{"创业路", "兴业路", "经二路", "纬三路",
                                        "科创路", "通港路", "经五路", "长江路北段"};
constexpr std::array<Word, 5> other_road{"河堤路", "解放巷", "文化路", "建设路", "渡口路"};
constexpr std::array<Word, 6> street_school{"第三小学", "育红小学", "滨河小学",
                                            "第十初中", "实验二小", "春江中学"};
constexpr std::array<Word, 4> town_school{"镇中心小学", "镇初中", "联合小学", "圩区中枢学校"};
constexpr std::array<Word, 24> surname{"王", "李", "张", "刘", "陈", "杨", "赵", "黄",
                                       "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
                                       "何", "郭", "汪", "方", "陶", "丁", "夏", "鲍"};
constexpr std::array<Word, 3> town_where{"{town}{village}{group}", "{village}{group}",
                                         "{village}{road}"};
constexpr std::array<Word, 3> street_where{"{community}{estate}", "{estate}{building}",
                                           "{community}{road}"};
constexpr std::array<Word, 3> park_where{"园区{road}", "{road}和{road2}路口",
                                         "{community}旁边的{road}"};
/// Empty: the caller remembers the word before anything is written.
constexpr std::array<Word, 1> given{""};

constexpr std::array<Word, 6> shenxiang{"新桥村", "河湾村", "柳坝村", "丰圩村", "团墩村", "杨渡村"};
constexpr std::array<Word, 6> erba{"江埂村", "联圩村", "双闸村", "芦滩村", "永兴村", "老渡村"};
constexpr std::array<Word, 6> tanggou{"三汊村", "横埂村", "藕塘村", "大圩村", "南沟村", "金坝村"};
constexpr std::array<Word, 6> baimao{"茆洲村", "渔湾村", "六圩村", "望江村", "沙埂村", "合心村"};
constexpr std::array<Word, 3> siheshan{"山南社区", "江边社区", "矿北社区"};
constexpr std::array<Word, 3> yuxikou{"河口社区", "煤港社区", "渡口社区"};
constexpr std::array<Word, 3> guandou{"官河社区", "荆桥社区", "万湖社区"};
constexpr std::array<Word, 3> wanli{"湾东社区", "柳岸社区", "和畅社区"};
constexpr std::array<Word, 3> qingshui{"清河社区", "水塔社区", "双桥社区"};
constexpr std::array<Word, 2> parks{"新区社区", "南苑社区"};

constexpr std::array<Word, 17> lasting{
    "village", "group", "community", "estate", "building", "road", "school", "surname", "where",
    "town",    "firm",  "family",    "crop",   "machine",  "seed", "mu",     "road2"};

struct Entry {
    Word name;
    std::span<const Word> town;
    std::span<const Word> street;
    std::span<const Word> park;
};

constexpr Entry same(Word name, std::span<const Word> words) { return {name, words, words, words}; }

constexpr std::array entries{
    same("hello", hello),
    same("thanks", thanks),
    same("ask_check", ask_check),
    same("ask_reply", ask_reply),
    same("when", when),
    same("since", since),
    same("clock", clock_words),
    same("day", day),
    same("crop", crop),
    same("machine", machine),
    same("seed", seed),
    same("night", night),
    same("mu", mu),
    same("month", month),
    same("family", family),
    same("group", group),
    same("estate", estate),
    same("building", building),
    same("road2", other_road),
    same("surname", surname),
    same("village", given),
    same("community", given),
    same("town", given),
    same("firm", given),
    Entry{"road", town_road, street_road, park_road},
    Entry{"school", town_school, street_school, street_school},
    Entry{"where", town_where, street_where, park_where},
};

}  // namespace

std::span<const std::string_view> words_for(std::string_view name, Land land) {
    for (const Entry& entry : entries) {
        if (entry.name != name) continue;
        if (land == Land::town) return entry.town;
        return land == Land::street ? entry.street : entry.park;
    }
    JY_ASSERT(false && "a pattern names an unknown word");
    return {};
}

std::span<const std::string_view> places_of(std::string_view region) {
    if (region == "340207001") return siheshan;
    if (region == "340207002") return yuxikou;
    if (region == "340207003") return guandou;
    if (region == "340207004") return wanli;
    if (region == "340207005") return qingshui;
    if (region == "340207101") return shenxiang;
    if (region == "340207102") return erba;
    if (region == "340207103") return tanggou;
    if (region == "340207104") return baimao;
    return parks;
}

std::span<const std::string_view> lasting_words() { return lasting; }

}  // namespace jiuying::node::demo
