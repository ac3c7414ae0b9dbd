#include "node/search/appeal_search.hpp"

#include "node/search/bigram.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace jiuying::node {
namespace {

using Text = std::optional<std::string>;

/// All that an appeal is found by, a line each.
std::string searched_text(sqlite::Database& db, RecordKey key) {
    std::string all;
    db.statement(
          "SELECT number, ext_no, contact, phone, address, title, text, place FROM appeal "
          "WHERE rid = ?")
        .each<Text, Text, Text, Text, Text, Text, Text, Text>(
            [&](const auto&... parts) { ((all += parts ? *parts + "\n" : std::string()), ...); },
            key);
    return all;
}

struct Hit {
    RecordKey key;
    schema::RecordId id;
};

std::vector<Hit> indexed_hits(sqlite::Database& db, const std::string& match) {
    std::vector<Hit> hits;
    db.statement(
          "SELECT a.rid, a.id FROM words JOIN document d ON d.docid = words.rowid "
          "JOIN appeal a ON a.rid = d.rid WHERE words MATCH ? AND a.number IS NOT NULL "
          "AND d.docid = (SELECT max(docid) FROM document WHERE rid = d.rid) "
          "AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.rid = d.rid)")
        .each<RecordKey, schema::RecordId>(
            [&](RecordKey key, schema::RecordId id) {
                hits.push_back({key, id});
            },
            match);
    return hits;
}

}  // namespace

std::vector<RecordKey> search_appeals(sqlite::Database& db, std::string_view words) {
    const SearchQuery query = SearchQuery::parse(words);
    if (query.empty()) return {};
    std::vector<Hit> hits;
    const std::string match = query.fts5_match();
    if (!match.empty()) hits = indexed_hits(db, match);
    if (!match.empty() && !query.single_characters().empty()) {
        std::erase_if(hits,
                      [&](const Hit& hit) { return !query.matches(searched_text(db, hit.key)); });
    }
    // Not in the index yet, or never, or single characters only: read the texts themselves.
    const auto look_at = [&](RecordKey key, schema::RecordId id) {
        if (query.matches(searched_text(db, key))) hits.push_back({key, id});
    };
    if (match.empty()) {
        db.statement("SELECT rid, id FROM appeal WHERE number IS NOT NULL")
            .each<RecordKey, schema::RecordId>(look_at);
    } else {
        db.statement(
              "SELECT a.rid, a.id FROM (SELECT rid FROM pending UNION SELECT rid FROM unindexed) p "
              "JOIN appeal a ON a.rid = p.rid WHERE a.number IS NOT NULL")
            .each<RecordKey, schema::RecordId>(look_at);
    }
    std::ranges::sort(hits, std::greater<>(), &Hit::id);
    std::vector<RecordKey> keys;
    for (const Hit& hit : hits) keys.push_back(hit.key);
    return keys;
}

bool index_queued(sqlite::Database& db, std::size_t most) {
    std::vector<RecordKey> keys;
    db.statement("SELECT rid FROM pending ORDER BY rid LIMIT ?")
        .each<RecordKey>([&](RecordKey key) { keys.push_back(key); }, most);
    for (const RecordKey key : keys) {
        db.statement("INSERT INTO document(rid) VALUES(?)").run(key);
        db.statement("INSERT INTO words(rowid, text) VALUES(?, ?)")
            .run(db.last_insert_rowid(), index_text(searched_text(db, key)));
        db.statement("DELETE FROM pending WHERE rid = ?").run(key);
    }
    return keys.size() == most;
}

}  // namespace jiuying::node
