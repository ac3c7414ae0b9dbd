#include "node/cli/bundle_front.hpp"

#include "node/bundle/stick_reader.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

#include <cerrno>

namespace jiuying::node {
namespace {

int carried(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto id = arguments.find("--drop")) args["drop"] = *id;
    const json::object answer = desk.call("bundle.carried", std::move(args));
    std::string prose;
    if (arguments.has("--drop")) {
        prose.append(desk.pick("已清掉 ", "Dropped: "))
            .append(std::to_string(number_at(answer, "dropped")))
            .append(desk.pick(" 个文件。\n", " files.\n"));
    }
    for (const json::value& one : array_at(answer, "carried")) {
        const json::object& file = one.as_object();
        prose.append(text_at(file, "bundle"))
            .append(desk.pick("  给 ", "  for "))
            .append(padded(text_at(file, "for"), 12))
            .append(desk.pick("来自 ", "from "))
            .append(padded(text_at(file, "from"), 12))
            .append(std::to_string(number_at(file, "bytes")))
            .append(desk.pick(" 字节\n", " bytes\n"));
    }
    if (array_at(answer, "carried").empty()) {
        prose.append(desk.pick("没有代转的交换包。\n", "Nothing is carried.\n"));
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

}  // namespace

void rethrow_of_stick(const std::filesystem::filesystem_error& error) {
    const std::string path = shown_path(error.path1());
    switch (error.code().value()) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG: throw Failure{Error::stick_full, Detail::path, path};
        case ENOENT:
        case ENOTDIR: throw Failure{Error::missing_file, Detail::path, path};
        case EACCES:
        case EPERM:
        case EROFS: throw Failure{Error::no_permission, Detail::path, path};
        case ELOOP:
        case ENAMETOOLONG: throw Failure{Error::not_a_plain_file, Detail::path, path};
        default: break;
    }
    throw Failure{Error::stick_gone, Detail::path, path}.with(Detail::reason,
                                                              error.code().message());
}

std::string missing_prose(const Desk& desk, const json::array& missing) {
    std::string prose;
    for (const json::value& value : missing) {
        const json::object& one = value.as_object();
        prose.append(desk.pick("还缺：", "Missing: "))
            .append(printable(text_at(one, "station")))
            .append("  ")
            .append(text_at(one, "log"))
            .append(desk.pick("  第 ", "  "))
            .append(std::to_string(number_at(one, "first")))
            .append("-")
            .append(std::to_string(number_at(one, "last")))
            .append(desk.pick(" 笔\n", "\n"));
    }
    return prose;
}

CommandSpecs bundle_commands(Program program) {
    return {bundle_export_command(program),
            bundle_import_command(program),
            {"bundle carried",
             {"看代别人转送的交换包", "what is carried on for others"},
             {option("--drop", "ID", "清掉送到了的(编号，或 all)",
                     "drop one that was delivered (its id, or all)")},
             carried}};
}

}  // namespace jiuying::node
