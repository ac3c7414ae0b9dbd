#include "node/http/errand.hpp"

#include "node/cli/desk.hpp"
#include "node/commands/boundary.hpp"
#include "node/commands/failure_wire.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <optional>

namespace jiuying::node {
namespace {

constexpr std::size_t lines_max = 20;

/// What a command's calls are about, for whoever waits, and which of their arguments counts.
struct Phase {
    std::string_view command;
    std::string_view name;
    std::string_view counted;
};
constexpr std::array phases{
    Phase{"appeal.import_rows", "rows", "rows"},
    Phase{"index", "index", {}},
    Phase{"bundle.begin", "look", {}},
    Phase{"bundle.carried", "look", {}},
    Phase{"bundle.fetch", "collect", {}},
    Phase{"bundle.seal", "write", {}},
    Phase{"bundle.made", "note", {}},
    Phase{"bundle.open", "open", {}},
    Phase{"bundle.take", "take", "items"},
    Phase{"bundle.close", "note", {}},
    Phase{"bundle.carry", "carry", {}},
    Phase{"bundle.carried_read", "carry", {}},
    Phase{"bundle.missing", "note", {}},
};

/// A page shows the first of many: all of them are counted in the answer.
json::object shortened(json::object document) {
    constexpr std::size_t listed_max = 200;
    for (auto& member : document) {
        if (json::array* list = member.value().if_array(); list != nullptr) {
            if (list->size() > listed_max) list->resize(listed_max);
        }
    }
    return document;
}

}  // namespace

struct Errands::Errand final : DeskHost {
    explicit Errand(Order wanted) : order(std::move(wanted)) {}

    void answered(const json::object& document, std::string_view text) override {
        const std::scoped_lock held{mutex};
        result = shortened(document);
        prose = text;
    }
    void told(std::string_view line) override {
        const std::scoped_lock held{mutex};
        said.emplace_back(line);
        if (said.size() > lines_max) said.erase(said.begin());
    }
    std::optional<std::span<const std::uint8_t>> file(const std::string& name) override {
        if (!order.file || name != order.file_name) return std::nullopt;
        return sync::View{*order.file};
    }
    /// One of its calls begins.
    void step(std::string_view name, const json::object& args) {
        const auto* known = std::ranges::find(phases, name, &Phase::command);
        const std::scoped_lock held{mutex};
        if (known == phases.end()) return;
        if (phase != known->name) done = 0;
        phase = known->name;
        const json::value* counted =
            known->counted.empty() ? nullptr : args.if_contains(known->counted);
        done += counted != nullptr && counted->is_array() ? counted->get_array().size() : 1;
    }

    Order order;
    std::atomic<bool> stopped{false};
    std::promise<json::object> answer;  ///< Of the call under way.
    mutable std::mutex mutex;           ///< Of what follows.
    std::string_view phase = "begin";
    std::uint64_t done = 0;
    std::vector<std::string> said;
    bool finished = false;
    int exit = 0;
    std::optional<json::object> result;
    std::string prose;
    json::object error;  ///< In both languages, as the page shows errors.
};

/// Takes a call from the errand's thread to the network's, and waits.
class Errands::Calls final : public Backend {
public:
    Calls(Errands& errands, std::shared_ptr<Errand> errand)
        : errands_(errands), errand_(std::move(errand)) {}

    json::object call(std::string_view name, const json::object& args, const Progress&) override {
        if (errand_->stopped) throw Failure{Error::interrupted};
        errand_->step(name, args);
        errand_->answer = {};
        std::future<json::object> future = errand_->answer.get_future();
        asio::post(errands_.network_, [this, name = std::string{name}, args] {
            errands_.tasks_.spawn(errands_.call(errand_, name, args));
        });
        return future.get();
    }

private:
    Errands& errands_;
    std::shared_ptr<Errand> errand_;
};

asio::awaitable<void> Errands::call(std::shared_ptr<Errand> errand, std::string name,
                                    json::object args) {
    try {
        auto running = desk_.run(std::move(name), std::move(args), {});
        json::object answer = co_await std::move(running);
        errand->answer.set_value(std::move(answer));
    } catch (...) {
        errand->answer.set_exception(std::current_exception());
    }
}

bool Errands::is_busy() const {
    if (!last_) return false;
    const std::scoped_lock held{last_->mutex};
    return !last_->finished;
}

void Errands::begin(Order order) {
    if (is_busy() || stopping_) throw Failure{Error::work_under_way};
    last_ = std::make_shared<Errand>(std::move(order));
    tasks_.spawn(carry_out(last_));
}

asio::awaitable<void> Errands::carry_out(std::shared_ptr<Errand> errand) {
    std::function<void()> work = [this, errand] {
        int exit = 0;
        json::object error;
        try {
            exit = within_boundary([&] {
                const auto& commands = commands_of(program_);
                const auto found =
                    std::ranges::find(commands, errand->order.command, &CommandSpec::path);
                if (found == commands.end()) throw Failure{Error::unknown_command};
                Desk desk{program_, errand->order.lang, errand->order.arguments,
                          std::make_unique<Calls>(*this, errand), *errand};
                return found->run(desk, errand->order.arguments);
            });
        } catch (const Failure& failure) {
            exit = failure.exit_code();
            error = error_document(failure, Lang::zh, name_of(program_));
            error["en"] = error_document(failure, Lang::en, name_of(program_)).at("error");
        }
        const std::scoped_lock held{errand->mutex};
        errand->exit = exit;
        errand->error = std::move(error);
        errand->finished = true;
        errand->order.file.reset();
    };
    co_await thread_.run(std::move(work));
}

json::object Errands::state(const std::string& user) const {
    if (!last_ || last_->order.user != user) return {{"errand", nullptr}, {"busy", is_busy()}};
    const std::scoped_lock held{last_->mutex};
    json::object errand{{"command", last_->order.command},
                        {"dry_run", last_->order.arguments.has("--dry-run")},
                        {"phase", json::string(last_->phase)},
                        {"done", last_->done},
                        {"finished", last_->finished}};
    if (last_->finished) {
        errand["exit"] = last_->exit;
        errand["prose"] = last_->prose;
        if (last_->result) errand["result"] = *last_->result;
        for (const auto& member : last_->error) errand[member.key()] = member.value();
    }
    return {{"errand", std::move(errand)}};
}

void Errands::stop(const std::string& user) {
    if (last_ && last_->order.user == user) last_->stopped = true;
}

void Errands::ask_stop() {
    stopping_ = true;
    if (last_) last_->stopped = true;
}

}  // namespace jiuying::node
