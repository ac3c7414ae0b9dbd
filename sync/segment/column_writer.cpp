#include "schema/assert.hpp"
#include "sync/segment/columns.hpp"
#include "sync/segment/dense_text.hpp"
#include "sync/segment/uuid_bits.hpp"
#include "sync/segment/version_index.hpp"

#include <algorithm>
#include <string_view>

namespace jiuying::sync {
namespace {

/// The values of one field.
struct Slot {
    Numbers types;
    SignedNumbers ints;
    SignedNumbers int_walls;  ///< The wall time of each number's transaction.
    Numbers lengths;
    Bytes texts;
};

struct KnownShape {
    Shape shape;
    std::vector<std::size_t> slots;  ///< One per field, in order.
};

/// Distinct texts of a column in order of first appearance, or nothing if it repeats itself too
/// little.
struct TextDictionary {
    std::vector<std::string_view> words;
    Numbers indices;
};

std::vector<std::string_view> split(View texts, const Numbers& lengths) {
    std::vector<std::string_view> all;
    all.reserve(lengths.size());
    for (const std::uint64_t length : lengths) {
        all.push_back(as_text(texts.first(static_cast<std::size_t>(length))));
        texts = texts.subspan(static_cast<std::size_t>(length));
    }
    return all;
}

std::optional<TextDictionary> make_dictionary(const Slot& slot) {
    TextDictionary dictionary;
    std::unordered_map<std::string_view, std::size_t> known;
    const std::size_t words_max = std::min(dictionary_words_max, slot.lengths.size() / 2);
    for (const std::string_view word : split(slot.texts, slot.lengths)) {
        const auto [found, fresh] = known.try_emplace(word, known.size());
        if (fresh && known.size() > words_max) return std::nullopt;
        if (fresh) dictionary.words.push_back(word);
        dictionary.indices.push_back(found->second);
    }
    return dictionary;
}

bool has_high_bytes(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// Collects the packed bytes and remembers where columns end.
struct Packer {
    explicit Packer(Packing how) : packing(how) {}

    Packing packing;
    PackedColumns packed;
    Bytes texts;
    std::vector<std::size_t> text_cuts;
    BoundedOutput archive{packed.bytes};
    WireWriter& out = archive.wire;

    void cut() { packed.cuts.push_back(packed.bytes.size()); }
    void column(std::span<const std::uint64_t> numbers) {
        write_numbers(out, numbers, packing);
        cut();
    }
    void column(std::span<const std::int64_t> numbers,
                std::span<const std::int64_t> reference = {}) {
        write_signed(out, numbers, reference, packing);
        cut();
    }
    void slot(const Slot& slot) {
        column(slot.types);
        column(slot.ints, slot.int_walls);
        if (slot.lengths.empty()) return;
        const auto dictionary = make_dictionary(slot);
        const auto words = dictionary ? dictionary->words : split(slot.texts, slot.lengths);
        out.varint(dictionary ? words.size() : 0);
        column(text_lengths(words));
        if (dictionary) column(dictionary->indices);
        text_cuts.push_back(texts.size());
    }
    /// Appends the texts, dense if they are UTF-8 and gain by it, and returns their lengths.
    Numbers text_lengths(const std::vector<std::string_view>& words) {
        const std::size_t start = texts.size();
        Numbers lengths;
        bool dense = false;
        for (const std::string_view word : words) dense = dense || has_high_bytes(word);
        for (auto word = words.begin(); dense && word != words.end(); ++word) {
            const std::size_t before = texts.size();
            dense = append_dense(texts, *word);
            lengths.push_back(texts.size() - before);
        }
        out.byte(dense ? text_dense : text_plain);
        if (dense) return lengths;
        texts.resize(start);
        lengths.clear();
        for (const std::string_view word : words) {
            append(texts, as_view(word));
            lengths.push_back(word.size());
        }
        return lengths;
    }
    PackedColumns finish() {
        const std::size_t texts_at = packed.bytes.size();
        for (const std::size_t at : text_cuts) packed.cuts.push_back(texts_at + at);
        append(packed.bytes, texts);
        return std::move(packed);
    }
};

}  // namespace

struct ColumnWriter::State {
    State(const Authors& known_authors, AuthorIx author)
        : authors(known_authors), log_author(author) {}

    std::uint64_t author_code(AuthorIx ix);
    std::uint64_t actor_code(const std::string& actor);
    BaseCode base_code(const Change& change, const TouchedRecord& record, std::uint64_t own_txn);
    const KnownShape& shape_of(const Transaction& transaction);
    void add_record(const TouchedRecord& record, const Transaction& transaction);
    void add_bases(const Change& change, const TouchedRecord& record, BaseCode code,
                   std::uint64_t own_txn);
    void add_value(const Value& value, Slot& slot, std::int64_t wall);
    void add_origin(const Transaction& transaction);
    void pack_origins(Packer& to) const;
    void pack_names(Packer& to) const;

    const Authors& authors;
    AuthorIx log_author;
    std::size_t raw_size = 64;
    std::size_t changes = 0;

    std::vector<Author> foreign;  ///< Authors other than the log's; the code is the place plus 1.
    std::unordered_map<std::uint32_t, std::uint64_t> foreign_codes;
    std::vector<std::string> actors;
    std::unordered_map<std::string, std::uint64_t> actor_codes;
    std::vector<KnownShape> shapes;
    std::unordered_map<std::string, std::size_t> shape_codes;
    Bytes shape_key;
    Shape scratch_shape;
    std::map<SlotKey, std::size_t> slot_codes;
    std::vector<Slot> slots;
    VersionIndex versions;

    SignedNumbers txns, walls;
    std::vector<ScopeId> origin_scopes;
    Numbers origin_column, origin_authors;  ///< 0: none, else the place of its scope plus 1.
    SignedNumbers origin_txns, origin_own_txns;
    Numbers counters, flags, actor_column, shape_column;
    Numbers name_authors;
    SignedNumbers name_txns, name_own_txns;
    Numbers uuid_kinds;
    SignedNumbers uuid_times;
    UuidBitsWriter uuid_bits;
    SignedNumbers own_bases;
    Numbers list_counts, list_authors;
    SignedNumbers list_txns, list_own_txns;
};

std::uint64_t ColumnWriter::State::author_code(AuthorIx ix) {
    if (ix == log_author) return 0;
    const auto [at, fresh] =
        foreign_codes.try_emplace(static_cast<std::uint32_t>(ix), foreign.size() + 1);
    if (fresh) {
        foreign.push_back(authors[ix]);
        raw_size += 24;
    }
    return at->second;
}

std::uint64_t ColumnWriter::State::actor_code(const std::string& actor) {
    if (!actors.empty() && actors[actor_column.back()] == actor) return actor_column.back();
    const auto [at, fresh] = actor_codes.try_emplace(actor, actors.size());
    if (fresh) {
        actors.push_back(actor);
        raw_size += actor.size() + 1;
    }
    return at->second;
}

BaseCode ColumnWriter::State::base_code(const Change& change, const TouchedRecord& record,
                                        std::uint64_t own_txn) {
    const Dot& creation = record.name.creation;
    const VersionKey key{record.name, change.field};
    // Also remembers this version for those that follow.
    const std::uint64_t previous = record.created ? 0 : versions.exchange(key, own_txn);
    if (change.bases.empty()) return BaseCode::none;
    if (change.bases.size() > 1) return BaseCode::list;
    const Dot& base = change.bases.front();
    if (base == creation) return BaseCode::creation;
    if (base.author != log_author) return BaseCode::list;
    return base.txn == previous ? BaseCode::previous : BaseCode::own;
}

const KnownShape& ColumnWriter::State::shape_of(const Transaction& transaction) {
    auto& records = scratch_shape.records;
    records.resize(transaction.records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        const TouchedRecord& record = transaction.records[i];
        const bool here = record.name.creation == Dot{log_author, transaction.txn};
        records[i].head = static_cast<std::uint8_t>((record.created ? ShapeRecord::created : 0) |
                                                    (here ? ShapeRecord::here : 0));
        records[i].ordinal = record.name.ordinal;
        records[i].entity = record.created ? record.entity : EntityId{};
        records[i].fields.clear();
    }
    for (const Change& change : transaction.changes) {
        const TouchedRecord& record = transaction.records[change.record];
        records[change.record].fields.push_back(
            {change.field, base_code(change, record, transaction.txn)});
    }
    shape_key.clear();
    encode_into(shape_key, scratch_shape);
    const auto [at, fresh] =
        shape_codes.try_emplace(std::string{as_text(shape_key)}, shapes.size());
    shape_column.push_back(at->second);
    if (!fresh) return shapes[at->second];
    raw_size += shape_key.size();
    KnownShape& known = shapes.emplace_back(KnownShape{scratch_shape, {}});
    for (const ShapeRecord& record : known.shape.records) {
        for (const ShapeField& field : record.fields) {
            const auto slot = slot_codes.try_emplace({record.entity, field.field}, slots.size());
            if (slot.second) slots.emplace_back();
            known.slots.push_back(slot.first->second);
        }
    }
    return known;
}

void ColumnWriter::State::add_record(const TouchedRecord& record, const Transaction& transaction) {
    const Dot& creation = record.name.creation;
    if (creation != Dot{log_author, transaction.txn}) {
        name_authors.push_back(author_code(creation.author));
        name_txns.push_back(static_cast<std::int64_t>(creation.txn));
        name_own_txns.push_back(static_cast<std::int64_t>(transaction.txn));
        raw_size += 4;
    }
    if (!record.created) return;
    uuid_kinds.push_back(is_uuid_v7(record.id) ? uuid_v7 : uuid_other);
    if (is_uuid_v7(record.id)) {
        uuid_times.push_back(static_cast<std::int64_t>(uuid_time(record.id)) - walls.back());
    }
    uuid_bits.add(record.id);
    raw_size += 12;
}

void ColumnWriter::State::add_bases(const Change& change, const TouchedRecord& record,
                                    BaseCode code, std::uint64_t own_txn) {
    if (code == BaseCode::own) {
        const Dot& creation = record.name.creation;
        const std::uint64_t from = creation.author == log_author ? creation.txn : own_txn;
        own_bases.push_back(static_cast<std::int64_t>(change.bases.front().txn - from));
        raw_size += 3;
    } else if (code == BaseCode::list) {
        list_counts.push_back(change.bases.size());
        for (const Dot& base : change.bases) {
            list_authors.push_back(author_code(base.author));
            list_txns.push_back(static_cast<std::int64_t>(base.txn));
            list_own_txns.push_back(static_cast<std::int64_t>(own_txn));
        }
        raw_size += 1 + change.bases.size() * 12;
    }
}

void ColumnWriter::State::add_value(const Value& value, Slot& slot, std::int64_t wall) {
    slot.types.push_back(value.index());
    if (const auto* number = schema::number_of(value)) {
        slot.ints.push_back(*number);
        slot.int_walls.push_back(wall);
        raw_size += 4;
    } else if (const auto* text = schema::text_of(value)) {
        slot.lengths.push_back(text->size());
        append(slot.texts, as_view(*text));
        raw_size += 1 + text->size();
    }
}

void ColumnWriter::State::add_origin(const Transaction& transaction) {
    if (!transaction.origin) {
        origin_column.push_back(0);
        return;
    }
    const Origin& origin = *transaction.origin;
    const auto at = std::ranges::find(origin_scopes, origin.scope);
    origin_column.push_back(static_cast<std::uint64_t>(at - origin_scopes.begin()) + 1);
    if (at == origin_scopes.end()) origin_scopes.push_back(origin.scope);
    origin_authors.push_back(author_code(origin.dot.author));
    origin_txns.push_back(static_cast<std::int64_t>(origin.dot.txn));
    origin_own_txns.push_back(static_cast<std::int64_t>(transaction.txn));
    raw_size += 8;
}

void ColumnWriter::State::pack_origins(Packer& to) const {
    if (origin_scopes.empty()) return;
    to.archive(origin_scopes);
    to.cut();
    to.column(origin_column);
    to.column(origin_authors);
    to.column(origin_txns, origin_own_txns);
}

void ColumnWriter::State::pack_names(Packer& to) const {
    to.column(name_authors);
    to.column(name_txns, name_own_txns);
    to.column(uuid_kinds);
    to.column(uuid_times);
    to.column(own_bases);
    to.column(list_counts);
    to.column(list_authors);
    to.column(list_txns, list_own_txns);
}

ColumnWriter::ColumnWriter(const Authors& authors, AuthorIx log_author)
    : state_(std::make_unique<State>(authors, log_author)) {}
ColumnWriter::~ColumnWriter() = default;
ColumnWriter::ColumnWriter(ColumnWriter&&) noexcept = default;
ColumnWriter& ColumnWriter::operator=(ColumnWriter&&) noexcept = default;

std::size_t ColumnWriter::count() const { return state_->txns.size(); }
std::size_t ColumnWriter::items() const {
    return state_->changes + state_->name_txns.size() + state_->uuid_kinds.size();
}
std::size_t ColumnWriter::slots() const { return state_->slots.size(); }
std::size_t ColumnWriter::raw_size() const { return state_->raw_size; }
bool ColumnWriter::has_origins() const { return !state_->origin_scopes.empty(); }

void ColumnWriter::add(const Transaction& transaction) {
    State& to = *state_;
    const auto wall = static_cast<std::int64_t>(wall_ms(transaction.hlc));
    const std::uint64_t actor = to.actor_code(transaction.actor);
    to.txns.push_back(static_cast<std::int64_t>(transaction.txn));
    to.walls.push_back(wall);
    to.counters.push_back(counter(transaction.hlc));
    to.flags.push_back(transaction.flags);
    to.actor_column.push_back(actor);
    to.changes += transaction.changes.size();
    to.raw_size += 6;
    to.add_origin(transaction);
    const KnownShape& known = to.shape_of(transaction);
    for (const TouchedRecord& record : transaction.records) to.add_record(record, transaction);
    std::size_t place = 0;  // Of the change, in the order that the shape has too.
    std::size_t in_record = 0;
    std::size_t record = 0;
    for (const Change& change : transaction.changes) {
        in_record = change.record == record ? in_record : 0;
        record = change.record;
        const BaseCode code = known.shape.records[record].fields[in_record++].code;
        to.add_bases(change, transaction.records[record], code, transaction.txn);
        to.add_value(change.value, to.slots[known.slots[place++]], wall);
    }
}

PackedColumns ColumnWriter::pack(const Proof& proof, Packing packing) const {
    const State& from = *state_;
    Packer to{packing};
    to.out.byte(proof.each.empty() ? 0 : 1);
    std::vector<Shape> shapes;
    for (const KnownShape& known : from.shapes) shapes.push_back(known.shape);
    to.archive(from.foreign, from.actors, shapes);
    to.cut();
    to.column(from.txns);
    to.column(from.walls);
    to.column(from.counters);
    to.column(from.flags);
    to.column(from.actor_column);
    to.column(from.shape_column);
    from.pack_origins(to);
    from.pack_names(to);
    for (const Slot& slot : from.slots) to.slot(slot);
    to.packed.stored = from.uuid_bits.bytes();
    if (proof.each.empty()) {
        for (const BlockSeed& seed : proof.seeds) append(to.packed.stored, seed);
    } else {
        JY_ASSERT(proof.each.size() == count());
        Numbers erased;
        for (std::size_t i = 0; i < proof.each.size(); ++i) {
            const Hash32* gone = proof.redacted(i);
            erased.push_back(gone == nullptr ? 0U : proof.in_part(i) ? 2U : 1U);
            if (gone != nullptr) {
                append(to.packed.stored, *gone);
            } else {
                append(to.packed.stored, std::get<Salt>(proof.each[i]));
            }
        }
        to.column(erased);
    }
    return to.finish();
}

}  // namespace jiuying::sync
