// appeal act: many steps from a file or stdin.
#include "node/base/files.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/order_verbs.hpp"
#include "node/cli/paper.hpp"
#include "schema/workflow_event.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

constexpr std::size_t file_bytes_max = 64U << 20U;
constexpr std::size_t rows_at_once = 500;

std::string read_all(const std::string& from) {
    const std::string path = from == "-" ? "/dev/stdin" : from;
    try {
        const sync::Bytes bytes = read_file(path, file_bytes_max);
        return std::string{sync::as_text(bytes)};
    } catch (const std::filesystem::filesystem_error& error) {
        if (error.code() == std::errc::file_too_large) {
            throw Failure{Error::bad_json_input, Detail::limit, "64 MiB"};
        }
        throw Failure{Error::missing_file, Detail::path, from};
    }
}

/// An array, or one object a line. What is no JSON stays a row of its own, to be refused by number.
json::array rows_in(const std::string& text) {
    json::error_code error;
    const std::size_t begin = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (begin == std::string::npos) return {};
    if (text[begin] == '[') {
        json::value whole = json::parse(std::string_view{text}.substr(begin), error);
        if (error || !whole.is_array()) throw Failure{Error::bad_json_input};
        return std::move(whole.get_array());
    }
    json::array rows;
    for (std::size_t at = begin; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view{text}.substr(at, end - at);
        at = end + 1;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        json::value row = json::parse(line, error);
        rows.push_back(error ? json::value(nullptr) : std::move(row));
    }
    return rows;
}

/// People and scripts name a step by its verb, `dispatch`, or by the event, `dispatched`.
void name_the_kind(json::value& row) {
    json::object* act = row.if_object();
    const json::value* verb = act == nullptr ? nullptr : act->if_contains("verb");
    if (verb == nullptr || !verb->is_string()) return;
    const std::string_view name = verb->get_string();
    const auto found = std::ranges::find(order_verbs(), name, &OrderVerb::name);
    std::string kind{found == order_verbs().end() ? name : schema::name_of(found->kind)};
    act->erase("verb");
    act->insert_or_assign("kind", kind);
}

/// `at` is what the option is called.
void name_the_time(json::value& row) {
    json::object* act = row.if_object();
    json::value* at = act == nullptr ? nullptr : act->if_contains("at");
    if (at == nullptr) return;
    json::value told = std::move(*at);
    act->erase("at");
    act->insert_or_assign("happened_at", std::move(told));
}

json::array with_reasons(const Desk& desk, const json::array& refused) {
    json::array all;
    for (const json::value& item : refused) {
        json::object row = item.as_object();
        const schema::GuardText* guard = guard_named(text_at(row, "guard"));
        if (guard != nullptr) {
            row["reason"] = desk.pick(guard->what_zh, guard->what_en);
        } else {
            for (const ErrorEntry& entry : error_catalogue()) {
                if (entry.code == text_at(row, "code")) row["reason"] = entry.what.in(desk.lang());
            }
        }
        all.push_back(std::move(row));
    }
    return all;
}

int act_many(Desk& desk, const Arguments& arguments) {
    json::array rows = rows_in(read_all(arguments.get("--from")));
    std::int64_t done = 0;
    json::array refused;
    for (std::size_t begin = 0; begin < rows.size(); begin += rows_at_once) {
        json::array chunk;
        for (std::size_t at = begin; at < std::min(begin + rows_at_once, rows.size()); ++at) {
            name_the_kind(rows[at]);
            name_the_time(rows[at]);
            chunk.push_back(json::object{{"row", at + 1}, {"act", std::move(rows[at])}});
        }
        const json::object answer = desk.call("order.act_many", {{"rows", std::move(chunk)}});
        done += number_at(answer, "done");
        for (json::value& row : with_reasons(desk, array_at(answer, "refused"))) {
            refused.push_back(std::move(row));
        }
        desk.tell("durable: row " + std::to_string(std::min(begin + rows_at_once, rows.size())));
    }
    std::string prose{desk.pick("已保存 ", "Saved: ")};
    prose.append(std::to_string(done)).append(desk.pick(" 步，没有保存 ", "; refused: "));
    prose.append(std::to_string(refused.size())).append(desk.pick(" 步。\n", ".\n"));
    constexpr std::size_t shown_max = 20;
    for (std::size_t i = 0; i < std::min(refused.size(), shown_max); ++i) {
        const json::object& row = refused[i].as_object();
        prose.append(desk.pick("  第 ", "  row ")).append(std::to_string(number_at(row, "row")));
        prose.append(desk.pick(" 行 ", " ")).append(text_at(row, "code")).append(" ");
        prose.append(text_at(row, "reason")).append("\n");
    }
    const bool all = refused.empty();
    json::object answer{{"done", done}, {"refused_total", refused.size()}};
    answer["refused"] = std::move(refused);
    desk.answer(answer, prose);
    return all ? exit_code::ok : desk.remark(Error::acts_refused);
}

}  // namespace

CommandSpec order_batch_command() {
    return {"appeal act",
            {"补录：把许多步骤一次写进去", "write down many steps at once, afterwards"},
            {required_option("--from", "-|FILE",
                             "JSON 数组，或每行一个 JSON："
                             "{\"id\",\"verb\",\"as\",\"at\",字段:值}",
                             "a JSON array, or one object a line: "
                             "{\"id\", \"verb\", \"as\", \"at\", field: value}")},
            act_many};
}

}  // namespace jiuying::node
