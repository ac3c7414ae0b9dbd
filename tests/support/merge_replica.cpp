#include "tests/support/merge_replica.hpp"

#include "sync/merge/set_value.hpp"

#include <array>

namespace jiuying::test {
namespace {

using schema::Field;
using schema::FieldId;
using schema::Kind;
using schema::Merge;
using schema::Privacy;
using schema::Writer;
using sync::Version;

constexpr Field field(FieldId id, std::string_view name, Merge merge) {
    const Kind kind = merge == Merge::set ? Kind::set : Kind::text;
    return {id, name, kind, merge, Writer::any, Privacy::open, 99, {}, name, name};
}
constexpr std::array merge_fields{
    field(field_owner, "owner", Merge::owner),    field(field_last, "last", Merge::last),
    field(field_append, "append", Merge::append), field(field_set, "set", Merge::set),
    field(field_min, "min", Merge::smallest),     field(field_max, "max", Merge::largest),
    field(field_ask, "ask", Merge::ask),
};
constexpr schema::Entity entity{
    schema::EntityId::appeal, "invented", schema::Home::scope, merge_fields, "", ""};

}  // namespace

const schema::Entity& merge_entity() { return entity; }

Merge policy_of_test(FieldId field) { return sync::policy_of(&entity, field); }

schema::RecordId merge_record() { return schema::make_record_id(1'800'000'000'000, {7, 7, 7}); }

MergeReplica::MergeReplica(std::span<const sync::Author> met) {
    for (const sync::Author& author : met) authors_.intern(author);
    record_.entity = entity.id;
    record_.id = merge_record();
}

bool MergeReplica::receive(const Written& written) {
    std::uint8_t flags = written.suspect ? Version::suspect : std::uint8_t{0};
    for (const Verdict& verdict : verdicts_) {
        const bool meant = verdict.author == written.dot.author &&
                           verdict.first <= written.dot.txn && written.dot.txn <= verdict.last;
        if (meant) flags = static_cast<std::uint8_t>(flags | verdict.flag);
    }
    std::vector<sync::Change> changes;
    for (const WrittenChange& change : written.changes) {
        sync::Change& to = changes.emplace_back();
        to.field = change.field;
        for (const FullDot& base : change.bases) to.bases.push_back(local(base));
        to.value = change.value;
    }
    std::vector<const sync::Change*> pointers;
    for (const sync::Change& change : changes) pointers.push_back(&change);
    return sync::apply(record_, local(written.dot), sync::Hlc{written.hlc}, flags, {}, pointers);
}

void MergeReplica::learn_rejected(const FullDot& dot) {
    learn({dot.author, dot.txn, dot.txn, Version::rejected});
}

void MergeReplica::learn_suspect(const sync::Author& author, std::uint64_t first,
                                 std::uint64_t last) {
    learn({author, first, last, Version::suspect});
}

void MergeReplica::learn(const Verdict& verdict) {
    verdicts_.push_back(verdict);
    sync::mark(record_, authors_.intern(verdict.author), verdict.first, verdict.last, verdict.flag);
}

void MergeReplica::prune(const std::function<bool(const FullDot&)>& decided) {
    sync::prune(record_, &entity, [&](sync::Dot dot) { return decided(full(dot)); });
}

Shown MergeReplica::shown(FieldId field) const {
    Shown shown;
    const sync::FieldGraph* graph = sync::find_graph(record_, field);
    if (graph == nullptr) return shown;
    const sync::FieldView view = sync::view(record_, *graph, policy_of_test(field), authors_);
    if (view.shown != nullptr) shown.value = view.shown->value;
    for (const Version* head : view.heads) shown.heads.push_back(full(head->dot));
    shown.awaited = view.awaited;
    if (view.contested) {
        const std::span<const Version* const> heads(view.heads.data(), view.heads.size());
        shown.conflict = sync::conflict_id(record_.id, field, heads, authors_);
    }
    if (policy_of_test(field) == Merge::set) {
        shown.texts = sync::live_texts(record_, *graph, authors_);
    }
    return shown;
}

std::set<FullDot> MergeReplica::heads(FieldId field) const {
    std::set<FullDot> heads;
    for (const sync::Dot dot : sync::heads_of(record_, field, authors_)) heads.insert(full(dot));
    return heads;
}

std::set<FullDot> MergeReplica::bases(FieldId field) const {
    std::set<FullDot> bases;
    for (const sync::Dot dot : sync::bases_for(record_, field, policy_of_test(field), authors_)) {
        bases.insert(full(dot));
    }
    return bases;
}

std::set<FullDot> MergeReplica::lost(FieldId field) const {
    std::set<FullDot> lost;
    const sync::FieldGraph* graph = sync::find_graph(record_, field);
    if (graph == nullptr) return lost;
    const Merge policy = policy_of_test(field);
    if (policy == Merge::append || policy == Merge::set) return lost;
    const auto view = sync::view(record_, *graph, policy, authors_);
    const auto add = [&](const Version* version) {
        if (view.shown != nullptr && version->value != view.shown->value) {
            lost.insert(full(version->dot));
        }
    };
    std::ranges::for_each(view.heads, add);
    std::ranges::for_each(sync::settled_versions(*graph, policy, authors_), add);
    return lost;
}

std::set<FullDot> MergeReplica::kept(FieldId field) const {
    std::set<FullDot> kept;
    const sync::FieldGraph* graph = sync::find_graph(record_, field);
    if (graph == nullptr) return kept;
    for (const Version& version : graph->versions) kept.insert(full(version.dot));
    return kept;
}

sync::Hash32 MergeReplica::digest() const {
    return sync::record_digest(record_, &entity, authors_);
}

}  // namespace jiuying::test
