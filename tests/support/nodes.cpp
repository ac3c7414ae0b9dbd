#include "tests/support/nodes.hpp"

#include "schema/assert.hpp"
#include "sync/session/enrol.hpp"

#include <cstdlib>
#include <stdexcept>

namespace jiuying::tests {

void TestEnvironment::random(std::span<std::uint8_t> out) {
    for (std::uint8_t& byte : out) {
        state_ += 0x9E37'79B9'7F4A'7C15U;  // splitmix64
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D0'49BB'1331'11EBU;
        byte = static_cast<std::uint8_t>(z ^ (z >> 31U));
    }
}

TempFolder::TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "jiuying-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void TestNode::reopen() {
    replica.reset();
    node::Replica::Options options;
    options.path = path;
    options.vfs = vfs;
    options.environment = environment.get();
    options.registry = registry;
    options.understood = understood;
    replica = std::make_unique<node::Replica>(options, secrets);
}

namespace {

TestNode blank_node(const TempFolder& folder, const std::string& name, std::uint64_t seed) {
    TestNode made;
    made.environment = std::make_unique<TestEnvironment>(seed);
    made.environment->random(made.secrets.sign_seed.bytes());
    made.environment->random(made.secrets.static_secret.bytes());
    made.environment->random(made.secrets.box_secret.bytes());
    made.environment->random(made.secrets.salt_secret.bytes());
    made.path = folder.file(name + ".db");
    return made;
}

void create(TestNode& made, const node::Profile& profile) {
    node::Replica::Options options;
    options.path = made.path;
    options.vfs = made.vfs;
    options.environment = made.environment.get();
    options.registry = made.registry;
    node::Replica::create(options, made.secrets, profile);
    made.reopen();
}

}  // namespace

TestNode make_hub(const TempFolder& folder, std::uint64_t seed, schema::Registry registry) {
    TestNode hub = blank_node(folder, "hub", seed);
    hub.registry = registry;
    node::Profile profile;
    profile.role = node::Profile::Role::hub;
    profile.district = "340207";
    profile.station_code = "QZX";
    profile.name = "鸠江区";
    hub.environment->random(profile.scope.bytes);
    hub.environment->random(profile.district_scope.bytes);
    const node::NodePublic keys = node::public_keys(hub.secrets);
    profile.hub = {keys.node, keys.static_key, keys.sign_key, keys.box_key, "鸠江区", ""};
    create(hub, profile);
    return hub;
}

TestNode make_station(const TempFolder& folder, TestNode& hub, const std::string& code,
                      const std::string& machine, const char* vfs, schema::Registry registry) {
    const node::Invitation invitation =
        hub->invite("admin", code, "站点" + code, "340207001", hub.environment->now + 86'400'000);
    std::uint64_t seed = 7;
    for (const char c : code + machine) seed = seed * 31 + static_cast<unsigned char>(c);
    TestNode station = blank_node(folder, code + machine, seed);
    station.vfs = vfs;
    station.registry = registry;
    node::Profile profile;
    profile.role = node::Profile::Role::station;
    profile.district = "340207";
    profile.station_code = code;
    profile.name = invitation.name;
    profile.region = invitation.region;
    profile.scope = invitation.scope;
    profile.district_scope = hub->profile().district_scope;
    profile.hub = hub->profile().hub;
    profile.invitation = invitation.id;
    profile.invitation_secret = invitation.secret.clone();
    profile.number_block = invitation.number_block;
    create(station, profile);
    // What the handshake would carry.
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    admit.hello = station->station_config().hello;
    const node::HubFacts& facts = hub->profile().hub;
    admit.hello.enrol->mac =
        sync::enrol_mac(invitation.secret, admit.handshake_hash,
                        {admit.static_key, facts.static_key, facts.box_key}, *admit.hello.enrol);
    std::optional<node::Replica::Peer> peer;
    const auto admitted = hub->admit(admit, peer);
    JY_ASSERT(std::holds_alternative<sync::Admitted>(admitted));
    return station;
}

bool exchange(TestNode& station, TestNode& hub) {
    const sync::StationSession::Config config = station->station_config();
    const node::Replica::Peer hub_peer = station->hub_peer();
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    admit.hello = config.hello;
    std::optional<node::Replica::Peer> peer;
    auto answer = hub->admit(admit, peer);
    if (!std::holds_alternative<sync::Admitted>(answer)) return false;
    const sync::Hello& hub_hello = std::get<sync::Admitted>(answer).hello;
    const auto pass = [&](TestNode& from, const node::Replica::Peer& to_peer, TestNode& to,
                          const node::Replica::Peer& from_peer, sync::Lane lane,
                          sync::LaneHead after) {
        for (bool more = true; more;) {
            sync::Offer offer = from->fetch({lane, after, 1U << 20U, {}}, to_peer);
            for (const sync::Bytes& wrap : offer.key_wraps) {
                if (!to->store_keys({lane, wrap}, from_peer)) return false;
            }
            for (const sync::OutgoingSegment& segment : offer.segments) {
                auto delivered = to->deliver({lane, segment.bytes}, from_peer);
                if (!std::holds_alternative<sync::Delivered>(delivered)) return false;
                const auto& done = std::get<sync::Delivered>(delivered);
                after = done.head;
                if (!done.receipt.empty() && !from->store_receipt({done.receipt})) return false;
            }
            more = offer.more;
        }
        return true;
    };
    const auto lane = [](sync::Lane which) { return static_cast<std::size_t>(which) - 1; };
    const bool ok = pass(station, hub_peer, hub, *peer, sync::Lane::station,
                         hub_hello.have[lane(sync::Lane::station)]) &&
                    pass(hub, *peer, station, hub_peer, sync::Lane::snapshot,
                         config.hello.have[lane(sync::Lane::snapshot)]) &&
                    pass(hub, *peer, station, hub_peer, sync::Lane::inbox,
                         config.hello.have[lane(sync::Lane::inbox)]) &&
                    pass(hub, *peer, station, hub_peer, sync::Lane::reference,
                         config.hello.have[lane(sync::Lane::reference)]);
    hub->end_session(peer, sync::CloseReason::done);
    station->end_session(hub_peer, sync::CloseReason::done);
    return ok;
}

schema::RecordId add_appeal(TestNode& node, const std::string& title, const std::string& text,
                            const std::string& phone) {
    using namespace schema::appeal;
    std::vector<node::FieldValue> values{
        {type, std::int64_t{3}}, {schema::appeal::title, title}, {schema::appeal::text, text}};
    if (!phone.empty()) values.push_back({schema::appeal::phone, phone});
    const auto committed = node->register_appeal("clerk", std::move(values));
    JY_ASSERT(committed.has_value());
    return committed->records.front();
}

void edit(TestNode& node, const schema::RecordId& record, schema::FieldId field,
          const std::string& value) {
    node.environment->now += 1000;
    node::Draft draft;
    draft.actor = "editor";
    draft.edits.push_back({record, {{field, value}}});
    const auto committed = node->commit(draft);
    JY_ASSERT(committed.has_value());
}

std::string shown(TestNode& node, const schema::RecordId& record, schema::FieldId field) {
    const auto view = node->show(record, false);
    if (!view) return "(none)";
    const schema::Value* value = view->find(field);
    const std::string* text = value == nullptr ? nullptr : schema::text_of(*value);
    return text == nullptr ? std::string() : *text;
}

}  // namespace jiuying::tests
