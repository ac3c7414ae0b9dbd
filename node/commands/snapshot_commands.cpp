// Snapshots at the hub, and what a station may give up because of their copies.
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/audited.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "schema/time_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

namespace jiuying::node::commands {
namespace {

namespace fs = std::filesystem;

std::string hex_of(std::uint64_t id) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(id));
    return text.data();
}

json::object to_object(const SnapshotFacts& facts) {
    return {{"station", facts.station_code}, {"written_at", schema::format_time(facts.written_ms)},
            {"chunks", facts.chunks},        {"records", facts.records},
            {"bytes", facts.bytes},          {"id", hex_of(facts.id)}};
}

/// Whether \p inner is \p outer or lies in it, links followed.
bool is_within(const fs::path& inner, const fs::path& outer) {
    const fs::path in = fs::weakly_canonical(inner);
    const fs::path out = fs::weakly_canonical(outer);
    const auto [at, unused] = std::mismatch(out.begin(), out.end(), in.begin(), in.end());
    return at == out.end();
}

void write_all(const FileHandle& file, sync::View bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("writing", path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

/// A file that goes unless it is kept.
class NewFile {
public:
    explicit NewFile(fs::path path) : path_(std::move(path)) {}
    ~NewFile() {
        std::error_code ignored;
        if (!kept_) fs::remove(path_, ignored);
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }
    void keep_as(const fs::path& name) {
        fs::rename(path_, name);
        kept_ = true;
        sync_folder(name.parent_path());
    }

private:
    fs::path path_;
    bool kept_ = false;
};

/// Writes the copy under another name, reads it back from the file, and only then gives it its own.
std::string write_copy(CommandContext& context, const SnapshotFacts& facts,
                       const fs::path& folder) {
    if (is_within(folder, context.data)) {
        throw Failure{Error::copy_inside_data, Detail::path, folder.string()};
    }
    make_folders(folder, 0700);
    const fs::path name = folder / (facts.station_code + "-" + hex_of(facts.id) + ".jysnap");
    NewFile part{name.string() + ".part"};
    {
        const FileHandle file{::open(part.path().c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (file.get() < 0) throw_errno("making", part.path());
        (void)context.replica.copy_snapshot(
            facts.id, [&](sync::View bytes) { write_all(file, bytes, part.path()); });
        if (::fsync(file.get()) != 0) throw_errno("syncing", part.path());
        // What is read back is what the disk has, not what memory still holds of it.
        (void)::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    }
    const FileHandle file = FileHandle::open_to_read(part.path());
    const auto confirmed = context.replica.confirm_copy([&](std::span<std::uint8_t> into) {
        while (!into.empty()) {
            const std::size_t read = file.read(into, part.path());
            if (read == 0) return false;
            into = into.subspan(read);
        }
        return true;
    });
    if (!confirmed) throw Failure{Error::copy_not_confirmed, Detail::path, name.string()};
    part.keep_as(name);
    return name.string();
}

}  // namespace

json::object snapshot_write(CommandContext& context, const json::object& args) {
    const std::string code = require_text(args, "station");
    const auto scope = context.replica.scope_of_station(code);
    if (!scope) throw Failure{Error::unknown_station, Detail::id, code};
    const auto to = text_in(args, "to");
    return with_audit(context.replica,
                      {actor_of(context, args), "snapshot.write", code, schema::audit::done,
                       to ? "with a copy" : ""},
                      [&] {
                          const auto written = context.replica.write_snapshot(*scope);
                          if (!written) throw Failure{Error::snapshot_too_large, Detail::id, code};
                          json::object answer = to_object(*written);
                          if (to) answer["file"] = write_copy(context, *written, *to);
                          return answer;
                      });
}

json::object snapshot_list(CommandContext& context, const json::object&) {
    json::array all;
    for (const SnapshotFacts& facts : context.replica.snapshots()) all.push_back(to_object(facts));
    return {{"snapshots", std::move(all)}};
}

json::object prune(CommandContext& context, const json::object& args) {
    const bool dry_run = flag_in(args, "dry_run");
    PruneReport report = context.replica.prune(true);
    if (!dry_run && report.segments != 0) {
        const AuditEntry entry{actor_of(context, args),
                               "log.prune",
                               {},
                               schema::audit::done,
                               "changes " + std::to_string(report.transactions) + ", up to " +
                                   std::to_string(report.up_to)};
        report = with_audit(context.replica, entry, [&] { return context.replica.prune(false); });
    }
    return {{"dry_run", dry_run},
            {"segments", report.segments},
            {"transactions", report.transactions},
            {"bytes", report.bytes},
            {"up_to", report.up_to},
            {"last", report.last},
            {"decided", report.decided},
            {"safe", report.safe}};
}

}  // namespace jiuying::node::commands
