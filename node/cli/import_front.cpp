// appeal import, intake, mapping save: a file becomes appeals, batch by durable batch.
#include "node/base/files.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/cli/row_file.hpp"
#include "node/commands/appeal_draft.hpp"
#include "node/commands/failure_wire.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"

#include <algorithm>
#include <map>

namespace jiuying::node {
namespace {

constexpr std::size_t known_listed_max = 1000;
constexpr std::size_t preview_rows = 5;
constexpr std::size_t mapping_bytes_max = 1U << 20U;

std::vector<std::string_view> fields_for(const Desk& desk) {
    return importable_fields(desk.program() == Program::hub);
}

ImportMapping read_mapping(const Desk& desk, const json::object& document) {
    auto read = mapping_from_json(document, fields_for(desk));
    if (const auto* fault = std::get_if<MappingError>(&read)) {
        throw Failure{Error::bad_mapping, Detail::reason, fault->text(desk.lang())};
    }
    return std::get<ImportMapping>(std::move(read));
}

/// The saved or built-in mapping of that name, if it is in use.
ImportMapping saved_mapping(Desk& desk, const std::string& name) {
    json::object document = desk.call("mapping.show", {{"name", name}});
    if (!flag_at(document, "active")) throw Failure{Error::unknown_mapping};
    document.erase("active");
    document.erase("built_in");
    return read_mapping(desk, document);
}

ImportMapping mapping_in_file(const Desk& desk, const std::string& path) {
    sync::Bytes bytes;
    try {
        bytes = read_file(path, mapping_bytes_max);
    } catch (const std::filesystem::filesystem_error&) {
        throw Failure{Error::missing_file, Detail::path, path};
    }
    json::error_code error;
    const json::value document = json::parse(sync::as_text(bytes), error);
    if (error || !document.is_object()) throw Failure{Error::bad_mapping, Detail::path, path};
    return read_mapping(desk, document.get_object());
}

RowFileManner manner_in(Desk& desk, const Arguments& arguments) {
    RowFileManner manner;
    manner.map = arguments.find("--map");
    if (arguments.has("--mapping") && arguments.has("--mapping-file")) {
        throw Failure{Error::options_exclude, Detail::option, "--mapping, --mapping-file"};
    }
    if (const auto name = arguments.find("--mapping")) {
        manner.mapping = saved_mapping(desk, *name);
    } else if (const auto path = arguments.find("--mapping-file")) {
        manner.mapping = mapping_in_file(desk, *path);
    }
    if (const auto format = arguments.find("--format")) {
        manner.format = row_format(*format);
        if (!manner.format) throw Failure{Error::bad_value, Detail::option, "--format"};
    }
    manner.sheet.name = arguments.get("--sheet");
    manner.labels = "appeal";
    constexpr std::int64_t header_max = 1000;
    const std::int64_t header = arguments.number("--header-row", 1).value_or(0);
    if (header > header_max) throw Failure{Error::bad_value, Detail::option, "--header-row"};
    manner.sheet.header = static_cast<std::uint32_t>(header);
    return manner;
}

/// One run of the command.
class AppealImport {
public:
    AppealImport(Desk& desk, const Arguments& arguments, const RowFileManner& manner, bool details)
        : desk_(desk),
          dry_run_(arguments.has("--dry-run")),
          details_(details),
          refused_(desk.lang()) {
        if (manner.mapping) {
            for (const MappedField& constant : manner.mapping->constants) {
                defaults_[constant.field] = constant.column;
            }
            if (!manner.mapping->channel.empty()) defaults_["channel"] = manner.mapping->channel;
        }
        for (const char* name : {"type", "channel", "region"}) {
            if (const auto given = arguments.find(std::string{"--"} + name)) {
                defaults_[name] = *given;
            }
        }
    }

    void run(RowFile& file) {
        file.read([&](json::array rows, std::uint64_t last) { send(std::move(rows), last); },
                  refused_);
    }

    json::object result() {
        json::object result = counts_;
        result["refused_total"] = refused_.count();
        result["refused"] = refused_.take();
        result["known"] = std::move(known_);
        if (details_) result["made"] = std::move(made_);
        if (dry_run_) result["preview"] = std::move(preview_);
        if (dry_run_) result["dry_run"] = true;
        return result;
    }

    /// The channel's number of a row, for the answer to the channel.
    [[nodiscard]] std::string number_of(std::int64_t row) const {
        const auto at = numbers_.find(row);
        return at == numbers_.end() ? std::string{} : at->second;
    }

    /// Makes the new appeals quick to find; a search looks at them before that, too.
    void index() {
        if (dry_run_ || number_at(counts_, "imported") == 0) return;
        while (flag_at(desk_.call("index"), "more")) {
        }
    }

private:
    void send(json::array rows, std::uint64_t last) {
        if (details_) remember(rows);
        json::object args{{"rows", std::move(rows)},
                          {"defaults", defaults_},
                          {"dry_run", dry_run_},
                          {"details", details_}};
        const std::size_t listed = details_ ? RefusedRows::listed_max : known_listed_max;
        args["known_max"] = static_cast<std::int64_t>(listed - std::min(listed, known_.size()));
        args["preview"] = static_cast<std::int64_t>(dry_run_ ? preview_rows - preview_.size() : 0);
        const json::object done = desk_.call("appeal.import_rows", std::move(args));
        add_counts(counts_, done);
        refused_.add(array_at(done, "refused"), "appeal");
        for (const json::value& row : array_at(done, "known")) known_.push_back(row);
        for (const json::value& row : array_at(done, "made")) made_.push_back(row);
        for (const json::value& row : array_at(done, "preview"))
            preview_.push_back(masked_row(row));
        // Said only now: whoever reads this line may delete the row from the file.
        if (!dry_run_) desk_.tell("durable: row " + std::to_string(last));
    }

    void remember(const json::array& rows) {
        for (const json::value& row : rows) {
            numbers_[number_at(row.as_object(), "row")] =
                text_at(row.at("values").as_object(), "ext_no");
        }
    }

    static json::object masked_row(const json::value& row) {
        json::object values;
        for (const auto& member : row.at("values").as_object()) {
            const json::string* text = member.value().if_string();
            // A region's code is as long as a telephone.
            const bool plain = member.key() == "region" || text == nullptr;
            values[member.key()] =
                plain ? member.value() : json::value(masked(member.key(), masked_numbers(*text)));
        }
        return {{"row", row.at("row")}, {"values", std::move(values)}};
    }

    Desk& desk_;
    bool dry_run_;
    bool details_;
    json::object defaults_;
    json::object counts_{{"imported", 0}, {"skipped", 0}};
    json::array known_;
    json::array made_;
    json::array preview_;
    std::map<std::int64_t, std::string> numbers_;
    RefusedRows refused_;
};

std::string preview_prose(const Desk& desk, const json::object& result) {
    std::string prose;
    for (const json::value& item : array_at(result, "preview")) {
        const json::object& row = item.get_object();
        prose.append(desk.pick("  第 ", "  row "))
            .append(std::to_string(number_at(row, "row")))
            .append(desk.pick(" 行将记为：", " would be: "));
        std::string_view between;
        for (const auto& member : row.at("values").as_object()) {
            prose.append(between)
                .append(field_label(desk.lang(), "appeal", member.key()))
                .append("=")
                .append(
                    shortened(shown_value(desk.lang(), member.key(), member.value(), true), 40));
            between = desk.pick("；", "; ");
        }
        prose += "\n";
    }
    return prose;
}

std::string prose_of(const Desk& desk, const json::object& result) {
    std::string prose{flag_at(result, "dry_run") ? desk.pick("试运行，没有写入。可以导入 ",
                                                             "Dry run, nothing written. Good: ")
                                                 : desk.pick("导入 ", "Imported: ")};
    prose.append(std::to_string(number_at(result, "imported")))
        .append(desk.pick(" 条，已有而跳过 ", "; known already: "))
        .append(std::to_string(number_at(result, "skipped")))
        .append(desk.pick(" 条，没有导入 ", "; refused: "))
        .append(std::to_string(number_at(result, "refused_total")))
        .append(desk.pick(" 条。\n", ".\n"));
    return prose + preview_prose(desk, result) + refused_prose(desk, array_at(result, "refused"));
}

int import(Desk& desk, const Arguments& arguments) {
    const RowFileManner manner = manner_in(desk, arguments);
    RowFile file{desk, arguments.get("FILE"), manner, fields_for(desk)};
    AppealImport run{desk, arguments, manner, false};
    try {
        run.run(file);
    } catch (const Failure& failure) {
        // What was imported before stays; whoever reads the error learns how much that is.
        throw TellingFailure{failure, run.result()};
    }
    run.index();
    const json::object result = run.result();
    desk.answer(result, prose_of(desk, result));
    if (number_at(result, "refused_total") == 0) return exit_code::ok;
    return desk.remark(Error::import_rows_refused);
}

/// The answer to the mini-program: docs/reference/mini-program.md.
json::object contract_answer(const AppealImport& run, const json::object& result) {
    const auto entries = [&](std::string_view key) {
        json::array all;
        for (const json::value& item : array_at(result, key)) {
            const json::object& row = item.get_object();
            json::object entry{{"request_no", text_at(row, "ext_no")},
                               {"number", text_at(row, "number")}};
            const std::string code = text_at(row, "query_code");
            if (!code.empty()) entry["query_code"] = code;
            all.push_back(std::move(entry));
        }
        return all;
    };
    json::array refused;
    for (const json::value& item : array_at(result, "refused")) {
        const json::object& row = item.get_object();
        json::object entry{{"row", row.at("row")},
                           {"reason", text_at(row, "reason")},
                           {"code", text_at(row, "code")}};
        const std::string number = run.number_of(number_at(row, "row"));
        if (!number.empty()) entry["request_no"] = number;
        refused.push_back(std::move(entry));
    }
    return {{"contract", "mini-program/1"},
            {"accepted", entries("made")},
            {"known", entries("known")},
            {"refused", std::move(refused)}};
}

int intake(Desk& desk, const Arguments& arguments) {
    RowFileManner manner;
    manner.mapping = *built_in_mapping("mini_program");
    manner.format = RowFormat::json;
    RowFile file{desk, arguments.get("FILE"), manner, fields_for(desk)};
    AppealImport run{desk, arguments, manner, true};
    std::optional<Failure> broken;
    try {
        run.run(file);
    } catch (const Failure& failure) {
        broken = failure;
    }
    run.index();
    const json::object result = run.result();
    const json::object answer = contract_answer(run, result);
    // The answer is written also where the file broke off: the rows before it are registered.
    if (const auto out = arguments.find("--out")) {
        try {
            atomic_write(*out, json::serialize(answer) + "\n", 0600);
        } catch (const std::filesystem::filesystem_error&) {
            throw TellingFailure{Failure{Error::cannot_write_file, Detail::path, *out}, answer};
        }
    }
    if (broken) throw TellingFailure{*broken, answer};
    desk.answer(answer, prose_of(desk, result));
    if (number_at(result, "refused_total") == 0) return exit_code::ok;
    return desk.remark(Error::import_rows_refused);
}

/// What the options say, over what the file says.
int save_mapping(Desk& desk, const Arguments& arguments) {
    ImportMapping mapping;
    const auto fields = fields_for(desk);
    const auto refuse = [&](const MappingError& fault, const char* option_name) {
        throw of_mapping(fault, desk.lang(), option_name);
    };
    if (const auto path = arguments.find("--mapping-file")) mapping = mapping_in_file(desk, *path);
    mapping.name = arguments.get("NAME");
    if (const auto format = arguments.find("--format")) mapping.format = *format;
    if (const auto channel = arguments.find("--channel")) mapping.channel = *channel;
    if (const auto sheet = arguments.find("--sheet")) mapping.sheet = *sheet;
    if (const auto row = arguments.number("--header-row", 1)) {
        mapping.header_row = static_cast<std::uint32_t>(std::min<std::int64_t>(*row, 1001));
    }
    if (const auto map = arguments.find("--map")) {
        auto parsed = parse_mapping(*map, fields);
        if (const auto* fault = std::get_if<MappingError>(&parsed)) refuse(*fault, "--map");
        mapping.columns = std::get<Mapping>(std::move(parsed));
    }
    for (const std::string& text : arguments.all("--value")) {
        auto parsed = parse_value_word(text, fields);
        if (const auto* fault = std::get_if<MappingError>(&parsed)) refuse(*fault, "--value");
        mapping.values.push_back(std::get<ValueWord>(std::move(parsed)));
    }
    for (const std::string& text : arguments.all("--const")) {
        auto parsed = parse_mapping(text, fields);
        if (const auto* fault = std::get_if<MappingError>(&parsed)) refuse(*fault, "--const");
        for (MappedField& one : std::get<Mapping>(parsed)) mapping.constants.push_back(one);
    }
    if (mapping.columns.empty()) throw Failure{Error::missing_option, Detail::option, "--map"};
    if (mapping.channel.empty()) throw Failure{Error::missing_option, Detail::option, "--channel"};
    const json::object done = desk.call("mapping.save", {{"mapping", to_json(mapping)}});
    std::string prose{flag_at(done, "changed") ? desk.pick("已保存：", "Saved: ")
                                               : desk.pick("和原来一样：", "As before: ")};
    desk.answer(done, prose + printable(text_at(done, "name")) + "\n");
    return exit_code::ok;
}

}  // namespace

CommandSpec appeal_import_command(Program) {
    return {"appeal import",
            {"从文件导入诉求(CSV、XLSX、JSON，可以是 .gz)",
             "import appeals from CSV, XLSX or JSON (also .gz)"},
            {required_option("FILE", "FILE", "文件", "the file"),
             option("--map", "FIELD=COLUMN,…", "字段取自哪一列；不写则按列名对应",
                    "which column fills which field; without it, by name"),
             option("--mapping", "NAME", "用保存的导入对应(见 mapping list)",
                    "use a saved mapping (see mapping list)"),
             option("--mapping-file", "FILE", "用文件里的导入对应(JSON)",
                    "use the mapping in a file (JSON)"),
             option("--format", "csv|xlsx|json", "文件格式(默认按内容认)",
                    "the format (told by the content)"),
             option("--sheet", "NAME", "XLSX 的哪张工作表(默认第一张)",
                    "the sheet of a workbook (the first)"),
             option("--header-row", "N", "XLSX 的列名在第几行(默认第一个有内容的行)",
                    "the row of a sheet that names the columns (the first with content)"),
             option("--type", "TYPE", "没有类型时用这个类型", "the type where a row has none"),
             option("--channel", "NAME", "没有渠道时用这个渠道(默认 import)",
                    "the channel where a row has none (import)"),
             option("--region", "CODE", "没有区划时用这个区划", "the region where a row has none"),
             option("--dry-run", "", "只检查并预览，不写入", "check and preview, write nothing")},
            import};
}

CommandSpec intake_command() {
    return {"intake",
            {"接收小程序的诉求文件，登记并回执", "take a file of the mini-program and answer it"},
            {required_option("FILE", "FILE", "小程序送来的 JSON 文件", "the JSON file"),
             option("--out", "FILE", "回执写到哪里(编号和查询码，只给小程序)",
                    "where the answer goes (numbers and query codes, for the mini-program only)"),
             option("--dry-run", "", "只检查，不写入", "check only, write nothing")},
            intake};
}

CommandSpec mapping_save_command() {
    OptionSpec value = option("--value", "FIELD:THEIRS=OURS", "文件里的词是什么意思，可写多次",
                              "what a word of the file means; may be repeated");
    value.many = true;
    OptionSpec constant = option("--const", "FIELD=VALUE", "没有时固定用这个值，可写多次",
                                 "a value where a row has none; may be repeated");
    constant.many = true;
    return {
        "mapping save",
        {"保存一种文件的导入对应，随同步下发到各站", "save how a kind of file is read"},
        {required_option("NAME", "NAME", "名称", "its name"),
         option("--format", "csv|xlsx|json", "文件格式", "the format"),
         option("--channel", "CODE", "渠道", "the channel"),
         option("--map", "FIELD=COLUMN,…", "字段取自哪一列", "which column fills which field"),
         value, constant, option("--sheet", "NAME", "XLSX 的哪张工作表", "the sheet"),
         option("--header-row", "N", "XLSX 的列名在第几行", "the row with the names"),
         option("--mapping-file", "FILE", "都写在一个 JSON 文件里", "all of it, in a JSON file")},
        save_mapping};
}

}  // namespace jiuying::node
