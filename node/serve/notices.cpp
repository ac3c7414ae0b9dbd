#include "node/serve/notices.hpp"

#include "node/commands/sync_answer.hpp"
#include "node/net/session_report.hpp"

namespace jiuying::node {
namespace {

using sync::CloseReason;

std::string count(std::uint64_t number) { return std::to_string(number); }

std::string seconds(std::chrono::milliseconds pause) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(pause).count());
}

/// Trouble that passes by itself, such as a link that is down.
bool passes(CloseReason reason) {
    return reason == CloseReason::hung_up || reason == CloseReason::timed_out ||
           reason == CloseReason::stopped || reason == CloseReason::refused_busy;
}

}  // namespace

bool Notices::becomes(Link link, Error error) {
    const bool news = link_ != link || error_ != error;
    link_ = link;
    error_ = error;
    return news;
}

void Notices::exchanged(const SyncOutcome& outcome, std::chrono::milliseconds pause) {
    if (outcome.ok) {
        const std::string sent = count(outcome.traffic.sent_transactions);
        const std::string received = count(outcome.traffic.received_transactions);
        const bool news = becomes(Link::connected, Error{});
        const bool moved = sent != "0" || received != "0";
        if (!news && !(verbosity_ > 0 && moved) && verbosity_ < 2) return;
        return say("已连接区中枢，已送达 " + sent + " 件，收到 " + received + " 件",
                   "connected to the hub: " + sent + " delivered, " + received + " received");
    }
    const Failure failure = sync_failure(outcome);
    const std::string code{failure.code()};
    const std::string wait = seconds(pause);
    if (passes(outcome.reason)) {
        const bool news = becomes(Link::offline, Error{});
        if (!news && verbosity_ == 0) return;
        return say(
            "离线，数据已保存在本机，下次重试 " + wait + " 秒后（" + code + "）",
            "offline, the data is kept on this machine; next try in " + wait + " s (" + code + ")");
    }
    const bool news = becomes(Link::turned_away, failure.error());
    if (!news && verbosity_ == 0) return;
    say("与区中枢同步不成（" + code + "），数据已保存在本机。查看办法：jiuying explain " + code,
        "sync with the hub failed (" + code +
            "); the data is kept on this machine. What to do: " + "jiuying explain " + code);
}

void Notices::no_address() {
    if (!becomes(Link::no_address, Error{})) return;
    say("还不知道区中枢的地址，数据保存在本机。告诉本站：jiuying sync now --hub HOST:PORT",
        "the hub's address is not known yet, the data is kept on this machine. "
        "Give it with: jiuying sync now --hub HOST:PORT");
}

void Notices::session_ended(const SessionReport& report) {
    const bool fails = report.reason == CloseReason::storage_failed;
    if (fails && !storage_fails_) {
        say("写入本机数据库失败，站点会保留未送达的数据并重试。请先看磁盘空间：df -h",
            "writing to the database failed; stations keep what is not delivered and try again. "
            "Look at the free space first: df -h");
    }
    if (report.admitted) storage_fails_ = fails;
    if (verbosity_ == 0 || (!report.admitted && verbosity_ < 2)) return;
    const std::string received = count(report.traffic.received_transactions);
    const std::string sent = count(report.traffic.sent_transactions);
    const std::string reason{name_of(report.reason)};
    say("一次同步结束（" + reason + "）：收到 " + received + " 件，发出 " + sent + " 件",
        "a session ended (" + reason + "): " + received + " received, " + sent + " sent");
}

void Notices::stopping() {
    say("正在停止：让进行中的同步收尾，已保存的数据不受影响",
        "stopping: letting exchanges under way end; what is saved is safe");
}

void Notices::page_certificate_over() {
    const ErrorEntry& entry = entry_of(Error::page_certificate_over);
    say(std::string{entry.code}.append(" ").append(entry.what.zh).append(entry.next.zh),
        std::string{entry.code}
            .append(" ")
            .append(entry.what.en)
            .append(" ")
            .append(entry.next.en));
}

void Notices::trouble(const Failure& failure) {
    if (!becomes(Link::turned_away, failure.error())) return;
    const std::string code{failure.code()};
    say("后台任务出错（" + code + "），已保存的数据不受影响，稍后自动再试",
        "work in the background failed (" + code + "); what is saved is safe; it is tried again");
}

}  // namespace jiuying::node
