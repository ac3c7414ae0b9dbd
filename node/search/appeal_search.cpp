#include "node/search/appeal_search.hpp"

#include "node/search/bigram.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace jiuying::node {
namespace {

using Text = std::optional<std::string>;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// All that an appeal is found by, a line each.
/// Nothing of one whose creation was rejected, if only \p numbered ones are meant.
std::string searched_text(sqlite::Database& db, RecordKey key, bool numbered = false) {
    std::string all;
    db.statement(
          "SELECT number, ext_no, contact, phone, address, title, text, place FROM appeal "
          "WHERE rid = ?")
        .each<Text, Text, Text, Text, Text, Text, Text, Text>(
            [&](const Text& number, const auto&... parts) {
                if (numbered && !number) return;
                const auto add = [&](const Text& part) {
                    if (part) all.append(*part).append("\n");
                };
                add(number);
                (add(parts), ...);
            },
            key);
    return all;
}

/// The appeals that one search has found so far.
class Search {
public:
    Search(sqlite::Database& db, const SearchQuery& query) : db_(db), query_(query) {}

    /// What the index says, the latest indexed first, at most \p most. False: there is more.
    bool collect(const std::string& match, std::size_t most) {
        keys_.clear();
        bool more = false;
        db_.statement(
               "SELECT d.rid FROM words CROSS JOIN document d ON d.docid = words.rowid "
               "WHERE words MATCH ? "
               "AND d.docid = (SELECT max(docid) FROM document WHERE rid = d.rid) "
               "AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.rid = d.rid) "
               "ORDER BY words.rowid DESC")
            .each<RecordKey>(
                [&](RecordKey key) {
                    more = keys_.size() == most;
                    if (!more) keys_.push_back(key);
                    return !more;
                },
                match);
        std::ranges::sort(keys_);
        drop_unnumbered();
        return !more;
    }

    /// Of those that the index knows by their pairs, the ones that have the single characters, too.
    void check_singles() {
        if (query_.single_characters().empty()) return;
        std::erase_if(keys_,
                      [&](RecordKey key) { return !query_.matches(searched_text(db_, key)); });
    }

    /// Not in the index yet, or never: read the texts themselves.
    void look_at_others() {
        db_.statement(
               "SELECT a.rid FROM (SELECT rid FROM pending UNION SELECT rid FROM unindexed) p "
               "JOIN appeal a ON a.rid = p.rid WHERE a.number IS NOT NULL")
            .each<RecordKey>([&](RecordKey key) {
                if (query_.matches(searched_text(db_, key))) keys_.push_back(key);
            });
        std::ranges::sort(keys_);
        const auto [first, last] = std::ranges::unique(keys_);
        keys_.erase(first, last);
    }

    /// All that were found, the latest first.
    [[nodiscard]] std::vector<RecordKey> in_order() {
        // Each by its own id, or all ids of the index where that is less work.
        constexpr std::size_t worth = 16;
        const auto all = db_.statement("SELECT count(*) FROM appeal").one<std::uint64_t>();
        std::vector<RecordKey> keys;
        if (keys_.size() * worth < all) {
            std::vector<std::pair<schema::RecordId, RecordKey>> by_id;
            for (const RecordKey key : keys_) {
                by_id.emplace_back(
                    db_.statement("SELECT id FROM appeal WHERE rid = ?").one<schema::RecordId>(key),
                    key);
            }
            std::ranges::sort(by_id, std::greater<>());
            for (const auto& [id, key] : by_id) keys.push_back(key);
            return keys;
        }
        keys.reserve(keys_.size());
        db_.statement("SELECT rid FROM appeal ORDER BY id DESC")
            .each<RecordKey>([&](RecordKey key) {
                if (std::ranges::binary_search(keys_, key)) keys.push_back(key);
                return keys.size() < keys_.size();
            });
        return keys;
    }

    /// Reads the latest appeals, at most \p rows_max, until \p enough have the words. True: the
    /// page is full, or there was no other appeal.
    bool read_latest(std::size_t enough, std::size_t rows_max, Hits& into) {
        std::size_t rows = 0;
        bool more = false;
        db_.statement("SELECT rid FROM appeal ORDER BY id DESC")
            .each<RecordKey>([&](RecordKey key) {
                more = rows == rows_max;
                if (more) return false;
                ++rows;
                const std::string text = searched_text(db_, key, true);
                if (!text.empty() && query_.matches(text)) into.keys.push_back(key);
                more = into.keys.size() == enough;
                return !more;
            });
        into.all = !more;
        into.looked_at = more && into.keys.size() < enough ? rows : 0;
        return into.looked_at == 0;
    }

private:
    /// Those whose creation was rejected.
    void drop_unnumbered() {
        // From the two indexes alone: the table's pages would all have to be decrypted for it.
        const auto all = db_.statement("SELECT count(*) FROM appeal").one<std::uint64_t>();
        const auto count = db_.statement("SELECT count(*) FROM appeal WHERE number IS NOT NULL")
                               .one<std::uint64_t>();
        if (all == count || keys_.empty()) return;
        std::vector<RecordKey> numbered;
        numbered.reserve(count);
        db_.statement("SELECT rid FROM appeal WHERE number IS NOT NULL")
            .each<RecordKey>([&](RecordKey key) { numbered.push_back(key); });
        std::ranges::sort(numbered);
        std::erase_if(keys_,
                      [&](RecordKey key) { return !std::ranges::binary_search(numbered, key); });
    }

    sqlite::Database& db_;
    const SearchQuery& query_;
    std::vector<RecordKey> keys_;  ///< By key.
};

/// All that the index knows by pairs, and what is not in the index.
std::vector<RecordKey> all_of(Search& search, const std::string& match) {
    (void)search.collect(match, no_limit);
    search.check_singles();
    search.look_at_others();
    return search.in_order();
}

/// While somebody types: a word of few hits by the index; one of many is all over the latest.
Hits glance_at_words(Search& search, const std::string& match, const Glance& glance) {
    Hits hits;
    if (search.collect(match, glance.hits_max)) {
        search.check_singles();
        search.look_at_others();
        hits.keys = search.in_order();
    } else if (!search.read_latest(glance.enough, glance.rows_max, hits)) {
        hits = {all_of(search, match)};
    }
    return hits;
}

/// Of a single character the index has only what goes on behind it: the latest appeals are read,
/// and where few have it, that is added.
Hits glance_at_characters(Search& search, const std::string& beginnings, const Glance& glance) {
    Hits hits;
    if (search.read_latest(glance.enough, glance.rows_max, hits)) return hits;
    (void)search.collect(beginnings, glance.hits_max);
    search.look_at_others();
    std::vector<RecordKey> latest = hits.keys;
    std::ranges::sort(latest);
    for (const RecordKey key : search.in_order()) {
        if (!std::ranges::binary_search(latest, key)) hits.keys.push_back(key);
    }
    return hits;
}

}  // namespace

Hits search_appeals(sqlite::Database& db, std::string_view words,
                    const std::optional<Glance>& glance) {
    const SearchQuery query = SearchQuery::parse(words);
    if (query.empty()) return {};
    const std::string match = query.fts5_match();
    Search search{db, query};
    if (glance && match.empty()) return glance_at_characters(search, query.beginnings(), *glance);
    if (glance) return glance_at_words(search, match, *glance);
    if (!match.empty()) return {all_of(search, match)};
    Hits hits;
    (void)search.read_latest(no_limit, no_limit, hits);
    return hits;
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
