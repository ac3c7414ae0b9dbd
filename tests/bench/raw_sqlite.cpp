#include "tests/bench/raw_sqlite.hpp"

#include "tests/bench/stopwatch.hpp"

namespace jiuying::bench {

RawTable::RawTable(const std::filesystem::path& file, const char* vfs)
    : file_(file), db_(node::sqlite::Database::open(file, {.vfs = vfs})) {
    db_.execute(
        "CREATE TABLE appeal(key INTEGER PRIMARY KEY, title TEXT, text TEXT, contact TEXT, "
        "phone TEXT, address TEXT, place TEXT, type TEXT, region TEXT, occurred_at INTEGER, "
        "state TEXT, handler TEXT, reply TEXT)");
}

void RawTable::insert(const Item& item) {
    db_.statement("INSERT INTO appeal VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)")
        .run(++key_, item.title, item.text, item.contact, item.phone, item.address, item.place,
             item.type, item.region, item.occurred_at_ms, first_state);
}

void RawTable::insert_each(std::span<const Item> items, std::vector<double>& seconds) {
    for (const Item& item : items) {
        const Stopwatch watch;
        insert(item);
        seconds.push_back(watch.seconds());
    }
}

double RawTable::write_all(std::span<const Item> items) {
    const Stopwatch watch;
    node::sqlite::Transaction transaction{db_};
    const std::int64_t before = key_;
    for (const Item& item : items) insert(item);
    std::int64_t key = before;
    for (const Item& item : items) {
        db_.statement("UPDATE appeal SET state = ? WHERE key = ?").run(item.state, ++key);
    }
    key = before;
    for (const Item& item : items) {
        db_.statement("UPDATE appeal SET handler = ? WHERE key = ?").run(item.handler, ++key);
    }
    key = before;
    for (const Item& item : items) {
        db_.statement("UPDATE appeal SET reply = ? WHERE key = ?").run(item.reply, ++key);
    }
    transaction.commit();
    return watch.seconds();
}

std::uintmax_t RawTable::size() {
    db_.checkpoint();
    return std::filesystem::file_size(file_);
}

}  // namespace jiuying::bench
