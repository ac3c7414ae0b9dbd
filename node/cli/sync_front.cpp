// sync now, sync status.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

namespace jiuying::node {
namespace {

int now(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto hub = arguments.find("--hub")) args["hub"] = *hub;
    const json::object done = desk.call("sync.now", std::move(args));
    const json::object& sent = done.at("sent").as_object();
    const json::object& received = done.at("received").as_object();
    std::string prose{desk.pick("同步完成。送出 ", "Synced. Sent ")};
    prose.append(std::to_string(number_at(sent, "transactions")))
        .append(desk.pick(" 笔，收到 ", " changes, received "))
        .append(std::to_string(number_at(received, "transactions")))
        .append(desk.pick(" 笔，还没有送到的 ", "; not delivered yet: "))
        .append(std::to_string(number_at(done, "unsent")))
        .append(desk.pick(" 笔。\n", ".\n"));
    if (number_at(done, "conflicts") != 0) {
        prose.append(desk.pick("有 ", "Conflicts that wait: "))
            .append(std::to_string(number_at(done, "conflicts")))
            .append(desk.pick(" 处冲突等人来定：", ": "))
            .append(desk.program_name())
            .append(" conflict list")
            .append(desk.data_option())
            .append("\n");
    }
    desk.answer(done, prose);
    return exit_code::ok;
}

int show_status(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("sync.status");
    const auto time_or = [&](std::string_view key) {
        const std::string time = text_at(answer, key);
        return time.empty() ? std::string{desk.pick("从未", "never")} : short_time(time);
    };
    std::string prose;
    const auto line = [&](std::string_view label, std::string_view value) {
        prose.append(padded(label, 22)).append(value).append("\n");
    };
    const std::string hub = text_at(answer, "hub");
    line(desk.pick("区中枢地址", "hub"), hub.empty() ? desk.pick("还不知道", "not known") : hub);
    line(desk.pick("登记", "enrolment"), flag_at(answer, "enrolled")
                                             ? desk.pick("已登记", "enrolled")
                                             : desk.pick("还没有登记", "not enrolled yet"));
    line(desk.pick("最近成功", "last success"), time_or("last_contact"));
    line(desk.pick("最近尝试", "last try"), time_or("last_try"));
    line(desk.pick("最近结果", "last result"), text_at(answer, "last_result"));
    line(desk.pick("还没有送到的", "not delivered yet"),
         std::to_string(number_at(answer, "unsent")) + std::string{desk.pick(" 笔", "")});
    line(desk.pick("后台自动同步", "background sync"), flag_at(answer, "serving")
                                                           ? desk.pick("正在运行", "running")
                                                           : desk.pick("没有运行", "not running"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

}  // namespace

CommandSpecs sync_commands() {
    return {
        {"sync now",
         {"现在就和区中枢同步", "sync with the hub now"},
         {option("--hub", "HOST:PORT", "区中枢地址；给一次以后会记住", "its address; remembered")},
         now},
        {"sync status",
         {"和区中枢的联系情况", "how the contact with the hub stands"},
         {},
         show_status},
    };
}

}  // namespace jiuying::node
