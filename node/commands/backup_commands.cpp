// A backup in three steps: said, written beside the one who writes, and counted.
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/folder/backup_file.hpp"
#include "node/folder/node_folder.hpp"
#include "node/keys/keyring.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

namespace fs = std::filesystem;

/// Whether \p inner is \p outer or lies in it, links followed.
bool is_within(const fs::path& inner, const fs::path& outer) {
    const fs::path in = fs::weakly_canonical(inner);
    const fs::path out = fs::weakly_canonical(outer);
    const auto [at, unused] = std::mismatch(out.begin(), out.end(), in.begin(), in.end());
    return at == out.end();
}

fs::path out_in(const CommandContext& context, const json::object& args) {
    const fs::path out = require_text(args, "out");
    if (!out.is_absolute() || !out.has_filename()) {
        throw Failure{Error::bad_value, Detail::option, "--out"};
    }
    if (!fs::is_directory(out.parent_path())) {
        throw Failure{Error::missing_file, Detail::path, out.parent_path().string()};
    }
    if (is_within(out.parent_path(), context.data)) {
        throw Failure{Error::backup_inside_data, Detail::path, out.string()};
    }
    return out;
}

BackupId id_in(const json::object& args) {
    const auto bytes = sync::hex_decode(require_text(args, "id"));
    BackupId id{};
    if (!bytes || bytes->size() != id.size()) throw Failure{Error::bad_value, Detail::option, "id"};
    std::ranges::copy(*bytes, id.begin());
    return id;
}

}  // namespace

json::object backup_begin(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const fs::path out = out_in(context, args);
    if (fs::exists(fs::symlink_status(out))) {
        throw Failure{Error::file_exists, Detail::path, out.string()};
    }
    BackupId id{};
    context.environment.random(id);
    context.replica.audit({actor, "backup.make", sync::hex_encode(id)});
    return {{"id", sync::hex_encode(id)}};
}

json::object backup_write(CommandContext& context, const json::object& args) {
    const fs::path out = out_in(context, args);
    const BackupWritten written =
        write_backup(context.replica, context.environment, context.data, out, id_in(args));
    return {{"file", out.string()},
            {"id", sync::hex_encode(written.header.facts.id)},
            {"made_at", schema::format_time(written.header.facts.made_ms)},
            {"bytes", written.bytes},
            {"hash", sync::hex_encode(written.header.database_hash)}};
}

json::object backup_made(CommandContext& context, const json::object& args) {
    const fs::path out = out_in(context, args);
    const BackupHeader header = BackupFile{out}.header();
    const auto owner = Keyring::look(FolderLayout{context.data}.keys());
    if (!owner || owner->owner.verify_key != header.verify_key) {
        throw Failure{Error::backup_not_authentic, Detail::path, out.string()};
    }
    context.replica.note_backup(header.facts);
    return {{"id", sync::hex_encode(header.facts.id)},
            {"made_at", schema::format_time(header.facts.made_ms)}};
}

}  // namespace jiuying::node::commands
