// bundle import, bundle carried: what came on a stick.
#include "node/bundle/stick_reader.hpp"
#include "node/cli/bundle_front.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/bundle_words.hpp"
#include "node/commands/failure_wire.hpp"

#include <algorithm>
#include <cerrno>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t refused_listed_max = 1000;
constexpr std::size_t items_at_once = 256;

/// A head or a manifest, where it was found.
struct Ends {
    std::vector<sync::Bytes> heads;  ///< Those that parse; the front one first.
    sync::BundleHeader header;       ///< Of the first of them.
};

Failure of_header(Errc why) {
    switch (why) {
        case Errc::malformed: return Failure{Error::bundle_not_one};
        case Errc::unsupported: return Failure{Error::bundle_newer};
        default: return Failure{Error::bundle_damaged};
    }
}

Ends ends_of(const StickFile& file) {
    Ends ends;
    Result<sync::BundleHeader> front = Errc::truncated;
    for (const bool at_front : {true, false}) {
        if (!at_front && file.size() < 2 * sync::bundle_head_size) continue;
        sync::Bytes head =
            file.read(at_front ? 0 : file.size() - sync::bundle_head_size, sync::bundle_head_size);
        const auto header = sync::parse_bundle_header(head);
        if (at_front) front = header;
        if (!header || head.size() < sync::bundle_head_size) continue;
        const bool twice = !ends.heads.empty() && ends.heads.front() == head;
        if (twice) continue;
        if (ends.heads.empty()) ends.header = *header;
        ends.heads.push_back(std::move(head));
    }
    if (ends.heads.empty()) throw of_header(front ? Errc::truncated : front.error());
    return ends;
}

/// One file on its way in.
class BundleFile {
public:
    BundleFile(Desk& desk, const fs::path& path, bool take_retired)
        : desk_(desk), file_(path), ends_(ends_of(file_)), take_retired_(take_retired) {}

    /// Throws what hinders all of it; \p result is added to before.
    void import(json::object& result) {
        try {
            open();
        } catch (const Failure& failure) {
            if (failure.error() != Error::bundle_not_for_us) throw;
            return carry(result);
        }
        take(result);
    }

private:
    /// Either copy of the head with either copy of the manifest.
    void open() {
        for (const sync::Bytes& head : ends_.heads) {
            const auto header = sync::parse_bundle_header(head);
            const std::uint64_t front = sync::bundle_head_size;
            const std::uint64_t back = front + header->manifest_size + header->items_size;
            for (const std::uint64_t at : {front, back}) {
                const sync::Bytes manifest = file_.read(at, header->manifest_size);
                if (manifest.size() < header->manifest_size) continue;
                try {
                    head_ = to_base64(head);
                    manifest_ = to_base64(manifest);
                    opened_ = desk_.call("bundle.open", words());
                    items_at_ = front + header->manifest_size;
                    ends_.header = *header;
                    return;
                } catch (const Failure& failure) {
                    if (failure.error() != Error::bundle_damaged) throw;
                }
            }
        }
        // Even without a manifest the head tells whose it is; else this says that it is damaged.
        (void)desk_.call("bundle.open",
                         {{"head", to_base64(ends_.heads.front())}, {"manifest", ""}});
    }

    [[nodiscard]] json::object words() const {
        return {{"head", head_}, {"manifest", manifest_}, {"take_retired", take_retired_}};
    }

    void take(json::object& result) {
        const json::array& sizes = array_at(opened_, "sizes");
        std::uint64_t at = items_at_;
        json::array batch;
        std::size_t bytes = 0;
        std::optional<Failure> broken;
        const auto send = [&] {
            if (batch.empty()) return;
            json::object asked = words();
            asked["items"] = std::exchange(batch, {});
            const json::object done = desk_.call("bundle.take", asked);
            bytes = 0;
            for (const json::value& one : array_at(done, "results")) note(result, one.as_object());
        };
        for (std::size_t i = 0; i < sizes.size() && !broken; ++i) {
            const auto size = static_cast<std::size_t>(sizes[i].to_number<std::int64_t>()) +
                              sync::bundle_item_overhead;
            try {
                const sync::Bytes sealed = at_stick([&] { return file_.read(at, size); });
                at += size;
                if (sealed.size() < size) continue;  // Beyond the end of a file that was cut.
                batch.push_back(json::object{{"index", i}, {"bytes", to_base64(sealed)}});
                bytes += size;
            } catch (const Failure& failure) {
                broken = failure;
            }
            if (bytes >= piece_bytes || batch.size() == items_at_once) send();
        }
        send();
        const json::object closed = desk_.call("bundle.close", words());
        for (const json::value& gap : array_at(closed, "missing")) {
            json::array& missing = result["missing"].as_array();
            if (std::ranges::find(missing, gap) == missing.end()) missing.push_back(gap);
        }
        add_file(result, "imported", text_at(opened_, "from"));
        if (broken) throw TellingFailure{*broken, result};
    }

    void note(json::object& result, const json::object& one) const {
        const std::string word = text_at(one, "result");
        if (word == "imported" || word == "known" || word == "waiting" || word == "put_aside") {
            result[word] = number_at(result, word) + 1;
            return;
        }
        if (word == "damaged") {
            result[word] = number_at(result, word) + 1;
            return;  // It is named among what is missing.
        }
        json::array& refused = result["refused"].as_array();
        if (refused.size() == refused_listed_max) return;
        json::object told{{"file", shown_path(file_.path())},
                          {"log", one.at("log")},
                          {"first", one.at("first")},
                          {"last", one.at("last")},
                          {"reason", word == "refused" ? text_at(one, "reason") : word}};
        refused.push_back(std::move(told));
    }

    void carry(json::object& result) {
        const std::uint64_t size = ends_.header.file_size();
        if (file_.size() != size) throw Failure{Error::bundle_not_for_us};
        json::object done;
        for (std::uint64_t at = 0; at < size;) {
            const sync::Bytes piece = at_stick([&] { return file_.read(at, piece_bytes); });
            if (piece.empty()) throw Failure{Error::stick_gone};
            done = desk_.call("bundle.carry", {{"head", to_base64(ends_.heads.front())},
                                               {"size", size},
                                               {"offset", at},
                                               {"bytes", to_base64(piece)}});
            if (flag_at(done, "done")) break;
            at += piece.size();
        }
        done.erase("done");
        result["carried"].as_array().push_back(done);
        add_file(result, "carried", text_at(done, "from"));
    }

    void add_file(json::object& result, std::string_view what, const std::string& from) const {
        const sync::BundleHeader& header = ends_.header;
        result["files"].as_array().push_back(json::object{{"file", shown_path(file_.path())},
                                                          {"result", what},
                                                          {"bundle", sync::hex_encode(header.id)},
                                                          {"part", header.part},
                                                          {"parts", header.parts},
                                                          {"from", from}});
    }

    Desk& desk_;
    StickFile file_;
    Ends ends_;
    bool take_retired_;
    std::string head_;      ///< Base64.
    std::string manifest_;  ///< Likewise.
    std::uint64_t items_at_ = 0;
    json::object opened_;
};

/// The parts of one bundle follow one another, so that little has to wait.
void in_order_of_parts(std::vector<fs::path>& paths) {
    std::vector<std::pair<std::pair<std::string, int>, fs::path>> keyed;
    for (fs::path& path : paths) {
        std::pair<std::string, int> key;
        try {
            const StickFile file{path};
            const auto header = sync::parse_bundle_header(file.read(0, sync::bundle_header_size));
            if (header) key = {sync::hex_encode(header->id), header->part};
        } catch (const std::exception&) {
            key = {};  // Its import will say why.
        }
        keyed.emplace_back(std::move(key), std::move(path));
    }
    std::ranges::stable_sort(keyed, {}, [](const auto& one) { return one.first; });
    paths.clear();
    for (auto& one : keyed) paths.push_back(std::move(one.second));
}

class Import {
public:
    Import(Desk& desk, const std::vector<std::string>& given, bool take_retired)
        : desk_(desk), take_retired_(take_retired) {
        for (const std::string& path : given) {
            at_stick([&] { add(path); });
        }
        if (paths_.empty()) {
            throw Failure{Error::no_bundles_found, Detail::path, shown_path(given.front())}.with(
                Detail::limit, std::to_string(looked_at_));
        }
        in_order_of_parts(paths_);
    }

    json::object run() {
        result_ = {{"imported", 0},
                   {"known", 0},
                   {"waiting", 0},
                   {"put_aside", 0},
                   {"damaged", 0},
                   {"missing", json::array()},
                   {"refused", json::array()},
                   {"carried", json::array()},
                   {"files", json::array()},
                   {"looked_at", looked_at_},
                   {"more", more_}};
        for (const fs::path& path : paths_) import(path);
        // What an earlier file lacked may have come with a later one.
        if (paths_.size() > 1) recount_missing();
        return std::move(result_);
    }

private:
    void add(const fs::path& path) {
        std::error_code failed;
        if (!fs::is_directory(path, failed)) {
            paths_.push_back(path);
            ++looked_at_;
            return;
        }
        StickScan scan = scan_stick(path);
        searched_ = true;
        looked_at_ += scan.looked_at;
        more_ = more_ || scan.more;
        for (fs::path& bundle : scan.bundles) paths_.push_back(std::move(bundle));
    }

    void import(const fs::path& path) {
        // One file that was named is what it is about; of several, each is told of.
        if (paths_.size() == 1 && !searched_) return import_one(path);
        try {
            import_one(path);
        } catch (const Failure& failure) {
            // Not the file's fault: the node can't go on.
            if (failure.exit_code() == exit_code::wrong_key || stops(failure.error())) throw;
            const ErrorEntry& entry = entry_of(failure.error());
            const bool own = failure.error() == Error::bundle_own;
            json::object told{{"file", shown_path(path)},
                              {"code", entry.code},
                              {"reason", entry.what.in(desk_.lang())}};
            if (own) {
                told["result"] = "own";
                result_["files"].as_array().push_back(std::move(told));
            } else {
                result_["refused"].as_array().push_back(std::move(told));
            }
        }
    }

    void import_one(const fs::path& path) {
        at_stick([&] {
            BundleFile file{desk_, path, take_retired_};
            file.import(result_);
        });
    }

    [[nodiscard]] static bool stops(Error error) {
        return error == Error::stick_gone || error == Error::disk_full ||
               error == Error::disk_failing || error == Error::local_service_lost ||
               error == Error::wrong_role;
    }

    void recount_missing() {
        json::object now = desk_.call("bundle.missing", {{"missing", result_.at("missing")}});
        result_["missing"] = std::move(now.at("missing"));
    }

    Desk& desk_;
    bool take_retired_;
    std::vector<fs::path> paths_;
    std::uint64_t looked_at_ = 0;
    bool more_ = false;
    bool searched_ = false;  ///< In a folder.
    json::object result_;
};

std::string prose_of(const Desk& desk, const json::object& result) {
    std::string prose{desk.pick("导入 ", "Imported: ")};
    prose.append(std::to_string(number_at(result, "imported")))
        .append(desk.pick(" 段，已有 ", " segments; known already: "))
        .append(std::to_string(number_at(result, "known")))
        .append(desk.pick(" 段，等前面的 ", "; waiting for earlier ones: "))
        .append(std::to_string(number_at(result, "waiting")))
        .append(desk.pick(" 段，损坏 ", "; damaged: "))
        .append(std::to_string(number_at(result, "damaged")))
        .append(desk.pick(" 段。看了 ", ". Looked at "))
        .append(std::to_string(number_at(result, "looked_at")))
        .append(desk.pick(" 个文件。\n", " files.\n"));
    if (flag_at(result, "more")) {
        prose.append(desk.pick("文件太多，后面的没有看；请把交换包放到单独的文件夹里。\n",
                               "There are too many files; those behind were not looked at. Put the "
                               "bundles into a folder of their own.\n"));
    }
    if (const auto aside = number_at(result, "put_aside"); aside != 0) {
        prose.append(std::to_string(aside))
            .append(desk.pick(" 段是停用的机器在停用以后写的，已隔离，没有采用；请人看：quarantine "
                              "list\n",
                              " segments are of a revoked machine, written later: put aside and "
                              "not used. Somebody must look: quarantine list\n"));
    }
    for (const json::value& one : array_at(result, "carried")) {
        prose.append(desk.pick("代转：给 ", "Carried on for "))
            .append(printable(text_at(one.as_object(), "for")))
            .append(desk.pick(" 的交换包，下次导出时一起带走。\n",
                              ": it goes along with the next export.\n"));
    }
    prose.append(missing_prose(desk, array_at(result, "missing")));
    for (const json::value& one : array_at(result, "refused")) {
        prose.append(desk.pick("没有导入：", "Refused: "))
            .append(text_at(one.as_object(), "file"))
            .append("  ")
            .append(printable(text_at(one.as_object(), "reason")))
            .append("\n");
    }
    return prose;
}

int import_bundles(Desk& desk, const Arguments& arguments) {
    Import run{desk, arguments.all("PATH"), arguments.has("--take-retired")};
    const json::object result = run.run();
    desk.answer(result, prose_of(desk, result));
    const bool whole = array_at(result, "missing").empty() && array_at(result, "refused").empty() &&
                       number_at(result, "damaged") == 0 && !flag_at(result, "more");
    return whole ? exit_code::ok : desk.remark(Error::bundle_incomplete);
}

}  // namespace

CommandSpec bundle_import_command(Program program) {
    OptionSpec path = required_option("PATH", "PATH", "交换包文件，或它们所在的文件夹",
                                      "bundles, or the folder they are in");
    path.many = true;
    CommandSpec spec{"bundle import",
                     {"导入 U 盘带来的交换包", "import what came on a stick"},
                     {path},
                     import_bundles};
    if (program == Program::hub) {
        spec.options.push_back(option("--take-retired", "", "已退役机器的也收",
                                      "take those of a retired machine, too"));
    }
    return spec;
}

}  // namespace jiuying::node
