#include "schema/utf8.hpp"
#include "sync/segment/columns.hpp"
#include "sync/segment/dense_text.hpp"
#include "sync/segment/uuid_bits.hpp"
#include "sync/segment/version_index.hpp"

#include <algorithm>
#include <set>

namespace jiuying::sync {
namespace {

constexpr std::uint64_t types_max = 2;  ///< Nothing, number, bytes: Value's alternatives in order.

struct ReadShape {
    Shape shape;
    std::vector<std::size_t> slots;  ///< One per field, in order.
    std::size_t changes = 0;
};

/// The values of one field, handed out in the order of the transactions.
struct SlotReader {
    std::size_t count = 0;
    SignedNumbers walls;  ///< The wall time of each change's transaction, until ints are read.
    Numbers types;
    SignedNumbers ints;
    Numbers lengths;  ///< Of each text, or of each word of the dictionary, as spelled.
    Numbers indices;  ///< Into the dictionary, if there is one.
    std::vector<std::string> words;
    bool dense = false;
    std::string_view texts;
    std::size_t next_type = 0, next_int = 0, next_text = 0;

    void take(Value& value) {
        switch (types[next_type++]) {
            case 1: value = ints[next_int++]; break;
            case 2: take_text(value.emplace<std::string>()); break;
            default: break;
        }
    }

    /// The next text as spelled becomes the value.
    void read_text(std::string& text, std::size_t length) {
        const std::string_view spelled = texts.substr(0, length);
        texts.remove_prefix(length);
        if (!dense) {
            text = spelled;
        } else if (!append_undense(text, spelled)) {
            detail::refuse(Errc::malformed);
        }
    }

private:
    void take_text(std::string& text) {
        const std::size_t i = next_text++;
        if (!indices.empty()) {
            text = words[indices[i]];
        } else {
            read_text(text, static_cast<std::size_t>(lengths[i]));
        }
    }
};

class Reader {
public:
    Reader(WireReader& columns, WireReader& stored, std::size_t count, Authors& authors,
           AuthorIx log_author, bool has_origins)
        : in_(columns),
          stored_(stored),
          count_(count),
          authors_(authors),
          log_author_(log_author),
          has_origins_(has_origins) {}

    UnpackedColumns read(std::uint64_t first_seq) {
        UnpackedColumns unpacked;
        const bool restated = in_.boolean();
        read_dictionaries();
        read_heads();
        if (has_origins_) read_origins();
        measure();
        read_names();
        for (SlotReader& slot : slots_) read_slot(slot);
        read_proof(unpacked.proof, restated, first_seq);
        for (SlotReader& slot : slots_) read_texts(slot);
        assemble(unpacked);
        return unpacked;
    }

private:
    void read_dictionaries();
    void read_heads();
    void read_origins();
    void assemble_origin(Transaction& transaction, std::size_t place);
    void measure();
    void read_names();
    void read_slot(SlotReader& slot);
    void read_proof(Proof& proof, bool restated, std::uint64_t first_seq);
    void read_texts(SlotReader& slot);
    void assemble(UnpackedColumns& unpacked);
    void assemble_record(const ShapeRecord& shape, TouchedRecord& record, std::uint64_t txn,
                         std::int64_t wall);
    void assemble_bases(Change& change, BaseCode code, const TouchedRecord& record,
                        std::uint64_t txn);
    void note_shape(ReadShape& shape);
    [[nodiscard]] AuthorIx author(std::uint64_t code) const {
        return code == 0 ? log_author_ : foreign_[code - 1];
    }

    WireReader& in_;
    WireReader& stored_;
    std::size_t count_;
    Authors& authors_;
    AuthorIx log_author_;
    bool has_origins_;

    std::vector<AuthorIx> foreign_;
    std::vector<std::string> actors_;
    std::vector<ReadShape> shapes_;
    std::map<SlotKey, std::size_t> slot_codes_;
    std::vector<SlotReader> slots_;
    std::set<FieldId> previous_fields_;  ///< Fields whose versions must be remembered.

    SignedNumbers txns_, walls_;
    Numbers counters_, flags_, actor_column_, shape_column_;
    std::vector<ScopeId> origin_scopes_;
    Numbers origin_column_, origin_authors_;
    SignedNumbers origin_txns_;
    std::size_t next_origin_ = 0;
    SignedNumbers name_own_txns_, list_own_txns_;
    std::size_t created_ = 0, own_base_count_ = 0;
    Numbers name_authors_, uuid_kinds_, list_counts_, list_authors_;
    SignedNumbers name_txns_, uuid_times_, own_bases_, list_txns_;
    UuidBitsReader uuid_bits_;
    VersionIndex versions_;
    std::size_t next_name_ = 0, next_created_ = 0, next_uuid_time_ = 0, next_own_base_ = 0,
                next_list_ = 0, next_list_dot_ = 0;
};

void Reader::note_shape(ReadShape& read) {
    for (const ShapeRecord& record : read.shape.records) {
        for (const ShapeField& field : record.fields) {
            const auto slot = slot_codes_.try_emplace({record.entity, field.field}, slots_.size());
            if (slot.second) slots_.emplace_back();
            if (slots_.size() > segment_slots_max) detail::refuse(Errc::too_large);
            read.slots.push_back(slot.first->second);
            if (field.code == BaseCode::previous) previous_fields_.insert(field.field);
        }
    }
    read.changes = read.slots.size();
}

void Reader::read_dictionaries() {
    BoundedInput archive{in_};
    std::vector<Author> foreign;
    std::vector<Shape> shapes;
    archive(foreign, at_most(actors_, count_), at_most(shapes, count_));
    for (const Author& one : foreign) {
        foreign_.push_back(authors_.intern(one));
        if (foreign_.back() == log_author_) detail::refuse(Errc::malformed);
    }
    for (const std::string& actor : actors_) {
        if (actor.size() > actor_bytes_max) detail::refuse(Errc::too_large);
        if (!schema::is_utf8(actor)) detail::refuse(Errc::not_utf8);
    }
    shapes_.reserve(shapes.size());
    for (Shape& shape : shapes) {
        shapes_.push_back({std::move(shape), {}, 0});
        note_shape(shapes_.back());
    }
}

void Reader::read_heads() {
    txns_ = read_signed(in_, count_);
    walls_ = read_signed(in_, count_);
    counters_ = read_numbers(in_, count_, 0xFFFFU);
    flags_ = read_numbers(in_, count_, 0xFFU);
    if (count_ > 0 && (actors_.empty() || shapes_.empty())) detail::refuse(Errc::malformed);
    actor_column_ = read_numbers(in_, count_, actors_.size() - 1);
    shape_column_ = read_numbers(in_, count_, shapes_.size() - 1);
    for (std::size_t i = 0; i < count_; ++i) {
        if (walls_[i] < 0 || walls_[i] >> 48U != 0) detail::refuse(Errc::malformed);
        const auto before = i == 0 ? 0 : static_cast<std::uint64_t>(txns_[i - 1]);
        if (static_cast<std::uint64_t>(txns_[i]) <= before) detail::refuse(Errc::malformed);
    }
}

void Reader::read_origins() {
    BoundedInput archive{in_};
    archive(at_most(origin_scopes_, count_));
    // A segment without any doesn't say that it has some.
    if (origin_scopes_.empty()) detail::refuse(Errc::malformed);
    origin_column_ = read_numbers(in_, count_, origin_scopes_.size());
    SignedNumbers own_txns;
    for (std::size_t i = 0; i < count_; ++i) {
        if (origin_column_[i] != 0) own_txns.push_back(txns_[i]);
    }
    if (own_txns.empty()) detail::refuse(Errc::malformed);
    origin_authors_ = read_numbers(in_, own_txns.size(), foreign_.size());
    origin_txns_ = read_signed(in_, own_txns.size(), own_txns);
}

void Reader::assemble_origin(Transaction& transaction, std::size_t place) {
    if (!has_origins_ || origin_column_[place] == 0) return;
    const std::size_t at = next_origin_++;
    transaction.origin =
        Origin{{author(origin_authors_[at]), static_cast<std::uint64_t>(origin_txns_[at])},
               origin_scopes_[origin_column_[place] - 1]};
}

/// How many values each column has follows from the shapes. Charged before they are read.
void Reader::measure() {
    std::size_t changes = 0;
    std::size_t records = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        const ReadShape& read = shapes_[shape_column_[i]];
        changes += read.changes;
        records += read.shape.records.size();
        if (changes > segment_changes_max) detail::refuse(Errc::too_large);
        std::size_t place = 0;
        std::size_t named = 0;
        for (const ShapeRecord& record : read.shape.records) {
            if (!record.is_here()) ++named;
            if (record.is_created()) ++created_;
            for (const ShapeField& field : record.fields) {
                if (field.code == BaseCode::own) ++own_base_count_;
                if (field.code == BaseCode::list) list_own_txns_.push_back(txns_[i]);
                SlotReader& slot = slots_[read.slots[place++]];
                ++slot.count;
                slot.walls.push_back(walls_[i]);
            }
        }
        name_own_txns_.insert(name_own_txns_.end(), named, txns_[i]);
        if (name_own_txns_.size() + created_ > segment_changes_max) {
            detail::refuse(Errc::too_large);
        }
    }
    in_.charge(count_ * sizeof(Transaction) + records * sizeof(TouchedRecord) +
               changes * (sizeof(Change) + sizeof(std::int64_t)));
}

void Reader::read_names() {
    name_authors_ = read_numbers(in_, name_own_txns_.size(), foreign_.size());
    name_txns_ = read_signed(in_, name_own_txns_.size(), name_own_txns_);
    uuid_kinds_ = read_numbers(in_, created_, uuid_other);
    const auto others = static_cast<std::size_t>(std::ranges::count(uuid_kinds_, uuid_other));
    uuid_times_ = read_signed(in_, created_ - others);
    uuid_bits_ = UuidBitsReader{stored_, created_ - others, others};
    own_bases_ = read_signed(in_, own_base_count_);
    list_counts_ = read_numbers(in_, list_own_txns_.size(), bases_max);
    SignedNumbers own_txns;  // Once per base.
    for (std::size_t i = 0; i < list_counts_.size(); ++i) {
        in_.charge(list_counts_[i] * (sizeof(Dot) + sizeof(std::int64_t)));
        own_txns.insert(own_txns.end(), list_counts_[i], list_own_txns_[i]);
    }
    list_authors_ = read_numbers(in_, own_txns.size(), foreign_.size());
    list_txns_ = read_signed(in_, own_txns.size(), own_txns);
}

void Reader::read_slot(SlotReader& slot) {
    slot.types = read_numbers(in_, slot.count, types_max);
    std::size_t ints = 0;
    for (std::size_t i = 0; i < slot.count; ++i) {
        if (slot.types[i] == 1) slot.walls[ints++] = slot.walls[i];
    }
    slot.walls.resize(ints);
    slot.ints = read_signed(in_, ints, slot.walls);
    const auto texts = static_cast<std::size_t>(std::ranges::count(slot.types, 2U));
    if (texts == 0) return;
    const auto words = static_cast<std::size_t>(
        in_.varint_up_to(std::min<std::uint64_t>(dictionary_words_max, texts)));
    in_.charge(words * sizeof(std::string));
    slot.dense = in_.boolean();
    slot.lengths = read_numbers(in_, words != 0 ? words : texts, segment_raw_max);
    if (words != 0) slot.indices = read_numbers(in_, texts, words - 1);
}

void Reader::read_proof(Proof& proof, bool restated, std::uint64_t first_seq) {
    if (!restated) {
        const std::uint64_t last_seq = first_seq + count_ - 1;
        const std::uint64_t seeds = salt_block(last_seq) - salt_block(first_seq) + 1;
        for (std::uint64_t i = 0; i < seeds; ++i) proof.seeds.push_back(stored_.fixed<16>());
        return;
    }
    for (const std::uint64_t erased : read_numbers(in_, count_, 2)) {
        if (erased != 0) {
            proof.each.emplace_back(Erased{stored_.fixed<32>(), erased == 2});
        } else {
            proof.each.emplace_back(stored_.fixed<16>());
        }
    }
}

void Reader::read_texts(SlotReader& slot) {
    std::uint64_t size = 0;  // No overflow: each length is bounded, and so is their number.
    for (const std::uint64_t length : slot.lengths) size += length;
    slot.texts = as_text(in_.raw(static_cast<std::size_t>(size)));
    if (slot.indices.empty()) return;
    slot.words.resize(slot.lengths.size());
    for (std::size_t i = 0; i < slot.words.size(); ++i) {
        slot.read_text(slot.words[i], static_cast<std::size_t>(slot.lengths[i]));
    }
    // A word may be long and used often: what the copies will take is charged beforehand.
    for (const std::uint64_t index : slot.indices) in_.charge(slot.words[index].size());
}

void Reader::assemble_record(const ShapeRecord& shape, TouchedRecord& record, std::uint64_t txn,
                             std::int64_t wall) {
    record.name.ordinal = shape.ordinal;
    if (shape.is_here()) {
        record.name.creation = {log_author_, txn};
    } else {
        record.name.creation = {author(name_authors_[next_name_]),
                                static_cast<std::uint64_t>(name_txns_[next_name_])};
        ++next_name_;
        // What is created here has a shorter spelling, which the writer would have used.
        if (record.name.creation == Dot{log_author_, txn}) detail::refuse(Errc::malformed);
    }
    record.created = shape.is_created();
    if (!record.created) return;
    record.entity = shape.entity;
    if (uuid_kinds_[next_created_++] == uuid_other) {
        record.id = uuid_bits_.next_other();
        if (is_uuid_v7(record.id)) detail::refuse(Errc::malformed);
        return;
    }
    const auto time = static_cast<std::uint64_t>(wall) +
                      static_cast<std::uint64_t>(uuid_times_[next_uuid_time_++]);
    if (time >> 48U != 0) detail::refuse(Errc::malformed);
    record.id = uuid_bits_.next_v7(time);
}

void Reader::assemble_bases(Change& change, BaseCode code, const TouchedRecord& record,
                            std::uint64_t txn) {
    std::uint64_t previous = 0;
    if (!record.created && previous_fields_.contains(change.field)) {
        previous = versions_.exchange({record.name, change.field}, txn);
    }
    const Dot& creation = record.name.creation;
    switch (code) {
        case BaseCode::none: return;
        case BaseCode::creation: change.bases.push_back(creation); return;
        case BaseCode::previous: change.bases.push_back({log_author_, previous}); return;
        case BaseCode::own: {
            const std::uint64_t from = creation.author == log_author_ ? creation.txn : txn;
            const auto offset = static_cast<std::uint64_t>(own_bases_[next_own_base_++]);
            change.bases.push_back({log_author_, from + offset});
            return;
        }
        case BaseCode::list: break;
    }
    for (std::uint64_t left = list_counts_[next_list_++]; left > 0; --left) {
        change.bases.push_back({author(list_authors_[next_list_dot_]),
                                static_cast<std::uint64_t>(list_txns_[next_list_dot_])});
        ++next_list_dot_;
    }
}

void Reader::assemble(UnpackedColumns& unpacked) {
    unpacked.transactions.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) {
        const ReadShape& read = shapes_[shape_column_[i]];
        Transaction& transaction = unpacked.transactions[i];
        transaction.txn = static_cast<std::uint64_t>(txns_[i]);
        transaction.hlc = make_hlc(static_cast<std::uint64_t>(walls_[i]),
                                   static_cast<std::uint16_t>(counters_[i]));
        transaction.flags = static_cast<std::uint8_t>(flags_[i]);
        transaction.actor = actors_[actor_column_[i]];
        assemble_origin(transaction, i);
        transaction.records.resize(read.shape.records.size());
        transaction.changes.resize(read.changes);
        std::size_t place = 0;
        for (std::size_t r = 0; r < transaction.records.size(); ++r) {
            TouchedRecord& record = transaction.records[r];
            assemble_record(read.shape.records[r], record, transaction.txn, walls_[i]);
            for (const ShapeField& field : read.shape.records[r].fields) {
                Change& change = transaction.changes[place];
                change.record = static_cast<std::uint8_t>(r);
                change.field = field.field;
                assemble_bases(change, field.code, record, transaction.txn);
                slots_[read.slots[place++]].take(change.value);
                const bool gone = unpacked.proof.redacted(i) != nullptr;
                if (gone && !unpacked.proof.in_part(i) && !schema::empty(change.value)) {
                    detail::refuse(Errc::malformed);
                }
            }
        }
    }
}

}  // namespace

UnpackedColumns read_columns(WireReader& columns, WireReader& stored, std::uint64_t first_seq,
                             std::size_t count, Authors& authors, AuthorIx log_author,
                             bool has_origins) {
    return Reader{columns, stored, count, authors, log_author, has_origins}.read(first_seq);
}

}  // namespace jiuying::sync
