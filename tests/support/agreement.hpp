/// Whether nodes hold the same, and whether what one holds is what its log says.
#pragma once

#include "tests/support/nodes.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

namespace jiuying::tests {

inline std::string digest_at(TestNode& node, const schema::ScopeId& scope) {
    const node::DigestFacts facts = node->digest(scope);
    std::string text = std::to_string(facts.records) + ":";
    for (const std::uint8_t byte : facts.digest) text += std::to_string(byte) + ",";
    return text;
}

inline bool agree(TestNode& hub, std::initializer_list<TestNode*> stations) {
    const schema::ScopeId scope = (*stations.begin())->replica->profile().scope;
    const std::string there = digest_at(hub, scope);
    return std::ranges::all_of(
        stations, [&](TestNode* station) { return digest_at(*station, scope) == there; });
}

inline std::vector<std::string> problems_of(TestNode& node) {
    std::vector<std::string> texts;
    for (const auto& problem : node->verify(node.path + "-scratch").problems) {
        texts.push_back(problem.text);
    }
    return texts;
}

/// So many that a snapshot of them has several chunks; the last is the latest.
inline std::vector<schema::RecordId> add_long_appeals(TestNode& node, int count) {
    std::vector<schema::RecordId> appeals;
    const std::string words(3000, 'x');
    node::Replica::Batch batch(*node.replica);
    for (int i = 0; i < count; ++i) {
        ++node.environment->now;
        appeals.push_back(add_appeal(node, "第" + std::to_string(i) + "件", words));
    }
    batch.commit();
    return appeals;
}

}  // namespace jiuying::tests
