#include "node/http/pulse.hpp"

#include "node/commands/boundary.hpp"

#include <utility>

namespace jiuying::node {
namespace {

constexpr std::chrono::milliseconds interval{1'000};
constexpr std::chrono::milliseconds sign_of_life{15'000};
constexpr std::chrono::milliseconds nobody_listens{500};

}  // namespace

/// One page that listens. Only the latest state waits for it, however slow it reads.
class Pulse::Feed final : public LiveFeed {
public:
    Feed(Pulse& pulse, std::string cookie)
        : pulse_(&pulse), cookie_(std::move(cookie)), timer_(pulse.network_) {
        pulse.feeds_.insert(this);
    }
    ~Feed() override {
        if (pulse_ != nullptr) pulse_->feeds_.erase(this);
    }

    void tell(const std::string& state) {
        waiting_ = "event: state\ndata: " + state + "\n\n";
        timer_.cancel();
    }
    void end() override {
        ended_ = true;
        timer_.cancel();
    }
    void forget() {
        pulse_ = nullptr;
        end();
    }

    asio::awaitable<std::optional<std::string>> next() override {
        if (ended_) co_return std::nullopt;
        if (waiting_.empty()) co_await rest(timer_, sign_of_life);
        if (ended_ || pulse_ == nullptr) co_return std::nullopt;
        if (pulse_->sessions_.find(cookie_) == nullptr) {
            ended_ = true;
            co_return std::string{"event: signed_out\ndata: {}\n\n"};
        }
        if (waiting_.empty()) co_return std::string{":\n\n"};
        co_return std::exchange(waiting_, {});
    }

private:
    Pulse* pulse_;
    std::string cookie_;
    std::string waiting_;
    bool ended_ = false;
    asio::steady_timer timer_;
};

Pulse::Pulse(asio::io_context& network, Storage& storage, Sessions& sessions,
             std::function<json::object()> look, std::function<void(json::object&)> complete)
    : network_(network),
      storage_(storage),
      sessions_(sessions),
      look_(std::move(look)),
      complete_(std::move(complete)),
      timer_(network),
      tasks_(network.get_executor()) {}

Pulse::~Pulse() {
    for (Feed* feed : feeds_) feed->forget();
}

std::shared_ptr<LiveFeed> Pulse::open(std::string cookie) {
    if (feeds_.size() >= feeds_max || stopping_) return nullptr;
    auto feed = std::make_shared<Feed>(*this, std::move(cookie));
    if (!last_.empty()) feed->tell(last_);
    return feed;
}

void Pulse::ask_stop() {
    stopping_ = true;
    timer_.cancel();
    for (Feed* feed : feeds_) feed->end();
}

asio::awaitable<void> Pulse::beat() {
    while (!stopping_) {
        if (feeds_.empty()) {
            last_.clear();
            co_await rest(timer_, nobody_listens);
            continue;
        }
        co_await look_once();
        if (!stopping_) co_await rest(timer_, interval);
    }
}

asio::awaitable<void> Pulse::look_once() {
    json::object seen;
    std::function<void()> task = [&] {
        try {
            seen = within_boundary([&] { return look_(); });
        } catch (const Failure&) {
            seen.clear();  // The next look may fare better; whoever saves is told why it fails.
        }
    };
    co_await storage_.run(std::move(task));
    if (seen.empty()) co_return;
    complete_(seen);
    std::string state = json::serialize(seen);
    if (state == last_) co_return;
    last_ = std::move(state);
    for (Feed* feed : feeds_) feed->tell(last_);
}

}  // namespace jiuying::node
