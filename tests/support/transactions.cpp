#include "tests/support/transactions.hpp"

#include "schema/ids.hpp"
#include "sync/crypto/bytes.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>
#include <array>

namespace jiuying::test {

using namespace sync;

namespace {

const std::vector<std::string> phrases{"四褐山街道路灯不亮",
                                       "已受理",
                                       "A1 区 B 栋",
                                       "",
                                       "“请”尽快——处理…",
                                       "𠮷野家门口噪音",
                                       "naïve café",
                                       "ascii only",
                                       std::string{"\0\xFF\xC0", 3},
                                       std::string(300, 'x')};

const std::vector<FieldId> fields{1, 5, 12, 20, 21, 24, 40, 999, 65535};

}  // namespace

TransactionSource::TransactionSource(Authors& authors, const LogId& log, std::uint64_t seed)
    : authors_(authors), dice_(seed), own_(authors.intern(log.author)) {
    for (std::uint8_t i = 0; i < 3; ++i) {
        Author other;
        other.node.bytes.fill(static_cast<std::uint8_t>(0xA0 + i));
        other.epoch = seed + i;
        others_.push_back(authors.intern(other));
    }
}

Value TransactionSource::value() {
    switch (dice_.below(5)) {
        case 0: return {};
        case 1: return static_cast<std::int64_t>(dice_.next());
        case 2: return static_cast<std::int64_t>(wall_ms_);
        default: return dice_.pick(phrases);
    }
}

Bases TransactionSource::bases(const Known& record, FieldId field, bool created) {
    Bases found;
    const auto last = std::ranges::find(record.versions, field,
                                        [](const auto& version) { return version.first; });
    if (created) return found;
    if (last != record.versions.end() && dice_.chance(80)) found.push_back({own_, last->second});
    if (dice_.chance(20)) found.push_back({dice_.pick(others_), 1 + dice_.below(100'000)});
    if (dice_.chance(5)) found.push_back({dice_.pick(others_), 200'000 + dice_.below(9)});
    const Dot& creation = record.name.creation;
    if (found.empty() && dice_.chance(70)) found.push_back(creation);
    return found;
}

void TransactionSource::add_changes(Transaction& transaction, Known& record, bool created) {
    const auto place = static_cast<std::uint8_t>(transaction.records.size() - 1);
    for (const FieldId field : fields) {
        if (!dice_.chance(created ? 80 : 15)) continue;
        transaction.changes.push_back({place, field, bases(record, field, created), value()});
        std::erase_if(record.versions, [field](const auto& v) { return v.first == field; });
        record.versions.emplace_back(field, transaction.txn);
    }
    if (created || (!transaction.changes.empty() && transaction.changes.back().record == place)) {
        return;
    }
    transaction.changes.push_back({place, 7, {}, value()});
}

void TransactionSource::touch_new(Transaction& transaction) {
    TouchedRecord record;
    record.name = {{own_, transaction.txn}, static_cast<std::uint8_t>(transaction.records.size())};
    if (dice_.chance(5)) record.name.creation = {dice_.pick(others_), 1 + dice_.below(1000)};
    record.created = true;
    record.entity = EntityId{static_cast<std::uint16_t>(dice_.chance(90) ? 16 : 4242)};
    std::array<std::uint8_t, 10> random{};
    for (auto& byte : random) byte = static_cast<std::uint8_t>(dice_.next());
    record.id = schema::make_record_id(static_cast<std::int64_t>(wall_ms_), random);
    if (dice_.chance(10)) {  // No UUIDv7, and another in each place.
        record.id.bytes.fill(static_cast<std::uint8_t>(dice_.below(9)));
        record.id.bytes[0] = record.name.ordinal;
    }
    transaction.records.push_back(record);
    known_.push_back({record.name, {}});
    add_changes(transaction, known_.back(), true);
}

void TransactionSource::touch_known(Transaction& transaction) {
    Known& record = known_[dice_.below(known_.size())];
    for (const TouchedRecord& touched : transaction.records) {
        if (touched.name == record.name) return;
    }
    TouchedRecord touched;
    touched.name = record.name;
    transaction.records.push_back(touched);
    add_changes(transaction, record, false);
}

Transaction TransactionSource::next() {
    Transaction transaction;
    txn_ += 1 + (dice_.chance(10) ? dice_.below(5) : 0);
    wall_ms_ += dice_.below(100'000);
    if (dice_.chance(3)) wall_ms_ -= 50'000'000;
    transaction.txn = txn_;
    transaction.hlc = make_hlc(wall_ms_, static_cast<std::uint16_t>(dice_.below(3)));
    transaction.flags = dice_.chance(5) ? Transaction::clock_suspect : std::uint8_t{0};
    transaction.actor = "S" + std::to_string(dice_.below(4));
    const std::size_t records = dice_.chance(10) ? dice_.below(4) : 1;
    for (std::size_t i = 0; i < records; ++i) {
        if (known_.empty() || dice_.chance(30)) {
            touch_new(transaction);
        } else {
            touch_known(transaction);
        }
    }
    canonicalize(transaction, authors_);
    return transaction;
}

std::vector<Transaction> TransactionSource::next(std::size_t count) {
    std::vector<Transaction> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(next());
    return all;
}

LogId log_named(std::uint8_t byte) {
    LogId log;
    log.author.node.bytes.fill(byte);
    log.author.epoch = 0x0102030405060700U + byte;
    log.scope.bytes.fill(static_cast<std::uint8_t>(byte ^ 0xFFU));
    return log;
}

std::string spelled(const Transaction& transaction, const Authors& authors, AuthorIx log_author) {
    const EncodedTransaction encoded = encode(transaction, authors, log_author);
    return hex_encode(encoded.public_part) + "/" + hex_encode(encoded.private_part);
}

}  // namespace jiuying::test
