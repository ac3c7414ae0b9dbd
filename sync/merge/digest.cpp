#include "sync/merge/digest.hpp"

#include "sync/merge/dot_hash.hpp"
#include "sync/merge/set_value.hpp"

namespace jiuying::sync {
namespace {

bool is_for_stations(const schema::Entity* entity, FieldId id) {
    const schema::Field* field = entity == nullptr ? nullptr : schema::find_field(*entity, id);
    return field == nullptr || field->audience == schema::Audience::station;
}

void add_shown(HashInput& hasher, const RecordState& record, const FieldGraph& graph,
               schema::Merge policy, const FieldView& shown, const Authors& authors) {
    if (policy != schema::Merge::set) {
        add_value(hasher, shown.shown->value);
        return;
    }
    const std::vector<std::string> texts = live_texts(record, graph, authors);
    hasher.add_u64(texts.size());
    for (const std::string& text : texts) {
        hasher.add_u64(text.size()).add(text);
    }
}

}  // namespace

Hash32 record_digest(const RecordState& record, const schema::Entity* entity,
                     const Authors& authors) {
    constexpr std::size_t usual_size = 2048;
    HashInput hasher(usual_size);
    hasher.add(record.id.bytes);
    for (const FieldGraph& graph : record.fields) {
        if (!is_for_stations(entity, graph.id)) continue;
        const schema::Merge policy = policy_of(entity, graph.id);
        const FieldView shown = view(record, graph, policy, authors);
        if (shown.heads.empty()) continue;
        hasher.add_u64(graph.id).add_u64(shown.heads.size());
        for (const Version* head : shown.heads) add_dot(hasher, head->dot, authors);
        add_shown(hasher, record, graph, policy, shown, authors);
    }
    return hasher.hash();
}

void ScopeDigest::add(const Hash32& record) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const unsigned total = sum[i] + record[i] + carry;
        sum[i] = static_cast<std::uint8_t>(total);
        carry = total >> 8U;
    }
    ++records;
}

void ScopeDigest::subtract(const Hash32& record) {
    int borrow = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const int total = int{sum[i]} - int{record[i]} - borrow;
        sum[i] = static_cast<std::uint8_t>(total);
        borrow = total < 0 ? 1 : 0;
    }
    --records;
}

}  // namespace jiuying::sync
