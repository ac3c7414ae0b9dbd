#include "sync/segment/transaction_codec.hpp"

#include "schema/assert.hpp"
#include "schema/utf8.hpp"
#include "sync/archive/wire.hpp"

#include <algorithm>
#include <tuple>

namespace jiuying::sync {
namespace {

// Head byte of a record in the public part.
constexpr std::uint8_t record_created = 1;
constexpr std::uint8_t record_foreign = 2;  // The creating author follows.
constexpr std::uint8_t record_ordinal = 4;  // An ordinal other than 0 follows.
constexpr std::uint8_t record_here = 8;     // Named by this very author and txn.
constexpr std::uint8_t record_bits = 15;

/// Memory for the changes of one transaction, whatever it claims.
constexpr std::size_t decode_budget = changes_max * sizeof(Change) + 8 * Transaction::bytes_max;

constexpr std::uint8_t value_nothing = 0, value_number = 1, value_bytes = 2;

/// What a forwarded one is was written before it was forwarded.
bool origin_sound(const Transaction& transaction, AuthorIx log_author) {
    if (!transaction.origin) return true;
    const Dot& dot = transaction.origin->dot;
    return dot.txn != 0 && (dot.author != log_author || dot.txn <= transaction.txn);
}

bool dot_less(const Dot& a, const Dot& b, const Authors& authors) {
    if (a.author != b.author) return authors.less(a.author, b.author);
    return a.txn < b.txn;
}

/// \p by: the version that names them.
bool bases_sound(const Bases& bases, Dot by, const Authors& authors) {
    for (std::size_t i = 0; i < bases.size(); ++i) {
        if (bases[i].txn == 0) return false;
        if (bases[i].author == by.author && bases[i].txn >= by.txn) return false;
        if (i > 0 && !dot_less(bases[i - 1], bases[i], authors)) return false;
    }
    return true;
}

bool records_sound(const Transaction& transaction, AuthorIx log_author) {
    const auto& records = transaction.records;
    const Dot self = dot_of(transaction, log_author);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const Dot& creation = records[i].name.creation;
        if (creation.txn == 0) return false;
        if (creation.author == self.author && creation.txn > self.txn) return false;
        // A record has one entry in a transaction: what is named by this one is created by it.
        if (creation == self && !records[i].created) return false;
        // Under the number of its place in the log a forwarded one names nothing.
        if (creation == Dot{log_author, transaction.txn} && creation != self) return false;
        for (std::size_t earlier = 0; earlier < i; ++earlier) {
            if (records[earlier].name == records[i].name) return false;
            const bool both_created = records[earlier].created && records[i].created;
            if (both_created && records[earlier].id == records[i].id) return false;
        }
    }
    return true;
}

void write_author(WireWriter& out, const Author& author) {
    out.raw(author.node.bytes);
    out.fixed64(author.epoch);
}

/// Reads an author that must not be the log's own, which has a shorter spelling.
AuthorIx read_author(WireReader& in, Authors& authors, AuthorIx log_author) {
    Author author;
    author.node.bytes = in.fixed<16>();
    author.epoch = in.fixed64();
    const AuthorIx ix = authors.intern(author);
    if (ix == log_author) detail::refuse(Errc::malformed);
    return ix;
}

void write_record(WireWriter& out, const TouchedRecord& record, const Transaction& transaction,
                  const Authors& authors, AuthorIx log_author) {
    const Dot& creation = record.name.creation;
    const bool foreign = creation.author != log_author;
    const bool here = !foreign && creation.txn == transaction.txn;
    out.byte(static_cast<std::uint8_t>(
        (record.created ? record_created : 0) | (foreign ? record_foreign : 0) |
        (record.name.ordinal != 0 ? record_ordinal : 0) | (here ? record_here : 0)));
    if (foreign) write_author(out, authors[creation.author]);
    if (!here) out.varint(creation.txn);
    if (record.name.ordinal != 0) out.byte(record.name.ordinal);
    if (record.created) {
        out.varint(static_cast<std::uint16_t>(record.entity));
        out.raw(record.id.bytes);
    }
}

TouchedRecord read_record(WireReader& in, std::uint64_t txn, Authors& authors,
                          AuthorIx log_author) {
    const std::uint8_t head = in.byte();
    const bool foreign = (head & record_foreign) != 0;
    const bool here = (head & record_here) != 0;
    if (head > record_bits || (foreign && here)) detail::refuse(Errc::malformed);
    TouchedRecord record;
    Dot& creation = record.name.creation;
    creation.author = foreign ? read_author(in, authors, log_author) : log_author;
    creation.txn = here ? txn : in.varint();
    if (!here && !foreign && creation.txn == txn) detail::refuse(Errc::malformed);
    if ((head & record_ordinal) != 0) {
        record.name.ordinal = in.byte();
        if (record.name.ordinal == 0) detail::refuse(Errc::malformed);
    }
    record.created = (head & record_created) != 0;
    if (record.created) {
        record.entity = EntityId{in.varint_as<std::uint16_t>()};
        record.id.bytes = in.fixed<16>();
    }
    return record;
}

void write_change(WireWriter& out, const Change& change, const Authors& authors,
                  AuthorIx log_author) {
    out.varint(change.field);
    out.varint(change.bases.size());
    for (const Dot& base : change.bases) {
        const bool foreign = base.author != log_author;
        out.byte(foreign ? 1 : 0);
        if (foreign) write_author(out, authors[base.author]);
        out.varint(base.txn);
    }
}

Change read_change(WireReader& in, std::size_t record, Authors& authors, AuthorIx log_author) {
    Change change;
    change.record = static_cast<std::uint8_t>(record);
    change.field = in.varint_as<std::uint16_t>();
    const std::size_t bases = in.count(2, bases_max);
    in.charge(bases * sizeof(Dot));
    change.bases.resize(bases);
    for (Dot& base : change.bases) {
        base.author = in.boolean() ? read_author(in, authors, log_author) : log_author;
        base.txn = in.varint();
    }
    return change;
}

Transaction read_public_part(WireReader& in, Authors& authors, AuthorIx log_author) {
    Transaction transaction;
    transaction.txn = in.varint();
    const std::uint64_t wall = in.varint_up_to((1ULL << 48U) - 1);
    transaction.hlc = make_hlc(wall, in.varint_as<std::uint16_t>());
    transaction.flags = in.byte();
    transaction.actor = as_text(in.counted(actor_bytes_max));
    const std::size_t records = in.count(2, Transaction::records_max);
    transaction.records.reserve(records);
    for (std::size_t i = 0; i < records; ++i) {
        transaction.records.push_back(read_record(in, transaction.txn, authors, log_author));
        const std::size_t changes = in.count(2, changes_max);
        in.charge(changes * sizeof(Change));
        transaction.changes.reserve(transaction.changes.size() + changes);
        for (std::size_t k = 0; k < changes; ++k) {
            transaction.changes.push_back(read_change(in, i, authors, log_author));
        }
    }
    // Whoever has an origin says it last; there is nothing else that could follow.
    if (in.left() == 0) return transaction;
    Origin& origin = transaction.origin.emplace();
    origin.dot.author = in.boolean() ? read_author(in, authors, log_author) : log_author;
    origin.dot.txn = in.varint();
    origin.scope.bytes = in.fixed<16>();
    return transaction;
}

bool read_private_part(WireReader& in, Transaction& transaction) {
    for (Change& change : transaction.changes) {
        switch (in.byte()) {
            case value_nothing: break;
            case value_number: change.value = in.signed_varint(); break;
            case value_bytes: change.value = std::string{as_text(in.counted())}; break;
            default: detail::refuse(Errc::malformed);
        }
    }
    return true;
}

}  // namespace

namespace detail {

Result<void> check_structure(const Transaction& transaction, const Authors& authors,
                             AuthorIx log_author) {
    if (transaction.records.size() > Transaction::records_max) return Errc::too_large;
    if (transaction.changes.size() > changes_max) return Errc::too_large;
    if (transaction.txn == 0) return Errc::malformed;
    if (!origin_sound(transaction, log_author)) return Errc::malformed;
    if (!records_sound(transaction, log_author)) return Errc::malformed;
    const Dot self = dot_of(transaction, log_author);
    std::size_t touched = 0;  // Records up to here have changes, or were created without any.
    const Change* before = nullptr;
    for (const Change& change : transaction.changes) {
        if (change.bases.size() > bases_max) return Errc::too_large;
        if (change.record >= transaction.records.size()) return Errc::malformed;
        if (before != nullptr &&
            std::tie(before->record, before->field) >= std::tie(change.record, change.field)) {
            return Errc::malformed;
        }
        for (; touched < change.record; ++touched) {
            const bool has_changes = before != nullptr && before->record == touched;
            if (!has_changes && !transaction.records[touched].created) return Errc::malformed;
        }
        if (!bases_sound(change.bases, self, authors)) return Errc::malformed;
        before = &change;
    }
    for (; touched < transaction.records.size(); ++touched) {
        const bool has_changes = before != nullptr && before->record == touched;
        if (!has_changes && !transaction.records[touched].created) return Errc::malformed;
    }
    return {};
}

void append_public_part(Bytes& bytes, const Transaction& transaction, const Authors& authors,
                        AuthorIx log_author) {
    WireWriter out{bytes};
    out.varint(transaction.txn);
    out.varint(wall_ms(transaction.hlc));
    out.varint(counter(transaction.hlc));
    out.byte(transaction.flags);
    out.counted(as_view(transaction.actor));
    out.varint(transaction.records.size());
    auto change = transaction.changes.begin();
    for (std::size_t i = 0; i < transaction.records.size(); ++i) {
        write_record(out, transaction.records[i], transaction, authors, log_author);
        const auto end = std::find_if(change, transaction.changes.end(),
                                      [i](const Change& later) { return later.record != i; });
        out.varint(static_cast<std::size_t>(end - change));
        for (; change != end; ++change) write_change(out, *change, authors, log_author);
    }
    if (!transaction.origin) return;
    const Origin& origin = *transaction.origin;
    const bool foreign = origin.dot.author != log_author;
    out.byte(foreign ? 1 : 0);
    if (foreign) write_author(out, authors[origin.dot.author]);
    out.varint(origin.dot.txn);
    out.raw(origin.scope.bytes);
}

void append_private_part(Bytes& bytes, const Transaction& transaction) {
    WireWriter out{bytes};
    for (const Change& change : transaction.changes) {
        if (const auto* number = schema::number_of(change.value)) {
            out.byte(value_number);
            out.signed_varint(*number);
        } else if (const auto* text = schema::text_of(change.value)) {
            out.byte(value_bytes);
            out.counted(as_view(*text));
        } else {
            out.byte(value_nothing);
        }
    }
}

}  // namespace detail

namespace {

/// The limit is on the encoded bytes. Few transactions come near it, so a bound is tried first.
Result<void> check_size(const Transaction& transaction, const Authors& authors,
                        AuthorIx log_author) {
    std::size_t bound = 128 + transaction.records.size() * 64 + transaction.changes.size() * 20;
    for (const Change& change : transaction.changes) {
        const auto* text = schema::text_of(change.value);
        bound += change.bases.size() * 40 + (text != nullptr ? text->size() : 0);
    }
    if (bound <= Transaction::bytes_max) return {};
    Bytes bytes;
    detail::append_public_part(bytes, transaction, authors, log_author);
    detail::append_private_part(bytes, transaction);
    if (bytes.size() > Transaction::bytes_max) return Errc::too_large;
    return {};
}

}  // namespace

void canonicalize(Transaction& transaction, const Authors& authors) {
    std::ranges::sort(transaction.changes, [](const Change& a, const Change& b) {
        return std::tie(a.record, a.field) < std::tie(b.record, b.field);
    });
    for (Change& change : transaction.changes) {
        std::ranges::sort(change.bases,
                          [&](const Dot& a, const Dot& b) { return dot_less(a, b, authors); });
    }
}

Result<void> check(const Transaction& transaction, const Authors& authors, AuthorIx log_author) {
    if (transaction.actor.size() > actor_bytes_max) return Errc::too_large;
    if (!schema::is_utf8(transaction.actor)) return Errc::not_utf8;
    if (const auto sound = detail::check_structure(transaction, authors, log_author); !sound) {
        return sound.error();
    }
    return check_size(transaction, authors, log_author);
}

EncodedTransaction encode(const Transaction& transaction, const Authors& authors,
                          AuthorIx log_author) {
    JY_ASSERT(check(transaction, authors, log_author).has_value());
    EncodedTransaction encoded;
    detail::append_public_part(encoded.public_part, transaction, authors, log_author);
    detail::append_private_part(encoded.private_part, transaction);
    return encoded;
}

Result<Transaction> decode(View public_part, View private_part, Authors& authors,
                           AuthorIx log_author) {
    const std::size_t size = public_part.size() + private_part.size();
    if (size > Transaction::bytes_max) return Errc::too_large;
    auto transaction = decoding(public_part, decode_budget, [&](WireReader& in) {
        return read_public_part(in, authors, log_author);
    });
    if (!transaction) return transaction.error();
    const auto values = decoding(
        private_part, size, [&](WireReader& in) { return read_private_part(in, *transaction); });
    if (!values) return values.error();
    if (const auto sound = check(*transaction, authors, log_author); !sound) return sound.error();
    return transaction;
}

}  // namespace jiuying::sync
