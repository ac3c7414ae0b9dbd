#include "tests/sim/oracle.hpp"

#include <algorithm>

namespace jiuying::sim {

std::vector<schema::RecordId> Oracle::of(schema::EntityId entity, const std::string& home) const {
    std::vector<schema::RecordId> ids;
    for (const auto& [id, record] : records) {
        if (record.entity == entity && record.home == home) ids.push_back(id);
    }
    return ids;
}

std::set<VersionKey> Oracle::known_at(const std::string& code, const node::RecordView& view,
                                      schema::FieldId field) const {
    std::set<VersionKey> keys = versions_in(view, field);
    const auto earlier = seen.find({code, view.id, field});
    if (earlier != seen.end()) keys.insert(earlier->second.begin(), earlier->second.end());
    return keys;
}

std::set<VersionKey> versions_in(const node::RecordView& view, schema::FieldId field) {
    std::set<VersionKey> keys;
    for (const node::VersionView& version : view.history) {
        if (version.field == field) keys.insert({version.station, version.dot.txn});
    }
    return keys;
}

Expected expect(const std::vector<const Write*>& existing, const std::set<VersionKey>& rejected) {
    Expected expected;
    for (const Write* write : existing) {
        if (rejected.contains(write->key)) continue;
        const bool replaced = std::ranges::any_of(existing, [&](const Write* by) {
            return by != write && !rejected.contains(by->key) && by->knew.contains(write->key);
        });
        if (!replaced) expected.heads.push_back(write);
    }
    expected.several_values = std::ranges::any_of(expected.heads, [&](const Write* head) {
        return head->value != expected.heads.front()->value;
    });
    return expected;
}

}  // namespace jiuying::sim
