// Who is in a simulated district: the hub, its stations, further machines of these.
#include "tests/sim/world.hpp"
#include "tests/support/registries.hpp"

namespace jiuying::sim {
namespace {

/// Less the invitation, which is another's.
node::Profile copy_of(const node::Profile& profile) {
    node::Profile copy;
    copy.role = profile.role;
    copy.district = profile.district;
    copy.station_code = profile.station_code;
    copy.name = profile.name;
    copy.region = profile.region;
    copy.scope = profile.scope;
    copy.district_scope = profile.district_scope;
    copy.hub = profile.hub;
    copy.number_block = profile.number_block;
    return copy;
}

schema::Registry program_of(Programs programs, std::size_t station) {
    if (programs == Programs::lenient && station % 3 == 0) return lenient_registry();
    if (programs == Programs::mixed && station % 3 == 0) return tests::registry_after();
    if (programs == Programs::mixed && station % 3 == 1) return tests::registry_before();
    return schema::registry();
}

}  // namespace

void World::enlist(std::size_t stations, Programs programs) {
    const auto made = [&](const std::string& code, schema::Registry registry) -> SimNode& {
        return *nodes_.emplace_back(
            std::make_unique<SimNode>(code, now_, dice_.next() >> 2U, registry));
    };
    SimNode& hub = made("QZX", schema::registry());
    node::Profile profile;
    profile.role = node::Profile::Role::hub;
    profile.district = "340207";
    profile.station_code = hub.code;
    profile.name = "鸠江区";
    hub.environment.random(profile.scope.bytes);
    hub.environment.random(profile.district_scope.bytes);
    const node::NodePublic keys = node::public_keys(hub.secrets);
    profile.hub = {keys.node, keys.static_key, keys.sign_key, keys.box_key, profile.name, ""};
    hub.create(std::move(profile));
    for (std::size_t i = 0; i < stations; ++i) {
        const std::string code = "SIM0" + std::to_string(i + 1);
        SimNode& station = made(code, program_of(programs, i));
        // The version before does not know segments with what others wrote, either.
        if (programs == Programs::mixed && i % 3 == 1) station.understood = sync::must_restated;
        station.create(invited(code));
    }
}

node::Profile World::invited(const std::string& code) {
    SimNode& hub = this->hub();
    const node::Invitation invitation = hub->invite("admin", code, "站点" + code, "340207001",
                                                    hub.environment.now_ms() + 3650 * day);
    node::Profile profile;
    profile.role = node::Profile::Role::station;
    profile.district = hub.profile.district;
    profile.station_code = code;
    profile.name = invitation.name;
    profile.region = invitation.region;
    profile.scope = invitation.scope;
    profile.district_scope = hub.profile.district_scope;
    profile.hub = hub.profile.hub;
    profile.invitation = invitation.id;
    profile.invitation_secret = invitation.secret.clone();
    profile.number_block = invitation.number_block;
    return profile;
}

SimNode& World::clone(const SimNode& station, bool noticed) {
    SimNode& made = *machines_.emplace_back(
        std::make_unique<SimNode>(station.code, now_, dice_.next() >> 2U, station.registry));
    made.secrets = {station.secrets.sign_seed.clone(), station.secrets.static_secret.clone(),
                    station.secrets.box_secret.clone(), station.secrets.salt_secret.clone()};
    made.disk.become(*station.disk.durable_copy());
    if (noticed) ++made.environment.identity[0];
    made.profile = copy_of(station.profile);
    made.open();
    return made;
}

SimNode& World::add_machine(const SimNode& station, const std::string& code) {
    SimNode& made = *machines_.emplace_back(
        std::make_unique<SimNode>(code, now_, dice_.next() >> 2U, station.registry));
    made.create(invited(station.code));
    return made;
}

}  // namespace jiuying::sim
