// Values that lost and that a record's graph gave up. The log has them as long as it is kept; after
// that, and at a machine that never had it, they stand here.
#include "node/store/store.hpp"

#include "sync/merge/byte_text.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

enum Form : std::uint8_t { form_none = 0, form_number = 1, form_text = 2 };

std::string encode(const schema::Value& value) {
    std::string out;
    if (const auto* number = schema::number_of(value)) {
        out.push_back(static_cast<char>(form_number));
        sync::put_signed(out, *number);
    } else if (const auto* text = schema::text_of(value)) {
        out.push_back(static_cast<char>(form_text));
        out += *text;
    } else {
        out.push_back(static_cast<char>(form_none));
    }
    return out;
}

std::optional<schema::Value> decode(std::string_view bytes) {
    if (bytes.empty()) return std::nullopt;
    const std::string_view rest = bytes.substr(1);
    switch (static_cast<std::uint8_t>(bytes.front())) {
        case form_none: return schema::Value{};
        case form_number: {
            sync::ByteText in{rest};
            const std::int64_t number = in.signed_number();
            if (!in.good() || !in.at_end()) return std::nullopt;
            return schema::Value{number};
        }
        case form_text: return schema::Value{std::string(rest)};
        default: return std::nullopt;
    }
}

}  // namespace

void Store::keep_version(RecordKey key, const sync::KeptVersion& kept) {
    const sync::Version& version = kept.version;
    db_.statement("INSERT OR IGNORE INTO kept_version VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
        .run(key, kept.field, version.dot.author, version.dot.txn,
             static_cast<std::uint64_t>(version.hlc), version.flags, version.actor,
             sqlite::as_blob(encode(version.value)));
}

void Store::forget_kept(RecordKey key, schema::FieldId field) {
    db_.statement("UPDATE kept_version SET value = ? WHERE rid = ? AND field = ?")
        .run(sqlite::as_blob(encode(schema::Value{})), key, field);
}

std::vector<sync::KeptVersion> Store::kept_versions(RecordKey key) {
    std::vector<sync::KeptVersion> all;
    database()
        .statement(
            "SELECT field, author, txn, hlc, flags, actor, value FROM kept_version WHERE rid = ? "
            "ORDER BY field, author, txn")
        .each<schema::FieldId, sync::AuthorIx, std::uint64_t, std::uint64_t, std::uint8_t,
              sync::ActorIx, std::string>(
            [&](schema::FieldId field, sync::AuthorIx author, std::uint64_t txn, std::uint64_t hlc,
                std::uint8_t flags, sync::ActorIx actor, const std::string& bytes) {
                auto value = decode(bytes);
                const bool sound = value && static_cast<std::size_t>(author) < authors_.size() &&
                                   static_cast<std::size_t>(actor) < actors_.size();
                if (!sound) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading a kept version");
                all.push_back(
                    {field,
                     sync::Version{
                         {author, txn}, sync::Hlc{hlc}, flags, actor, {}, *std::move(value)}});
            },
            key);
    return all;
}

void Store::prune_graph(LoadedRecord& record) {
    std::vector<sync::KeptVersion> settled;
    for (const sync::FieldGraph& graph : record.state.fields) {
        if (graph.versions.size() < 2) continue;
        const schema::Merge policy = sync::policy_of(record.entity, graph.id);
        for (const sync::Version* version : sync::settled_versions(graph, policy, authors_)) {
            settled.push_back({graph.id, *version});
        }
    }
    sync::prune(record.state, record.entity, decided_);
    for (sync::KeptVersion& one : settled) {
        const sync::FieldGraph* graph = sync::find_graph(record.state, one.field);
        const bool there =
            graph != nullptr && std::ranges::any_of(graph->versions, [&](const auto& version) {
                return version.dot == one.version.dot;
            });
        if (there) continue;
        one.version.bases.clear();
        keep_version(record_key(record.state.name), one);
    }
}

}  // namespace jiuying::node
