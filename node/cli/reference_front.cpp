// region, unit, staff, category, delegation, catalogue: import (hub) and list; station list (hub).
#include "node/cli/bundle_front.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/cli/row_file.hpp"
#include "node/commands/failure_wire.hpp"
#include "schema/registry.hpp"

namespace jiuying::node {
namespace {

/// Names and Chinese labels of the fields that a file may fill.
std::vector<std::string_view> importable_fields(const schema::Entity& entity) {
    std::vector<std::string_view> names;
    for (const schema::Field& field : entity.fields) names.push_back(field.name);
    for (const schema::Field& field : entity.fields) names.push_back(field.zh);
    return names;
}

std::string counts_prose(const Desk& desk, const json::object& result) {
    std::string prose;
    const auto add = [&](std::string_view label, std::string_view key, std::string_view end) {
        prose.append(label).append(std::to_string(number_at(result, key))).append(end);
    };
    add(desk.pick("新增 ", "New: "), "imported", desk.pick(" 条，", "; "));
    add(desk.pick("更新 ", "changed: "), "updated", desk.pick(" 条，", "; "));
    add(desk.pick("没有变化 ", "as before: "), "skipped", desk.pick(" 条，", "; "));
    add(desk.pick("没有导入 ", "refused: "), "refused_total", desk.pick(" 条。\n", ".\n"));
    return prose + refused_prose(desk, array_at(result, "refused"));
}

int import(Desk& desk, const Arguments& arguments, const char* name) {
    const schema::Entity& entity = *schema::find_entity(schema::registry(), name);
    const auto fields = importable_fields(entity);
    RowFile file{desk, arguments.get("FILE"), {arguments.find("--map"), {}, {}, {}}, fields};
    const schema::Field& code = entity.fields.front();
    if (!file.fills(code.name) && !file.fills(code.zh)) {
        throw Failure{Error::import_unknown_column, Detail::field,
                      std::string{code.name}.append("/").append(code.zh)};
    }
    RefusedRows refused{desk.lang()};
    json::object result{{"imported", 0}, {"updated", 0}, {"skipped", 0}};
    const auto finish = [&] {
        result["refused_total"] = refused.count();
        result["refused"] = refused.take();
    };
    const auto take = [&](json::array rows, std::uint64_t) {
        const json::object done =
            desk.call("reference.import_rows", {{"entity", name}, {"rows", std::move(rows)}});
        add_counts(result, done);
        refused.add(array_at(done, "refused"), name);
    };
    try {
        file.read(take, refused);
    } catch (const Failure& failure) {
        finish();
        throw TellingFailure{failure, result};
    }
    finish();
    desk.answer(result, counts_prose(desk, result));
    if (number_at(result, "refused_total") == 0) return exit_code::ok;
    return desk.remark(Error::import_rows_refused);
}

int list(Desk& desk, const Arguments& arguments, const char* name) {
    json::object args{{"entity", name}};
    if (const auto limit = arguments.number("--limit")) args["limit"] = *limit;
    const json::object answer = desk.call("reference.list", std::move(args));
    std::string prose;
    for (const json::value& item : array_at(answer, "records")) {
        const json::object& record = item.as_object();
        prose.append(padded(printable(text_at(record, "code")), 16));
        prose.append(padded(printable(text_at(record, "name")), 36));
        for (const auto& member : record) {
            const std::string_view key = member.key();
            if (key == "code" || key == "name" || key == "scope" || key == "node") continue;
            prose.append("  ").append(field_label(desk.lang(), name, key)).append(" ");
            prose.append(shown_value(desk.lang(), key, member.value(), true));
        }
        prose += "\n";
    }
    prose.append(desk.pick("共 ", "Total "))
        .append(std::to_string(number_at(answer, "total")))
        .append(desk.pick(" 条\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

// A command is a plain function, so each entity has its own.
template <const char* const& Name>
int import_of(Desk& desk, const Arguments& arguments) {
    return import(desk, arguments, Name);
}
template <const char* const& Name>
int list_of(Desk& desk, const Arguments& arguments) {
    return list(desk, arguments, Name);
}

constexpr const char* region = "region";
constexpr const char* unit = "unit";
constexpr const char* staff = "staff";
constexpr const char* category = "category";
constexpr const char* delegation = "delegation";
constexpr const char* dispatch_rule = "dispatch_rule";

/// Version, room and backlog, as far as the station has told them.
std::string machine_prose(Desk& desk, const json::object& station) {
    std::string prose;
    const json::value& backlog = station.at("backlog");
    if (!backlog.is_null() && number_at(station, "backlog") != 0) {
        prose.append(desk.pick("，待送 ", ", waiting "))
            .append(std::to_string(number_at(station, "backlog")));
    }
    const std::string version = text_at(station, "version");
    if (!version.empty())
        prose.append(desk.pick("，版本 ", ", version ")).append(printable(version));
    if (!station.at("disk_total").is_null()) {
        constexpr std::int64_t gib = std::int64_t{1} << 30U;
        const auto in_gib = [&](const char* name) {
            const std::int64_t tenths = number_at(station, name) / (gib / 10);
            return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
        };
        prose.append(desk.pick("，磁盘剩 ", ", disk "))
            .append(in_gib("disk_free"))
            .append(desk.pick(" GiB（共 ", " GiB free of "))
            .append(in_gib("disk_total"))
            .append(desk.pick("）", ""));
    }
    return prose;
}

int list_stations(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("station.list");
    std::string prose;
    for (const json::value& item : array_at(answer, "stations")) {
        const json::object& station = item.as_object();
        const std::string contact = text_at(station, "last_contact");
        prose.append(padded(text_at(station, "code"), 14));
        prose.append(padded(printable(text_at(station, "name")), 36));
        const std::string status = text_at(station, "status");
        const bool zh = desk.lang() == Lang::zh;
        prose.append(padded(!zh                   ? status
                            : status == "invited" ? "已邀请"
                            : status == "active"  ? "在用"
                            : status == "retired" ? "已退役"
                                                  : "已停用",
                            10));
        prose.append(desk.pick("最近联系 ", "last contact "));
        prose.append(contact.empty() ? std::string{desk.pick("从未", "never")}
                                     : short_time(contact));
        const std::string stick = text_at(station, "last_stick");
        if (!stick.empty()) {
            prose.append(desk.pick("，U 盘 ", ", by stick ")).append(short_time(stick));
        }
        prose.append(machine_prose(desk, station)).append("\n");
        prose.append(missing_prose(desk, array_at(station, "missing")));
    }
    prose.append(desk.pick("共 ", "Total "))
        .append(std::to_string(number_at(answer, "total")))
        .append(desk.pick(" 个站点\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

}  // namespace

CommandSpecs reference_commands(Program program) {
    struct Kind {
        const char* name;  ///< Of the commands.
        Wording list_about;
        int (*import)(Desk&, const Arguments&);
        int (*list)(Desk&, const Arguments&);
    };
    static constexpr Kind kinds[] = {
        {region, {"区划一览", "list regions"}, import_of<region>, list_of<region>},
        {unit, {"承办单位一览", "list units"}, import_of<unit>, list_of<unit>},
        {staff, {"工作人员一览", "list staff"}, import_of<staff>, list_of<staff>},
        {category, {"分类一览", "list categories"}, import_of<category>, list_of<category>},
        {delegation,
         {"就地办结授权一览：哪个单位可就地办结哪些分类", "which unit may close what on the spot"},
         import_of<delegation>,
         list_of<delegation>},
        {"catalogue",
         {"派单目录一览：哪类诉求在哪里归哪个单位", "the dispatch catalogue"},
         import_of<dispatch_rule>,
         list_of<dispatch_rule>},
    };
    static constexpr Wording import_about{
        "从文件(CSV、XLSX、JSON)导入，按代码新增或更新，随同步下发到各站",
        "import a file (CSV, XLSX, JSON): add or update by code, sent to stations"};
    CommandSpecs specs;
    for (const Kind& kind : kinds) {
        const std::string noun = kind.name;
        if (program == Program::hub) {
            specs.push_back({noun + " import",
                             import_about,
                             {required_option("FILE", "FILE", "文件", "the file"),
                              option("--map", "FIELD=COLUMN,…", "字段取自哪一列",
                                     "which column fills which field")},
                             kind.import});
        }
        specs.push_back({noun + " list",
                         kind.list_about,
                         {option("--limit", "N", "最多列出几条", "at most so many")},
                         kind.list});
    }
    if (program == Program::hub) {
        specs.push_back({"station list",
                         {"站点一览：登记情况和最近联系", "stations: enrolment and last contact"},
                         {},
                         list_stations});
    }
    return specs;
}

}  // namespace jiuying::node
