#include "node/commands/seen_conflicts.hpp"

#include "node/base/files.hpp"
#include "sync/crypto/bytes.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

namespace jiuying::node {
namespace {

constexpr std::size_t id_digits = 32;
constexpr std::size_t uuid_size = 36;
constexpr std::size_t file_bytes_max = 1U << 20U;

}  // namespace

/// A line is `<conflict id> <record id> <field id>`; others are passed over.
SeenConflicts::SeenConflicts(const std::filesystem::path& data) : file_(data / "conflicts.seen") {
    std::error_code error;
    if (!std::filesystem::exists(file_, error)) return;
    const sync::Bytes bytes = read_file(file_, file_bytes_max);
    std::string_view rest = sync::as_text(bytes);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view text = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (text.size() < id_digits + uuid_size + 3) continue;
        Line line;
        const auto id = sync::hex_decode_array<16>(text.substr(0, id_digits));
        const std::string_view uuid = text.substr(id_digits + 1, uuid_size);
        if (!id || !schema::parse_uuid(uuid, line.place.first.bytes)) continue;
        line.id.bytes = *id;
        const std::string_view field = text.substr(id_digits + uuid_size + 2);
        std::from_chars(field.data(), field.data() + field.size(), line.place.second);
        lines_.push_back(line);
    }
}

void SeenConflicts::remember(const std::vector<ConflictView>& conflicts) {
    std::set<sync::ConflictId> known;
    for (const Line& line : lines_) known.insert(line.id);
    bool fresh = false;
    for (const ConflictView& conflict : conflicts) {
        if (!known.insert(conflict.id).second) continue;
        lines_.push_back({conflict.id, {conflict.record, conflict.field->id}});
        fresh = true;
    }
    if (!fresh) return;
    if (lines_.size() > kept_max) {
        lines_.erase(lines_.begin(), lines_.end() - static_cast<std::ptrdiff_t>(kept_max));
    }
    save();
}

std::optional<SeenConflicts::Place> SeenConflicts::find(const sync::ConflictId& id) const {
    const auto found = std::ranges::find(lines_, id, &Line::id);
    if (found == lines_.end()) return std::nullopt;
    return found->place;
}

void SeenConflicts::save() const {
    std::string text;
    for (const Line& line : lines_) {
        text += sync::hex_encode(line.id.bytes) + ' ' + to_text(line.place.first) + ' ' +
                std::to_string(line.place.second) + '\n';
    }
    atomic_write(file_, text);
}

}  // namespace jiuying::node
