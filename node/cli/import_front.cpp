// appeal import: a file becomes appeals, batch by durable batch.
#include "node/cli/fronts.hpp"
#include "node/cli/row_file.hpp"
#include "node/commands/failure_wire.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"

namespace jiuying::node {
namespace {

using schema::EntityId;

std::vector<std::string_view> importable_fields(Program program) {
    std::vector<std::string_view> names;
    const schema::Entity& entity = entity_of(EntityId::appeal);
    const auto other = program == Program::hub ? schema::Writer::station : schema::Writer::hub;
    for (const schema::Field& field : entity.fields) {
        if (is_filled_in(entity, field) && field.writer != other) names.push_back(field.name);
    }
    names.push_back("registered_at");  // Of what was taken down elsewhere before.
    names.push_back("meeting");
    names.push_back("enterprise");
    return names;
}

/// One run of the command.
class AppealImport {
public:
    AppealImport(Desk& desk, const Arguments& arguments)
        : desk_(desk), dry_run_(arguments.has("--dry-run")), refused_(desk.lang()) {
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
        if (dry_run_) result["dry_run"] = true;
        return result;
    }

    /// Makes the new appeals quick to find; a search looks at them before that, too.
    void index() {
        if (dry_run_ || number_at(counts_, "imported") == 0) return;
        while (flag_at(desk_.call("index"), "more")) {
        }
    }

private:
    void send(json::array rows, std::uint64_t last) {
        const json::object done =
            desk_.call("appeal.import_rows",
                       {{"rows", std::move(rows)}, {"defaults", defaults_}, {"dry_run", dry_run_}});
        add_counts(counts_, done);
        refused_.add(array_at(done, "refused"), "appeal");
        // Said only now: whoever reads this line may delete the row from the file.
        if (!dry_run_) desk_.tell("durable: row " + std::to_string(last));
    }

    Desk& desk_;
    bool dry_run_;
    json::object defaults_;
    json::object counts_{{"imported", 0}, {"skipped", 0}};
    RefusedRows refused_;
};

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
    return prose + refused_prose(desk, array_at(result, "refused"));
}

int import(Desk& desk, const Arguments& arguments) {
    const auto fields = importable_fields(desk.program());
    RowFile file{desk, arguments.get("FILE"), arguments.find("--map"), fields};
    AppealImport run{desk, arguments};
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

}  // namespace

CommandSpec appeal_import_command(Program) {
    return {"appeal import",
            {"从 CSV 文件导入诉求(UTF-8，可以是 .gz)", "import appeals from CSV (UTF-8, also .gz)"},
            {required_option("FILE", "FILE", "CSV 文件", "the CSV file"),
             option("--map", "FIELD=COLUMN,…", "字段取自哪一列；不写则按列名对应",
                    "which column fills which field; without it, by name"),
             option("--type", "TYPE", "没有类型时用这个类型", "the type where a row has none"),
             option("--channel", "NAME", "没有渠道时用这个渠道(默认 import)",
                    "the channel where a row has none (import)"),
             option("--region", "CODE", "没有区划时用这个区划", "the region where a row has none"),
             option("--dry-run", "", "只检查，不写入", "check only, write nothing")},
            import};
}

}  // namespace jiuying::node
