#include "node/http/page_work.hpp"

#include "node/bundle/stick_reader.hpp"
#include "node/commands/boundary.hpp"
#include "node/commands/bundle_words.hpp"
#include "node/http/sticks.hpp"

namespace jiuying::node {
namespace {

Lang lang_in(const json::object& args) {
    return text_in(args, "lang").value_or("zh") == "en" ? Lang::en : Lang::zh;
}

/// Options that stand in the body under their names.
void copy(const json::object& args, std::initializer_list<const char*> names, Arguments& to) {
    for (const char* name : names) {
        const auto given = text_in(args, name);
        if (given && !given->empty()) to.add(std::string{"--"} + name, *given);
    }
}

std::filesystem::path folder_in(const json::object& args) {
    std::filesystem::path folder = require_text(args, "path");
    if (!folder.is_absolute()) throw Failure{Error::bad_value, Detail::option, "path"};
    return folder;
}

/// What one row's refusal is as an answer to who sent that row alone.
Failure of_row(const json::object& why) {
    const ErrorEntry* entry = find_error(std::string{why.at("code").as_string()});
    Failure failure{entry == nullptr ? Error::unexpected : entry->error};
    for (const auto& [key, kind] :
         {std::pair{"field", Detail::field}, std::pair{"limit", Detail::limit}}) {
        const auto text = text_in(why, key);
        if (text && !text->empty()) failure.with(kind, *text);
    }
    return failure;
}

}  // namespace

bool PageWork::answers(const Route& route) {
    return route.command.starts_with("page.import_") || route.command.starts_with("page.stick") ||
           route.command.starts_with("page.work") || route.command == "page.list_set";
}

asio::awaitable<json::value> PageWork::run(Found found, json::object args, PageSession session) {
    const std::string_view name = found.route->command;
    if (name == "page.list_set") {
        auto setting = set_in_list(std::move(found), std::move(args), std::move(session));
        co_return co_await std::move(setting);
    }
    if (name == "page.sticks") {
        auto looking = sticks(std::move(args));
        co_return co_await std::move(looking);
    }
    json::object answer;
    if (name == "page.work") {
        answer = errands_.state(session.user);
    } else if (name == "page.work_stop") {
        errands_.stop(session.user);
        answer = errands_.state(session.user);
    } else if (name.starts_with("page.stick_")) {
        answer = exchange(name, args, session);
    } else if (name == "page.import_run") {
        answer = import(args, session);
    } else {
        answer = upload(name, args, session);
    }
    json::value all = std::move(answer);
    co_return all;
}

json::object PageWork::upload(std::string_view name, const json::object& args,
                              const PageSession& session) {
    if (name == "page.import_begin") {
        const std::string id =
            uploads_.begin(session.user, require_text(args, "name"), count_in(args, "size"));
        return {{"id", id}, {"piece_bytes", Uploads::piece_bytes_max}};
    }
    const std::string id = require_text(args, "id");
    if (name == "page.import_piece") {
        const sync::Bytes piece = from_base64(args, "bytes", Uploads::piece_bytes_max);
        return {{"have", uploads_.add(session.user, id, count_in(args, "offset"), piece)}};
    }
    uploads_.drop(session.user, id);
    return {{"dropped", true}};
}

/// The file goes to the same front as one that is named on the command line.
json::object PageWork::import(const json::object& args, const PageSession& session) {
    const Uploads::Whole whole = uploads_.whole(session.user, require_text(args, "id"));
    Errands::Order order{"appeal import", {}, session.user, lang_in(args), whole.bytes, whole.name};
    order.arguments.add("FILE", whole.name);
    order.arguments.add("--as", session.user);
    copy(args, {"mapping", "map", "type", "region", "channel", "sheet"}, order.arguments);
    if (const auto row = number_in(args, "header_row"); row && *row > 0) {
        order.arguments.add("--header-row", std::to_string(*row));
    }
    if (flag_in(args, "dry_run")) order.arguments.add("--dry-run", "");
    errands_.begin(std::move(order));
    return errands_.state(session.user);
}

json::object PageWork::exchange(std::string_view name, const json::object& args,
                                const PageSession& session) {
    const std::filesystem::path folder = folder_in(args);
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) {
        throw Failure{Error::missing_file, Detail::path, shown_path(folder)};
    }
    const bool out = name == "page.stick_export";
    Errands::Order order{
        out ? "bundle export" : "bundle import", {}, session.user, lang_in(args), nullptr, {}};
    order.arguments.add(out ? "--out" : "PATH", folder.string());
    order.arguments.add("--as", session.user);
    if (out) {
        if (program_ == Program::hub)
            order.arguments.add("--station", require_text(args, "station"));
        if (flag_in(args, "all")) order.arguments.add("--all", "");
        if (flag_in(args, "dry_run")) order.arguments.add("--dry-run", "");
    }
    errands_.begin(std::move(order));
    return errands_.state(session.user);
}

asio::awaitable<json::value> PageWork::sticks(json::object args) {
    json::array media;
    std::function<void()> look = [&] {
        within_boundary([&] {
            if (text_in(args, "path")) {
                media.push_back(look_at_folder(folder_in(args)));
                return;
            }
            for (const std::filesystem::path& one : mounted_media()) {
                try {
                    media.push_back(look_at_folder(one));
                } catch (const Failure&) {
                    continue;  // One that was pulled out meanwhile, or is somebody else's.
                }
            }
        });
    };
    co_await looking_.run(std::move(look));
    json::value answer = json::object{{"sticks", std::move(media)}};
    co_return answer;
}

/// One record, as a file of one row would add or change it.
asio::awaitable<json::value> PageWork::set_in_list(Found found, json::object args,
                                                   PageSession session) {
    json::object row{{"row", 1}, {"values", std::move(args.at("values"))}};
    json::array rows;
    rows.push_back(std::move(row));
    json::object import{{"entity", found.word}, {"rows", std::move(rows)}, {"as", session.user}};
    auto importing = desk_.run("reference.import_rows", std::move(import), {});
    json::object done = co_await std::move(importing);
    const json::array& refused = done.at("refused").as_array();
    if (!refused.empty()) throw of_row(refused.front().as_object());
    json::value answer = std::move(done);
    co_return answer;
}

}  // namespace jiuying::node
