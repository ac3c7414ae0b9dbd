#include "node/serve/service.hpp"

#include "node/cli/errors.hpp"
#include "node/commands/boundary.hpp"
#include "node/replica/checkpoints.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdio>
#include <utility>

namespace jiuying::node {
namespace {

using boost::system::error_code;

/// Nothing happened: look again after this.
constexpr std::chrono::milliseconds index_pause{500};
/// Something happened: when nothing more does for this long, the writer has time.
constexpr std::chrono::milliseconds index_quiet{40};
/// Nobody came: rules may have something to say all the same.
constexpr std::chrono::minutes rules_pause{10};
/// So many appeals take about 20 ms, which is what a save may have to wait.
constexpr std::size_t index_slice_size = 400;
constexpr std::chrono::hours as_long_as_it_takes{24};
/// Where the page is when nothing else is said.
constexpr std::uint16_t station_page_port = 7350;
constexpr std::uint16_t hub_page_port = 7351;

void print_line(std::FILE* out, const std::string& line) {
    // A reader that went away is no reason to stop serving.
    std::fputs((line + "\n").c_str(), out);
    std::fflush(out);
}

Address listen_address(const std::string& text) {
    if (text.empty()) throw Failure{Error::missing_option, Detail::option, "--listen"};
    const Result<Address> address = parse_address(text, PortZero::allowed);
    if (!address) throw Failure{Error::bad_address, Detail::address, text};
    return *address;
}

}  // namespace

Service::Service(NodeFolder& folder, const ServeOptions& options)
    : folder_(folder),
      options_(options),
      writer_(std::make_unique<Writer>()),
      readers_(std::make_unique<Writer>()),
      notices_(options.lang, options.verbosity,
               [](const std::string& line) { print_line(stderr, line); }),
      signals_(network_),
      index_timer_(network_),
      background_(network_.get_executor()) {
    // From here on a signal is an orderly stop, also one that comes before `run`: who finds the
    // control socket below has found a program that may be told to stop.
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    Replica& replica = folder.replica();
    Environment& environment = folder.environment();
    if (replica.profile().role == Profile::Role::hub) {
        const auto report = [this](const SessionReport& ended) {
            ++arrivals_;
            notices_.session_ended(ended);
        };
        listener_.emplace(network_, listen_address(options.listen), replica, *writer_, environment,
                          ListenerLimits{}, report);
    } else {
        loop_.emplace(network_, replica, *writer_, environment, options.interval, notices_);
    }
    desk_.emplace(folder, *writer_, &*readers_, loop_ ? &*loop_ : nullptr, true);
    const auto run_command = [this](std::string name, json::object args, Progress progress) {
        return desk_->run(std::move(name), std::move(args), std::move(progress));
    };
    control_.emplace(network_, folder.layout().control(), folder.control_key(), environment,
                     run_command);
    if (options.page) open_page();
}

Service::~Service() {
    // Tasks refer to all the others. After `run` none is left; without it they must end first.
    readers_.reset();
    writer_.reset();
}

/// Two nodes on one PC, or a page of before that is about to end: a free port does as well, and is
/// printed. Who named one wants that one.
void Service::open_page() {
    const bool hub = folder_.replica().profile().role == Profile::Role::hub;
    const PageService::Parts parts{network_,
                                   folder_,
                                   *writer_,
                                   *desk_,
                                   [this] { return arrivals_; },
                                   [this] { return loop_ && loop_->exchanging(); }};
    const auto port = std::to_string(hub ? hub_page_port : station_page_port);
    PageDoorOptions wanted{options_.http, options_.tls_certificate, options_.tls_key,
                           options_.public_names, hub};
    if (wanted.address.empty()) wanted.address = "127.0.0.1:" + port;
    PageDoor door = page_door(wanted);
    if (door.tls && !door.tls->is_valid_at(folder_.environment().now_ms())) {
        notices_.page_certificate_over();
    }
    try {
        page_.emplace(parts, std::move(door));
    } catch (const Failure& failure) {
        if (failure.error() != Error::port_in_use || !options_.http.empty()) throw;
        wanted.address = "127.0.0.1:0";
        page_.emplace(parts, page_door(wanted));
    }
}

void Service::announce() {
    json::object line{{"type", listener_ ? "listening" : "serving"}};
    std::string said{"serving"};
    if (listener_) {
        const std::string address = to_text(listener_->address());
        said = "listening " + address;
        line["address"] = address;
    }
    print_line(stderr, said);
    if (page_) {
        line["page"] = page_->link();
        print_line(stderr, "page " + page_->link());
        if (const auto link = page_->setup_link()) print_line(stderr, "setup " + *link);
    }
    if (options_.json) print_line(stdout, json::serialize(line));
}

void Service::run() {
    background_.spawn(wait_for_signal());
    background_.spawn(index_when_idle());
    if (listener_) listener_->start();
    control_->start();
    if (page_) page_->start();
    announce();
    if (loop_) loop_->start();
    network_.run();
}

void Service::ask_stop() {
    stopping_ = true;
    index_timer_.cancel();
    if (listener_) listener_->ask_stop();
    if (loop_) loop_->ask_stop();
    control_->ask_stop();
    if (page_) page_->ask_stop();
}

void Service::cut() {
    if (listener_) listener_->cut();
    if (loop_) loop_->cut();
    control_->cut();
    if (page_) page_->cut();
}

asio::awaitable<bool> Service::ended_within(std::chrono::milliseconds patience) {
    const Instant end = folder_.environment().monotonic() + patience;
    const auto left = [this, end] {
        return std::max(end - folder_.environment().monotonic(), std::chrono::milliseconds{0});
    };
    bool ended = true;
    if (listener_) ended = co_await listener_->ended_within(left());
    if (ended && loop_) ended = co_await loop_->ended_within(left());
    if (ended) ended = co_await control_->ended_within(left());
    if (ended && page_) ended = co_await page_->ended_within(left());
    co_return ended;
}

asio::awaitable<void> Service::wait_for_signal() {
    error_code failed;
    auto waiting = signals_.async_wait(asio::redirect_error(asio::use_awaitable, failed));
    (void)co_await std::move(waiting);
    notices_.stopping();
    ask_stop();
    // Whoever asks twice doesn't want to wait.
    signals_.async_wait([this](const error_code& cancelled, int) {
        if (!cancelled) cut();
    });
    const bool gentle = co_await ended_within(stop_patience);
    if (!gentle) {
        cut();
        // What is left now are commands that have begun: they end, and their end is durable.
        const bool ended = co_await ended_within(as_long_as_it_takes);
        if (!ended) throw Failure{Error::unexpected};
    }
    signals_.cancel();
}

asio::awaitable<void> Service::index_when_idle() {
    std::uint64_t indexed = 0;  // What the writer had done when the last slice ended.
    std::uint64_t before = 0;   // And at the last look.
    bool more = true;
    Instant looked = folder_.environment().monotonic();  // By the clock, whatever happens.
    while (!stopping_) {
        const std::uint64_t done = writer_->done();
        const bool time = folder_.environment().monotonic() - looked >= rules_pause;
        const bool news = more || done != indexed || time;
        const bool quiet = writer_->idle() && done == std::exchange(before, done);
        if (!news || !quiet) {
            const std::chrono::milliseconds pause = news ? index_quiet : index_pause;
            co_await rest(index_timer_, pause);
            continue;
        }
        more = co_await index_slice();
        looked = folder_.environment().monotonic();
        indexed = before = writer_->done();
    }
}

/// True if more waits.
asio::awaitable<bool> Service::index_slice() {
    bool more = false;
    std::optional<Failure> trouble;
    std::function<void()> task = [&] {
        try {
            within_boundary([&] {
                Replica& replica = folder_.replica();
                more = replica.index_pending(index_slice_size);
                const bool hub = replica.profile().role == Profile::Role::hub;
                if (!more && hub) {
                    Checkpoints{replica}.make_if_due();
                    (void)replica.run_rules_if_due();
                }
            });
        } catch (const Failure& failure) {
            trouble = failure;
        }
    };
    co_await writer_->run(std::move(task));
    if (trouble) notices_.trouble(*trouble);
    co_return more;
}

}  // namespace jiuying::node
