#include "tests/sim/sim_node.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::sim {
namespace {

constexpr const char* database_name = "node.db";

node::Replica::Options options_of(SimNode& node) {
    node::Replica::Options options;
    options.path = database_name;
    options.vfs = node.vfs.name();
    options.environment = &node.environment;
    options.registry = node.registry;
    options.understood = node.understood;
    return options;
}

}  // namespace

SimNode::SimNode(std::string code_of, const Ms& now, std::uint64_t seed,
                 schema::Registry registry_of)
    : code(std::move(code_of)),
      registry(registry_of),
      disk(seed * 2 + 1),
      vfs(disk),
      environment(now, seed * 2) {
    environment.random(secrets.sign_seed.bytes());
    environment.random(secrets.static_secret.bytes());
    environment.random(secrets.box_secret.bytes());
    environment.random(secrets.salt_secret.bytes());
}

void SimNode::create(node::Profile profile_of) {
    profile = std::move(profile_of);
    node::Replica::create(options_of(*this), secrets, profile);
    disk.settle();
    open();
}

void SimNode::open() { replica = std::make_unique<node::Replica>(options_of(*this), secrets); }

schema::Registry lenient_registry() {
    static const auto fields = [] {
        const schema::Entity* appeal =
            schema::find_entity(schema::registry(), schema::EntityId::appeal);
        std::vector<schema::Field> copy(appeal->fields.begin(), appeal->fields.end());
        std::ranges::find(copy, schema::appeal::complexity, &schema::Field::id)->writer =
            schema::Writer::any;
        return copy;
    }();
    static const auto entities = [] {
        std::vector<schema::Entity> copy(schema::registry().begin(), schema::registry().end());
        std::ranges::find(copy, schema::EntityId::appeal, &schema::Entity::id)->fields = fields;
        return copy;
    }();
    return entities;
}

}  // namespace jiuying::sim
