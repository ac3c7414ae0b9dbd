#include "node/replica/machine_facts.hpp"

#include "node/base/program_version.hpp"
#include "sync/merge/byte_text.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace jiuying::node {
namespace {

std::string row_of(const schema::NodeId& node) {
    return "machine_facts/" + sync::hex_encode(node.bytes);
}

}  // namespace

std::optional<MachineFacts> machine_facts(Store& store, const schema::NodeId& node) {
    const auto kept = store.meta(row_of(node));
    if (!kept) return std::nullopt;
    sync::ByteText in{sync::as_text(*kept)};
    MachineFacts facts;
    facts.backlog = in.number();
    if (in.byte() != 0) {
        facts.said.emplace();
        facts.said->version = in.text();
        facts.said->free_mib = in.number();
        facts.said->total_mib = in.number();
    }
    if (!in.good() || !in.at_end()) return std::nullopt;
    return facts;
}

void note_machine_facts(Store& store, const schema::NodeId& node, const MachineFacts& facts) {
    std::string row;
    sync::put_number(row, facts.backlog);
    row.push_back(facts.said ? '\1' : '\0');
    if (facts.said) {
        sync::put_text(row, facts.said->version);
        sync::put_number(row, facts.said->free_mib);
        sync::put_number(row, facts.said->total_mib);
    }
    store.set_meta(row_of(node), sync::as_view(row));
}

sync::StationFacts own_facts(const std::string& path) {
    sync::StationFacts facts;
    facts.version = program_version;
    std::error_code failed;
    const auto room = std::filesystem::space(path, failed);
    if (failed || room.capacity == 0) return facts;
    constexpr unsigned mib = 20;
    facts.total_mib = room.capacity >> mib;
    facts.free_mib = std::min(std::uint64_t{room.available} >> mib, facts.total_mib);
    return facts;
}

}  // namespace jiuying::node
