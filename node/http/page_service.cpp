#include "node/http/page_service.hpp"

#include "node/commands/boundary.hpp"
#include "node/commands/sync_answer.hpp"
#include "node/http/answers.hpp"
#include "node/http/web_file.hpp"
#include "node/replica/accounts.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

constexpr std::size_t auth_body_max = 2U << 10U;
constexpr std::size_t api_body_max = 256U << 10U;
/// A piece of a file, which is a third longer as base64, and what stands around it.
constexpr std::string_view imports_path = "/api/imports/";
constexpr std::size_t piece_body_max = Uploads::piece_bytes_max * 4 / 3 + 1024;
constexpr std::uint16_t https_port = 443;
/// Half a year: long enough that a browser remembers it between two visits.
constexpr const char* only_secure = "max-age=15552000";

/// For the desks of a whole district.
constexpr SessionLimits public_sessions{.count = 200};
constexpr HttpLimits public_limits{.connections = 512, .per_peer = 128};

bool is_api(std::string_view path) { return path == "/api" || path.starts_with("/api/"); }

std::string_view path_of(std::string_view target) {
    return target.substr(0, std::min(target.find('?'), target.size()));
}

}  // namespace

PageService::PageService(Parts parts, PageDoor door)
    : parts_(std::move(parts)),
      door_(std::move(door)),
      program_(parts_.folder.replica().profile().role == Profile::Role::hub ? "jiuying-hub"
                                                                            : "jiuying"),
      sessions_(parts_.folder.environment(), door_.tls ? public_sessions : SessionLimits{}),
      sign_in_(parts_.folder, parts_.storage, sessions_, door_.tls != nullptr),
      api_(parts_.network, parts_.folder, parts_.storage, parts_.desk),
      pulse_(
          parts_.network, parts_.storage, sessions_, [this] { return look(); },
          [this](json::object& state) { complete(state); }),
      server_(parts_.network, door_.address, *this, door_.tls.get(),
              door_.tls ? public_limits : HttpLimits{}),
      gate_(door_.tls ? public_hosts(door_.names, server_.address().port)
                      : loopback_hosts(server_.address()),
            door_.tls != nullptr) {}

std::string PageService::link() const {
    const Address address = server_.address();
    if (!door_.tls) return "http://" + to_text(address) + "/";
    const std::string port = address.port == https_port ? "" : ":" + std::to_string(address.port);
    return "https://" + door_.names.front() + port + "/";
}

std::optional<std::string> PageService::setup_link() {
    const auto code = sign_in_.offer_first_code();
    if (!code) return std::nullopt;
    // Behind the #, so that no browser sends it anywhere.
    std::string link = this->link() + "#/setup?code=" + *code;
    const std::string& user = parts_.folder.replica().profile().default_actor;
    if (!user.empty()) link.append("&user=").append(user);
    return link;
}

void PageService::start() {
    server_.start();
    pulse_.start();
}

void PageService::ask_stop() {
    pulse_.ask_stop();
    server_.ask_stop();
    api_.ask_stop();
}

asio::awaitable<bool> PageService::ended_within(std::chrono::milliseconds patience) {
    const Instant end = parts_.folder.environment().monotonic() + patience;
    bool ended = co_await server_.ended_within(patience);
    const auto left =
        std::max(end - parts_.folder.environment().monotonic(), std::chrono::milliseconds{0});
    if (ended) ended = co_await pulse_.ended_within(left);
    if (ended) ended = co_await api_.ended_within(left);
    co_return ended;
}

HttpAnswer PageService::failed(Error error) const { return answer_of(Failure{error}, program_); }

std::optional<HttpAnswer> PageService::refuse(const HttpRequest& head) {
    if (!gate_.names_us(head)) return failed(Error::not_from_page);
    if (!head.target.starts_with('/')) return failed(Error::no_such_page);
    const std::string_view path = path_of(head.target);
    const bool api = is_api(path);
    PageSession* session = nullptr;
    if (api) {
        session = sessions_.find(sign_in_.cookie_of(head));
        if (session == nullptr) return failed(Error::not_signed_in);
    }
    if (head.method != Method::post) return std::nullopt;
    if (!gate_.comes_from_page(head)) return failed(Error::not_from_page);
    if (api &&
        !sync::equal_in_constant_time(sync::as_view(head.token), sync::as_view(session->token))) {
        return failed(Error::not_from_page);
    }
    return std::nullopt;
}

std::size_t PageService::body_max(const HttpRequest& head) const {
    if (head.method == Method::get) return 0;
    const std::string_view path = path_of(head.target);
    if (path.starts_with(imports_path)) return piece_body_max;
    return is_api(path) ? api_body_max : auth_body_max;
}

asio::awaitable<HttpAnswer> PageService::answer(HttpRequest request) {
    const Result<Target> target = parse_target(request.target);
    const bool api = is_api(path_of(request.target));
    HttpAnswer answer;
    // What fails here fails for one who asks, and not for the node.
    try {
        if (!target) {
            answer = failed(Error::no_such_page);
        } else if (sign_in_.is_path(target->path)) {
            auto answering = sign_in_.answer(std::move(request), target->path);
            answer = co_await std::move(answering);
        } else if (api) {
            auto answering = answer_api(std::move(request), *target);
            answer = co_await std::move(answering);
        } else {
            answer = answer_file(request, *target);
        }
    } catch (const std::exception&) {
        answer = failed(Error::unexpected);
    }
    // A browser applies it to all ports of that name; where the page has the name's usual port,
    // nothing else stands there in clear.
    if (door_.tls && server_.address().port == https_port) {
        answer.headers.emplace_back("Strict-Transport-Security", only_secure);
    }
    co_return answer;
}

asio::awaitable<HttpAnswer> PageService::answer_api(HttpRequest request, Target target) {
    const std::string cookie = sign_in_.cookie_of(request);
    HttpAnswer answer;
    try {
        PageSession* open = sessions_.find(cookie);
        if (open == nullptr) throw Failure{Error::not_signed_in};
        const auto found = find_route(request.method, target);
        if (!found) throw Failure{Error::no_such_page};
        if (found->route->person && !request.by_itself) sessions_.touch(*open);
        const PageSession session = *open;  // It may end while the answer is made.
        bool there = false;
        std::function<void()> ask = [&] {
            within_boundary([&] { there = sign_in_.still_there(session); });
        };
        co_await parts_.storage.run(std::move(ask));
        if (!there) {
            sessions_.end(cookie);
            throw Failure{Error::not_signed_in};
        }
        if (found->route->command == "page.live") {
            answer.type = "text/event-stream";
            answer.live = pulse_.open(cookie);
            if (!answer.live) throw Failure{Error::too_many_logins};
        } else {
            json::object args = arguments_of(*found, target, request.body);
            auto running = api_.run(*found, std::move(args), session);
            const json::value document = co_await std::move(running);
            answer = answer_of(document);
        }
    } catch (const Failure& failure) {
        answer = answer_of(failure, program_);
    } catch (const std::exception&) {
        answer = failed(Error::unexpected);
    }
    co_return answer;
}

HttpAnswer PageService::answer_file(const HttpRequest& request, const Target& target) const {
    if (request.method != Method::get) return failed(Error::no_such_page);
    // Of two views: beside a literal a string would be copied, and the view outlive the copy.
    const std::string_view asked = target.path;
    const std::string_view path = asked == "/" ? "/index.html" : asked;
    const auto files = web_files();
    const auto found = std::ranges::find(files, path, &WebFile::path);
    HttpAnswer answer;
    if (found == files.end()) {
        if (target.path != "/") return failed(Error::no_such_page);
        answer.type = "text/plain; charset=utf-8";
        answer.body =
            "这个程序没有带页面(-DJIUYING_WEB=OFF)。\n"
            "This program was built without its page (-DJIUYING_WEB=OFF).\n";
        return answer;
    }
    answer.type = found->type;
    answer.headers.emplace_back("ETag", std::string{found->etag});
    answer.headers.emplace_back(
        "Cache-Control", found->lasting ? "private, max-age=31536000, immutable" : "no-cache");
    if (request.known == found->etag) {
        answer.status = 304;
        return answer;
    }
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.fixed = found->gzip;
    return answer;
}

/// How the node stands, as short as it can be told: what the bar on every page shows.
json::object PageService::look() {
    const StatusFacts facts = parts_.folder.replica().exchange_status();
    const auto time = [](std::int64_t ms) {
        return ms == 0 ? json::value(nullptr) : json::value(ms);
    };
    json::object state{{"unsent", facts.unsent},
                       {"conflicts", facts.conflicts},
                       {"rejected", facts.rejected},
                       {"notices", facts.notices},
                       {"alarms", facts.alarms},
                       {"enrolled", facts.enrolled},
                       {"last_contact", time(facts.last_contact_ms)},
                       {"last_try", time(facts.last_try_ms)},
                       {"last_result", name_of(static_cast<sync::CloseReason>(facts.last_reason))},
                       {"receipt_time", time(facts.receipt_time_ms.value_or(0))}};
    return state;
}

void PageService::complete(json::object& state) {
    state["exchanging"] = parts_.exchanging();
    state["version"] = parts_.desk.written() + parts_.arrivals();
}

}  // namespace jiuying::node
