#include "node/demo/demo.hpp"

#include "node/demo/child.hpp"
#include "node/demo/shell_words.hpp"
#include "node/demo/stories.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t salon_requests_max = 20;
constexpr std::uint64_t story_seed = 20261123;

struct Station {
    std::string code;
    std::string name;
    std::string region;
    std::string clerk;
};

const std::vector<Station>& stations() {
    static const std::vector<Station> all{
        {"SHG01", "四褐山街道便民服务中心", "340207001", "SHG-W01"},
        {"SXZ01", "沈巷镇便民服务中心", "340207101", "SXZ-L02"},
        {"JDJ01", "“鸠地聚”企业家沙龙笔记本电脑", "340207402", "JDJ-J01"},
    };
    return all;
}

/// The story: who runs what, and what is said about it.
class Demo {
public:
    explicit Demo(const DemoOptions& options) : options_(options), folder_(make_folder(options)) {}
    ~Demo() {
        hub_serve_.reset();
        if (!options_.clean) return;
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Demo(const Demo&) = delete;
    Demo& operator=(const Demo&) = delete;

    int play();

private:
    static fs::path make_folder(const DemoOptions& options) {
        if (options.folder) {
            fs::create_directories(*options.folder);
            return fs::absolute(*options.folder);
        }
        std::string pattern = (fs::temp_directory_path() / "jiuying-demo-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        return pattern;
    }

    void say(std::string_view zh, std::string_view en) const {
        std::cout << (options_.lang == Lang::zh ? zh : en) << '\n' << std::flush;
    }
    void chapter(std::string_view zh, std::string_view en) {
        std::cout << '\n' << ++chapters_ << ". ";
        say(zh, en);
    }

    [[nodiscard]] fs::path data(const std::string& name) const { return folder_ / name; }
    [[nodiscard]] fs::path key() const { return folder_ / "demo.key"; }

    /// Runs a command of a node and gives its JSON. Throws if it did not end well.
    json::object run(const fs::path& program, const std::string& name,
                     std::vector<std::string> words, const json::value& input = nullptr) const {
        for (const std::string& common :
             {std::string("--data"), data(name).string(), std::string("--key-file"), key().string(),
              std::string("--json")}) {
            words.push_back(common);
        }
        const Finished done =
            run_program(program, words, input.is_null() ? "" : json::serialize(input));
        if (done.exit_code != 0) {
            throw std::runtime_error(words[0] + " " + words[1] + ": exit " +
                                     std::to_string(done.exit_code) + "\n" + done.out + done.err);
        }
        return json::parse(done.out).as_object();
    }
    json::object station(const std::string& code, std::vector<std::string> words,
                         const json::value& input = nullptr) const {
        return run(options_.station_program, code, std::move(words), input);
    }
    json::object hub(std::vector<std::string> words, const json::value& input = nullptr) const {
        return run(options_.hub_program, "hub", std::move(words), input);
    }

    void found_district();
    void record_offline();
    void record_salon(std::size_t requests);
    void open_hub();
    void close_hub() { hub_serve_.reset(); }
    void sync_all();
    void edit_apart();
    void show_conflicts();
    void resolve_one();
    void look_back();
    void show_the_way();
    void open_pages();
    void hint(std::string_view zh, std::string_view en, const fs::path& program,
              const std::string& name, const std::vector<std::string>& words) const;
    [[nodiscard]] std::string a_word_to_search() const;

    DemoOptions options_;
    fs::path folder_;
    std::unique_ptr<RunningProgram> hub_serve_;
    std::string address_;
    int chapters_ = 0;
    std::size_t appeals_ = 0;
    std::vector<std::string> contested_;  ///< Numbers of the appeals that both sides edit.
};

json::object to_json(const DemoAppeal& appeal) {
    return {{"type", appeal.type},       {"title", appeal.title}, {"text", appeal.text},
            {"contact", appeal.contact}, {"phone", appeal.phone}, {"place", appeal.place},
            {"region", appeal.region}};
}

std::string text(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

void Demo::found_district() {
    chapter("建立区中枢和三个站点", "The district hub and three stations are set up");
    {
        // A key file instead of a passphrase, so that the story needs nobody to type.
        std::ofstream file(key(), std::ios::binary);
        std::ifstream random("/dev/urandom", std::ios::binary);
        std::vector<char> bytes(32);
        random.read(bytes.data(), 32);
        file.write(bytes.data(), 32);
    }
    fs::permissions(key(), fs::perms::owner_read | fs::perms::owner_write);
    hub({"init", "--district", "340207", "--name", "鸠江区", "--operator", "QZX-A01"});
    for (const Station& place : stations()) {
        const std::string invitation = (folder_ / (place.code + ".invite")).string();
        hub({"invite", "--station", place.code, "--name", place.name, "--region", place.region,
             "--out", invitation});
        station(place.code, {"init", "--invite", invitation, "--operator", place.clerk});
        say("   " + place.code + "  " + place.name, "   " + place.code + "  " + place.name);
    }
}

void Demo::record_salon(std::size_t requests) {
    const json::object meeting = station(
        "JDJ01", {"meeting", "add", "--kind", "salon", "--title", "“鸠地聚”企业家沙龙第 8 期",
                  "--place", "鸠江经开区企业服务中心", "--date", "2026-11-20 14:30"});
    const std::vector<SalonRequest> all = salon_requests(requests, story_seed);
    for (const SalonRequest& request : all) {
        const DemoFirm& firm = demo_firms()[request.firm];
        json::object appeal = to_json(request.appeal);
        station("JDJ01",
                {"appeal", "add", "--meeting", text(meeting, "id"), "--enterprise",
                 std::string(firm.name), "--uscc", firm.uscc, "--from", "-"},
                appeal);
    }
    const json::object meetings = station("JDJ01", {"meeting", "list"});
    const json::object firms = station("JDJ01", {"enterprise", "list"});
    const std::string count = std::to_string(requests);
    const auto firm_count = std::to_string(firms.at("total").to_number<std::size_t>());
    say("   JDJ01 在沙龙现场记下 " + count + " 条企业诉求，来自 " + firm_count + " 家企业",
        "   JDJ01 took down " + count + " requests of " + firm_count + " firms at the salon");
    (void)meetings;
}

void Demo::record_offline() {
    chapter("没有网络，照样登记（每一条都已写入本机磁盘）",
            "No link: everything is recorded all the same, durably on the spot");
    const std::size_t salon = std::min(salon_requests_max, options_.appeals / 3);
    const std::vector<DemoAppeal> invented = demo_appeals(options_.appeals - salon, story_seed);
    const std::size_t half = invented.size() / 2;
    for (std::size_t which = 0; which < 2; ++which) {
        const std::size_t begin = which == 0 ? 0 : half;
        const std::size_t end = which == 0 ? half : invented.size();
        json::array batch;
        for (std::size_t i = begin; i < end; ++i) batch.push_back(to_json(invented[i]));
        const std::string& code = stations()[which].code;
        const std::string count = std::to_string(batch.size());
        station(code, {"appeal", "add", "--from", "-"}, batch);
        say("   " + code + " 登记 " + count + " 条", "   " + code + " recorded " + count);
    }
    record_salon(salon);
    appeals_ = options_.appeals;
    const json::object status = station("SHG01", {"status"});
    const auto unsent = std::to_string(status.at("unsent").to_number<std::size_t>());
    say("   SHG01 的状态：待送达 " + unsent + " 件，数据已保存在本机",
        "   SHG01 says: " + unsent + " waiting to be delivered, safe on this machine");
}

void Demo::open_hub() {
    std::vector<std::string> words{"serve",
                                   "--data",
                                   data("hub").string(),
                                   "--key-file",
                                   key().string(),
                                   "--listen",
                                   address_.empty() ? "127.0.0.1:0" : address_};
    hub_serve_ = std::make_unique<RunningProgram>(options_.hub_program, words);
    address_ = hub_serve_->line_after("listening ");
    if (address_.empty()) throw std::runtime_error("jiuying-hub serve did not start");
}

void Demo::sync_all() {
    for (const Station& place : stations()) {
        const json::object done = station(place.code, {"sync", "now", "--hub", address_});
        const json::object& sent = done.at("sent").as_object();
        const auto count = std::to_string(sent.at("transactions").to_number<std::size_t>());
        const auto kib = std::to_string((sent.at("bytes").to_number<std::size_t>() + 1023) / 1024);
        const auto trips = std::to_string(done.at("round_trips").to_number<std::size_t>());
        const auto unsent = std::to_string(done.at("unsent").to_number<std::size_t>());
        say("   " + place.code + " 送出 " + count + " 笔（加密后 " + kib + " KB，往返 " + trips +
                " 次），区中枢签了回执，未送达 " + unsent + " 件",
            "   " + place.code + " sent " + count + " transactions (" + kib + " KB encrypted, " +
                trips + " round trips); the hub signed receipts, " + unsent + " undelivered");
    }
}

void Demo::edit_apart() {
    chapter("又断网了：站点和区中枢各自改了同样的两条诉求",
            "The link is lost again; station and hub edit the same two appeals");
    close_hub();
    const json::object list = station("SHG01", {"appeal", "list", "--limit", "2"});
    for (const json::value& row : list.at("appeals").as_array()) {
        contested_.push_back(text(row.as_object(), "number"));
    }
    if (contested_.size() != 2) throw std::runtime_error("SHG01 has no two appeals");
    const std::string& first = contested_[0];
    const std::string& second = contested_[1];
    station("SHG01", {"appeal", "edit", first, "--set", "phone=19900008801", "--set",
                      "title=【站点补充】来人说明：情况仍未解决"});
    hub({"appeal", "edit", first, "--set", "phone=19900008802", "--set",
         "title=【热线核对】已与来电人核对事由"});
    station("SHG01", {"appeal", "edit", second, "--set", "phone=19900008803"});
    hub({"appeal", "edit", second, "--set", "phone=19900008804"});
    say("   " + first + "：电话和标题，两边各改了一次",
        "   " + first + ": phone and title, once on each side");
    say("   " + second + "：电话，两边各改了一次", "   " + second + ": phone, once on each side");
}

void Demo::show_conflicts() {
    chapter("网络恢复，再同步：规则能定的自动合并，规则不该定的请人来定",
            "The link is back: rules settle what they may, people are asked for the rest");
    open_hub();
    sync_all();
    const json::object at_station = station("SHG01", {"conflict", "list"});
    const json::object at_hub = hub({"conflict", "list"});
    const json::array& listed = at_hub.at("conflicts").as_array();
    for (const json::value& entry : listed) {
        const json::object& conflict = entry.as_object();
        say("   冲突 " + text(conflict, "id").substr(0, 8) + "… " + text(conflict, "number") +
                " 的电话，两边写的不一样：",
            "   conflict " + text(conflict, "id").substr(0, 8) + "... field " +
                text(conflict, "field") + " of " + text(conflict, "number") + ":");
        int n = 0;
        for (const json::value& value : conflict.at("values").as_array()) {
            const json::object& one = value.as_object();
            std::cout << "     " << ++n << ") " << text(one, "value") << "  ("
                      << text(one, "station") << ", " << text(one, "actor") << ")\n";
        }
    }
    say("   （括号里是谁写的：站点的代码，QZX 是区中枢；后面是工作人员的代码）",
        "   (in brackets who wrote it: the station's code, QZX for the hub, and the person's)");
    const bool same = at_station.at("conflicts") == at_hub.at("conflicts");
    say(same ? "   站点和区中枢列出的是同样两处冲突，编号也相同；两个电话都留着，等人来定"
             : "   站点和区中枢列出的冲突不同！",
        same ? "   station and hub list the same two conflicts, under the same ids; both numbers "
               "are kept until somebody decides"
             : "   station and hub list different conflicts!");
    if (!same || listed.size() != contested_.size())
        throw std::runtime_error("the conflict lists are not equal");
    const json::object shown = station("SHG01", {"appeal", "show", contested_[0]});
    const std::string title = text(shown.at("appeal").as_object(), "title");
    say("   标题按“后改的算数”合并为：" + title, "   the title follows the later edit: " + title);
    for (const json::value& entry : shown.at("history").as_array()) {
        const json::object& version = entry.as_object();
        const bool other = text(version, "field") == "title" && version.contains("lost") &&
                           version.at("lost").as_bool();
        if (!other) continue;
        say("   未采用的标题仍然看得到：" + text(version, "value") + "（" +
                text(version, "station") + "）",
            "   the title that lost is still there: " + text(version, "value") + " (" +
                text(version, "station") + ")");
    }
}

void Demo::resolve_one() {
    chapter("区中枢的同志核实后，给第一条选定一个电话号码；另一条留着",
            "A member of the hub's staff takes one of the numbers of the first; the other waits");
    const json::object conflicts = hub({"conflict", "list"});
    for (const json::value& entry : conflicts.at("conflicts").as_array()) {
        const json::object& conflict = entry.as_object();
        if (text(conflict, "number") != contested_[0]) continue;
        hub({"conflict", "resolve", text(conflict, "id"), "--take", "1"});
    }
    sync_all();
    const auto left = [](const json::object& list) {
        return std::to_string(list.at("conflicts").as_array().size());
    };
    const std::string at_station = left(station("SHG01", {"conflict", "list"}));
    const std::string at_hub = left(hub({"conflict", "list"}));
    say("   还等人来定的冲突：站点 " + at_station + " 处，区中枢 " + at_hub + " 处",
        "   conflicts left: station " + at_station + ", hub " + at_hub);
    if (at_station != "1" || at_hub != "1") throw std::runtime_error("one conflict should be left");
}

void Demo::look_back() {
    chapter("核对：一件不少，一件不重，两边一致",
            "Nothing lost, nothing doubled, both sides equal");
    const auto total = std::to_string(
        hub({"appeal", "list", "--limit", "1"}).at("total").to_number<std::size_t>());
    say("   区中枢共有 " + total + " 条诉求，登记了 " + std::to_string(appeals_) + " 条",
        "   the hub holds " + total + " appeals; " + std::to_string(appeals_) + " were recorded");
    bool all_equal = true;
    for (const Station& place : stations()) {
        const std::string here = text(station(place.code, {"digest"}), "digest");
        const std::string there = text(hub({"digest", "--station", place.code}), "digest");
        all_equal = all_equal && here == there;
        say("   " + place.code +
                (here == there ? " 与区中枢的摘要一致 " : " 与区中枢的摘要不一致 ") +
                here.substr(0, 16) + "…",
            "   " + place.code + (here == there ? " equals the hub: " : " differs from the hub: ") +
                here.substr(0, 16) + "...");
    }
    const bool verified = hub({"verify"}).at("ok").as_bool();
    say(verified ? "   区中枢逐条核对了签名、链条和每一个单元格：无误" : "   区中枢核对发现问题！",
        verified ? "   the hub verified every signature, chain and cell" : "   verify failed!");
    if (!all_equal || !verified || total != std::to_string(appeals_)) {
        throw std::runtime_error("the two sides are not equal");
    }
}

/// A word that some appeals at the hub have, the first of these that does.
std::string Demo::a_word_to_search() const {
    for (const char* word : {"路灯", "道路", "噪音", "企业", "漏水", "垃圾"}) {
        const json::object found = hub({"appeal", "list", "--search", word, "--limit", "1"});
        if (found.at("total").to_number<std::size_t>() != 0) return word;
    }
    return "反映";
}

/// One line of what it shows, and below it the command as it is typed.
void Demo::hint(std::string_view zh, std::string_view en, const fs::path& program,
                const std::string& name, const std::vector<std::string>& words) const {
    say("   " + std::string{zh}, "   " + std::string{en});
    std::cout << "     " << typed_program(program);
    for (const std::string& word : words) std::cout << ' ' << typed(word);
    std::cout << " --data " << typed(data(name).string()) << " --key-file " << typed(key().string())
              << '\n';
}

/// Where everything is and what to type, each line good as it stands.
void Demo::show_the_way() {
    const fs::path& of_station = options_.station_program;
    const fs::path& of_hub = options_.hub_program;
    const std::string word = a_word_to_search();
    const json::object waiting = hub({"conflict", "list"});
    const std::string conflict = text(waiting.at("conflicts").as_array().front().as_object(), "id");
    chapter("自己看一看：下面每一行都可以直接复制运行",
            "Look around: each line below can be copied and run");
    say("   数据都在 " + folder_.string() + "（每个节点一个目录，demo.key 是它们的密钥）",
        "   Everything is in " + folder_.string() +
            " (a folder for each node; demo.key opens them)");
    hint("区中枢收到的诉求，含“" + word + "”的", "Appeals at the hub with the word " + word, of_hub,
         "hub", {"appeal", "list", "--search", word});
    hint("两边都改过的那一条：现在的内容，和每一次改动",
         "The appeal that both sides edited, with its history", of_hub, "hub",
         {"appeal", "show", contested_[0]});
    hint("沙龙上记下的诉求", "What was recorded at the salon", of_station, "JDJ01",
         {"appeal", "list"});
    hint("站点的情况和下一步", "How a station stands and what it should do next", of_station,
         "SHG01", {"status"});
    hint("还等人来定的冲突", "The conflict that still waits", of_hub, "hub", {"conflict", "list"});
    hint("定下来：取第 1 个值", "Settle it: take the first value", of_hub, "hub",
         {"conflict", "resolve", conflict, "--take", "1"});
    hint("区中枢的页面：运行着它（按 Ctrl+C 停下），用浏览器打开它写出的 setup 网址",
         "The hub's page: let it run (Ctrl+C ends it) and open the address behind setup", of_hub,
         "hub", {"serve", "--listen", address_});
    hint("再在另一个窗口同步", "and sync in another window", of_station, "SHG01", {"sync", "now"});
    hint("站点的页面：同样打开它写出的 setup 网址",
         "The station's page: open the address behind setup in the same way", of_station, "SHG01",
         {"serve"});
    say("   看完了就删掉：", "   When you have seen enough:");
    std::cout << "     rm -r " << typed(folder_.string()) << '\n';
}

/// Hub and one station with their pages, until Enter or the end of the input. The station meets the
/// hub by itself, so what is done at one page shows at the other.
void Demo::open_pages() {
    chapter("打开页面", "The pages");
    const auto served = [&](const fs::path& program, const std::string& name,
                            const std::string& option, std::string& setup) {
        auto running = std::make_unique<RunningProgram>(
            program, std::vector<std::string>{"serve", "--data", data(name).string(), "--key-file",
                                              key().string(), option, address_});
        setup = running->line_after("setup ");
        if (setup.empty()) throw std::runtime_error("a page did not open");
        return running;
    };
    std::string hub_setup;
    std::string station_setup;
    const auto at_hub = served(options_.hub_program, "hub", "--listen", hub_setup);
    const auto at_station = served(options_.station_program, "SHG01", "--hub", station_setup);
    say("   区中枢：", "   The hub:");
    std::cout << "     " << hub_setup << '\n';
    say("   站点 SHG01：", "   The station SHG01:");
    std::cout << "     " << station_setup << '\n';
    say("   用浏览器打开，先给自己开通一个用户，再按页面做。看完了按回车结束。",
        "   Open them in a browser and make yourself a user. Enter ends them.");
    std::cout.flush();
    std::string line;
    std::getline(std::cin, line);
}

int Demo::play() {
    say("鸠应演示：一个区中枢（命令里称区中枢），三个站点，全在这台电脑上；人名、企业、电话都是虚构"
        "的。",
        "Jiuying demo: a hub and three stations on this machine; all people and firms are "
        "invented.");
    found_district();
    record_offline();
    chapter("网络通了，同步", "The link is there: sync");
    open_hub();
    sync_all();
    edit_apart();
    show_conflicts();
    resolve_one();
    look_back();
    close_hub();
    if (options_.pages) open_pages();
    if (options_.clean) {
        say("\n演示数据已删除。想自己接着看，去掉 --clean 再演示一次。",
            "\nThe demo's data is gone. To look at it yourself, run it without --clean.");
    } else {
        show_the_way();
    }
    return 0;
}

}  // namespace

int run_demo(const DemoOptions& options) {
    try {
        return Demo(options).play();
    } catch (const std::exception& failure) {
        std::cerr << (options.lang == Lang::zh ? "演示没有走完：" : "The demo did not finish: ")
                  << failure.what() << '\n';
        return 1;
    }
}

}  // namespace jiuying::node
