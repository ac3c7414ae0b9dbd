// bundle export: what the other side lacks, written to a stick.
#include "node/bundle/stick_reader.hpp"
#include "node/bundle/stick_writer.hpp"
#include "node/cli/bundle_front.hpp"
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/bundle_words.hpp"
#include "sync/crypto/padme.hpp"
#include "sync/segment/chain.hpp"
#include "sync/segment/key_wrap.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

/// Below 4 GiB, which is as long as a file may be on FAT32.
constexpr std::uint64_t split_default = 4'000'000'000;
constexpr std::uint64_t split_min = 65'536;
/// So many segments does a manifest surely have room for, whatever else it says.
constexpr std::size_t items_per_part_max = 12'000;
/// Of a stick's room that stays free: its folder grows, too.
constexpr std::uint64_t room_kept = 65'536;
/// What a manifest has beside logs, keys and items, generously.
constexpr std::size_t manifest_rest = 1024;

struct Listed {
    sync::BundleItem item;
    sync::LaneHead head;  ///< Where its lane stands behind it.
};

/// One bundle in the making: for one machine.
struct Plan {
    json::object outline;
    std::vector<json::object> logs;
    std::vector<json::object> wraps;
    std::vector<Listed> items;
    std::vector<std::pair<std::size_t, std::size_t>> parts;  ///< Ranges of items.
};

/// Gives the segments of a plan once more, with their bytes, in the same order.
class Segments {
public:
    Segments(Desk& desk, const Plan& plan) : desk_(desk), plan_(plan) {}

    sync::Bytes next(const Listed& wanted) {
        // A lane may have got more since it was listed: that is for another bundle.
        if (lane_ != wanted.item.lane || at_ == given_.size()) fetch(wanted);
        const json::object& one = given_[at_++].as_object();
        sync::Bytes bytes = from_base64(one, "bytes", sync::bundle_segment_max);
        // Sealed segments never change; were they another, the manifest would be wrong.
        if (sync::blake2b_128({bytes}) != wanted.item.hash) throw Failure{Error::unexpected};
        after_ = head_in(one.at("head").as_object());
        return bytes;
    }

private:
    void fetch(const Listed& wanted) {
        if (lane_ != wanted.item.lane) {
            lane_ = wanted.item.lane;
            for (const json::value& begin : array_at(plan_.outline, "begins")) {
                if (lane_in(begin.as_object()) == *lane_) {
                    after_ = head_in(begin.at("after").as_object());
                }
            }
        }
        json::object answer = desk_.call("bundle.fetch", {{"node", plan_.outline.at("node")},
                                                          {"lane", name_of(*lane_)},
                                                          {"after", to_json(after_)},
                                                          {"bytes", true}});
        given_ = std::move(answer.at("segments").as_array());
        at_ = 0;
        if (given_.empty()) throw Failure{Error::unexpected};
    }

    Desk& desk_;
    const Plan& plan_;
    std::optional<sync::Lane> lane_;
    sync::LaneHead after_;
    json::array given_;
    std::size_t at_ = 0;
};

class Export {
public:
    Export(Desk& desk, const Arguments& arguments)
        : desk_(desk), out_(arguments.get("--out")), dry_run_(arguments.has("--dry-run")) {
        const auto split = arguments.number("--split", std::int64_t{split_min});
        split_ = split ? static_cast<std::uint64_t>(*split) : split_default;
        station_ = arguments.get("--station");
        all_ = arguments.has("--all");
        if (out_.empty()) throw Failure{Error::missing_option, Detail::option, "--out"};
    }

    json::object run() {
        at_stick([&] { look_at_target(); });
        begin_ = desk_.call("bundle.begin",
                            {{"station", station_}, {"all", all_}, {"dry_run", dry_run_}});
        for (const json::value& outline : array_at(begin_, "bundles")) {
            plans_.push_back(list(outline.as_object()));
            divide(plans_.back());
        }
        if (into_folder_) carried_ = desk_.call("bundle.carried").at("carried").as_array();
        name_files();
        at_stick([&] { check_room(); });
        if (!dry_run_) {
            for (const Plan& plan : plans_) write(plan);
            for (const json::value& file : carried_) carry(file.as_object());
        }
        return result();
    }

private:
    void look_at_target() {
        std::error_code failed;
        const fs::file_status status = fs::status(out_, failed);
        into_folder_ = fs::is_directory(status);
        folder_ = into_folder_ ? out_ : out_.has_parent_path() ? out_.parent_path() : fs::path{"."};
        if (!into_folder_ && fs::exists(fs::symlink_status(out_, failed))) {
            throw Failure{Error::file_exists, Detail::path, shown_path(out_)};
        }
        if (!fs::is_directory(folder_, failed)) {
            throw Failure{Error::missing_file, Detail::path, shown_path(folder_)};
        }
    }

    Plan list(const json::object& outline) {
        Plan plan;
        plan.outline = outline;
        std::map<std::string, std::uint32_t> logs;
        std::set<std::string> keys;
        for (const json::value& begin : array_at(outline, "begins")) {
            json::object after = begin.at("after").as_object();
            for (bool more = true; more;) {
                const json::object answer =
                    desk_.call("bundle.fetch", {{"node", outline.at("node")},
                                                {"lane", begin.at("lane")},
                                                {"after", after},
                                                {"bytes", false}});
                for (const json::value& wrap : array_at(answer, "wraps")) {
                    keep_wrap(plan, keys, wrap.as_object());
                }
                for (const json::value& segment : array_at(answer, "segments")) {
                    json::object one = segment.as_object();
                    const json::object log = one.at("log").as_object();
                    const auto [at, fresh] = logs.try_emplace(
                        json::serialize(log), static_cast<std::uint32_t>(logs.size()));
                    if (fresh) plan.logs.push_back(log);
                    one["log"] = at->second;
                    after = one.at("head").as_object();
                    plan.items.push_back({item_in(one), head_in(after)});
                }
                more = flag_at(answer, "more");
            }
        }
        return plan;
    }

    /// Keys come again with each portion, sealed anew: each is needed once.
    static void keep_wrap(Plan& plan, std::set<std::string>& keys, const json::object& wrap) {
        const auto named = sync::peek_key_wrap(from_base64(wrap, "bytes", sync::bundle_wrap_max));
        if (!named) return;
        std::string name{sync::as_text(sync::log_bytes(named->log))};
        name.append(sync::as_text(named->key));
        if (keys.insert(std::move(name)).second) plan.wraps.push_back(wrap);
    }

    /// How large a file with these items gets, at most.
    [[nodiscard]] static std::uint64_t size_of(const Plan& plan, std::size_t items,
                                               std::uint64_t bytes) {
        const std::uint64_t manifest =
            sync::padme_size(manifest_rest + plan.logs.size() * sync::log_bytes_size +
                             plan.wraps.size() * (sync::bundle_wrap_max + 3) +
                             items * sync::bundle_item_entry_max) +
            16;
        return 2 * (sync::bundle_head_size + manifest) + bytes;
    }

    void divide(Plan& plan) const {
        std::size_t begin = 0;
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < plan.items.size(); ++i) {
            const std::uint64_t more = plan.items[i].item.size + sync::bundle_item_overhead;
            const std::size_t count = i - begin + 1;
            if (size_of(plan, 1, more) > split_) {
                throw Failure{Error::bad_value, Detail::option, "--split"};
            }
            if (count > items_per_part_max || size_of(plan, count, bytes + more) > split_) {
                plan.parts.emplace_back(begin, i);
                begin = i;
                bytes = 0;
            }
            bytes += more;
        }
        plan.parts.emplace_back(begin, plan.items.size());
        if (plan.parts.size() > sync::bundle_parts_max) {
            throw Failure{Error::bad_value, Detail::option, "--split"};
        }
    }

    void name_files() {
        for (std::size_t machine = 0; machine < plans_.size(); ++machine) {
            const Plan& plan = plans_[machine];
            for (std::size_t part = 0; part < plan.parts.size(); ++part) {
                std::string end;
                if (!into_folder_ && machine != 0) end += "-m" + std::to_string(machine + 1);
                if (plan.parts.size() > 1) {
                    end +=
                        "-" + std::to_string(part + 1) + "of" + std::to_string(plan.parts.size());
                }
                targets_.push_back(target(machine, end));
            }
        }
    }

    /// As named, or by station, day and the beginning of the bundle's id.
    [[nodiscard]] fs::path target(std::size_t machine, const std::string& end) const {
        if (!into_folder_) {
            fs::path named = out_;
            if (!end.empty()) {
                named.replace_filename(out_.stem().string() + end + out_.extension().string());
            }
            return named;
        }
        std::string day = text_at(begin_, "time").substr(0, 10);
        std::erase(day, '-');
        const std::string station = text_at(plans_[machine].outline, "station");
        const std::string direction = text_at(begin_, "role") == "hub" ? "to-" + station : station;
        return folder_ / (direction + "-" + day + "-" + id_of(machine).substr(0, 8) + end +
                          std::string{bundle_ending});
    }

    /// The machines' bundles have ids of their own that differ in the last byte.
    [[nodiscard]] std::string id_of(std::size_t machine) const {
        auto id = *sync::hex_decode_array<16>(text_at(begin_, "id"));
        id[0] = static_cast<std::uint8_t>(id[0] + machine);
        return sync::hex_encode(id);
    }

    void check_room() const {
        std::uint64_t wanted = room_kept;
        for (const Plan& plan : plans_) {
            for (const auto& [begin, end] : plan.parts) {
                std::uint64_t bytes = 0;
                for (std::size_t i = begin; i < end; ++i) {
                    bytes += plan.items[i].item.size + sync::bundle_item_overhead;
                }
                wanted += size_of(plan, end - begin, bytes);
            }
        }
        for (const json::value& file : carried_) {
            wanted += static_cast<std::uint64_t>(number_at(file.as_object(), "bytes"));
        }
        const std::uint64_t room = free_disk_bytes(folder_);
        if (room < wanted) {
            throw Failure{Error::stick_full, Detail::path, shown_path(folder_)}.with(
                Detail::limit, std::to_string(room) + " / " + std::to_string(wanted) + " bytes");
        }
        for (const fs::path& one : targets_) {
            if (fs::exists(fs::symlink_status(one))) {
                throw Failure{Error::file_exists, Detail::path, shown_path(one)};
            }
        }
    }

    [[nodiscard]] fs::path temporary() const {
        return folder_ / (".jiuying-" + text_at(plans_.front().outline, "station") + ".tmp");
    }

    void write(const Plan& plan) {
        const auto machine = static_cast<std::size_t>(&plan - plans_.data());
        Segments segments{desk_, plan};
        for (std::size_t part = 0; part < plan.parts.size(); ++part) {
            const auto [begin, end] = plan.parts[part];
            json::array items;
            for (std::size_t i = begin; i < end; ++i) items.push_back(to_json(plan.items[i].item));
            const json::object sealed = desk_.call(
                "bundle.seal", {{"node", plan.outline.at("node")},
                                {"id", id_of(machine)},
                                {"part", part + 1},
                                {"parts", plan.parts.size()},
                                {"hello", plan.outline.at("hello")},
                                {"receipt", plan.outline.at("receipt")},
                                {"previous", plan.outline.at("previous")},
                                {"logs", json::array(plan.logs.begin(), plan.logs.end())},
                                {"wraps", json::array(plan.wraps.begin(), plan.wraps.end())},
                                {"items", std::move(items)}});
            const sync::Bytes head = from_base64(sealed, "head", sync::bundle_head_size);
            const sync::Bytes manifest = from_base64(sealed, "manifest", sync::bundle_manifest_max);
            const auto key = sync::Key32::from(from_base64(sealed, "key", sync::Key32::size));
            if (!key) throw Failure{Error::unexpected};
            const fs::path& path = targets_[written_++];
            at_stick([&] {
                StickWriter file{temporary(), path};
                file.write(head);
                file.write(manifest);
                for (std::size_t i = begin; i < end; ++i) {
                    const sync::Bytes segment = segments.next(plan.items[i]);
                    file.write(sync::seal_bundle_item(
                        *key, sync::View{head}.first(sync::bundle_header_size),
                        static_cast<std::uint32_t>(i - begin), segment));
                }
                file.write(manifest);
                file.write(head);
                file.finish();
                bytes_ += fs::file_size(path);
            });
        }
        (void)desk_.call("bundle.made",
                         {{"node", plan.outline.at("node")}, {"id", id_of(machine)}});
    }

    /// What is carried for others goes along, as it came.
    void carry(const json::object& file) {
        const std::string name = text_at(file, "file");
        const auto size = static_cast<std::uint64_t>(number_at(file, "bytes"));
        const fs::path path = folder_ / name;
        at_stick([&] {
            if (fs::exists(fs::symlink_status(path))) return;  // From a former export.
            StickWriter copy{temporary(), path};
            for (std::uint64_t at = 0; at < size;) {
                const sync::Bytes piece =
                    from_base64(desk_.call("bundle.carried_read",
                                           {{"file", name}, {"offset", at}, {"size", piece_bytes}}),
                                "bytes", piece_bytes);
                if (piece.empty()) return;  // Dropped meanwhile.
                copy.write(piece);
                at += piece.size();
            }
            copy.finish();
        });
    }

    json::object result() const {
        json::array files;
        for (const fs::path& path : targets_) files.push_back(json::string(shown_path(path)));
        std::uint64_t segments = 0;
        std::uint64_t bytes = bytes_;
        for (const Plan& plan : plans_) {
            segments += plan.items.size();
            if (!dry_run_) continue;
            for (const Listed& one : plan.items) bytes += one.item.size;
        }
        json::object result{{"files", std::move(files)},
                            {"segments", segments},
                            {"bytes", bytes},
                            {"bundle", text_at(begin_, "id")},
                            {"carried", carried_}};
        if (dry_run_) result["dry_run"] = true;
        return result;
    }

    Desk& desk_;
    fs::path out_;
    fs::path folder_;
    std::string station_;
    std::uint64_t split_ = split_default;
    bool all_ = false;
    bool dry_run_ = false;
    bool into_folder_ = false;
    json::object begin_;
    std::vector<Plan> plans_;
    std::vector<fs::path> targets_;
    json::array carried_;
    std::size_t written_ = 0;
    std::uint64_t bytes_ = 0;
};

int export_bundle(Desk& desk, const Arguments& arguments) {
    Export run{desk, arguments};
    const json::object result = run.run();
    const bool dry = flag_at(result, "dry_run");
    std::string prose{dry ? desk.pick("试运行，没有写入。将导出 ", "Dry run, nothing written: ")
                          : desk.pick("已导出 ", "Exported: ")};
    prose.append(std::to_string(number_at(result, "segments")))
        .append(desk.pick(" 段，", " segments, "))
        .append(std::to_string(number_at(result, "bytes")))
        .append(desk.pick(" 字节：\n", " bytes:\n"));
    for (const json::value& file : array_at(result, "files")) {
        prose.append("  ").append(file.as_string()).append("\n");
    }
    for (const json::value& file : array_at(result, "carried")) {
        prose.append(desk.pick("  代转给 ", "  carried for "))
            .append(text_at(file.as_object(), "for"))
            .append("  ")
            .append(text_at(file.as_object(), "file"))
            .append("\n");
    }
    if (!dry) {
        prose.append(
            desk.pick("已经写好并读回核对过，可以拔出 U 盘。到对方那里运行：bundle import\n",
                      "Written and read back; unplug the stick. On the other side run: "
                      "bundle import\n"));
    }
    desk.answer(result, prose);
    return exit_code::ok;
}

}  // namespace

CommandSpec bundle_export_command(Program program) {
    CommandSpec spec{
        "bundle export",
        {"把对方还没有的导出成文件，用 U 盘带走", "write what the other side lacks to a file"},
        {required_option("--out", "PATH", "文件，或文件夹(自动取名)",
                         "a file, or a folder (then it is named for you)"),
         option("--split", "BYTES", "每个文件最多这么大(默认能放进 FAT32)",
                "how large a file may be (fits FAT32 by default)"),
         option("--all", "", "从头全部导出，不管对方有没有",
                "everything from the beginning, whatever the other side has"),
         option("--dry-run", "", "只算，不写", "only count, write nothing")},
        export_bundle};
    if (program == Program::hub) {
        spec.options.insert(spec.options.begin(), required_option("--station", "CODE", "给哪个站点",
                                                                  "for which station"));
    }
    return spec;
}

}  // namespace jiuying::node
