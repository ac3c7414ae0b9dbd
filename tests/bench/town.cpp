#include "tests/bench/town.hpp"

#include "node/folder/invitation_file.hpp"
#include "node/net/session_runner.hpp"
#include "schema/assert.hpp"
#include "schema/utf8.hpp"

#include <optional>
#include <stdexcept>

namespace jiuying::bench {
namespace {

using node::FieldValue;
using node::Replica;
using schema::appeal::contact_wish;
using schema::appeal::leader_source;
using schema::appeal::urgency;

constexpr std::string_view clerk = "clerk";

const schema::Field& field_named(schema::FieldId id) {
    const schema::Entity* appeal =
        schema::find_entity(schema::registry(), schema::EntityId::appeal);
    const schema::Field* field = schema::find_field(*appeal, id);
    JY_ASSERT(field != nullptr);
    return *field;
}

/// As much as fits \p field; workloads from files may have longer replies.
std::string fitted(const std::string& text, schema::FieldId field) {
    const std::size_t most = field_named(field).max;
    std::size_t at = 0;
    for (std::size_t n = 0; n < most && at < text.size(); ++n) {
        at += schema::first_code_point(std::string_view{text}.substr(at)).size;
    }
    return text.substr(0, at);
}

void commit(Town::Place& place, const schema::RecordId& appeal, FieldValue value) {
    node::Draft draft;
    draft.actor = clerk;
    draft.edits.push_back({appeal, {std::move(value)}});
    const auto committed = place.replica().commit(draft);
    if (!committed) throw std::runtime_error("an edit was refused");
}

}  // namespace

Town::Town(const std::filesystem::path& root, std::size_t stations) : root_(root) {
    std::filesystem::create_directories(root);
    node::InvitationFile invitation;
    invitation.district = "340207";
    hub_ = make(root, "hub", [&](const node::NodePublic& keys, node::Environment& environment) {
        node::Profile profile;
        profile.role = node::Profile::Role::hub;
        profile.district = invitation.district;
        profile.station_code = node::hub_desk_code;
        profile.name = "鸠江区";
        environment.random(profile.scope.bytes);
        environment.random(profile.district_scope.bytes);
        profile.hub = {keys.node, keys.static_key, keys.sign_key, keys.box_key, profile.name, ""};
        invitation.district_scope = profile.district_scope;
        invitation.hub = profile.hub;
        return profile;
    });
    constexpr std::int64_t day_ms = 86'400'000;
    for (std::size_t i = 0; i < stations; ++i) {
        const std::string code = code_of(i);
        invitation.station =
            hub_.replica().invite("admin", code, code, "340207001", environment_.now_ms() + day_ms);
        stations_.push_back(make(root, code, [&](const node::NodePublic&, node::Environment&) {
            return node::profile_of(invitation);
        }));
    }
}

Town::Place& Town::add_machine(std::size_t index) {
    constexpr std::int64_t day_ms = 86'400'000;
    const std::string code = code_of(index);
    node::InvitationFile invitation;
    invitation.district = "340207";
    invitation.district_scope = hub_.replica().profile().district_scope;
    invitation.hub = hub_.replica().profile().hub;
    invitation.station =
        hub_.replica().invite("admin", code, code, "340207001", environment_.now_ms() + day_ms);
    const std::string name = code + "-" + std::to_string(stations_.size());
    stations_.push_back(make(root_, name, [&](const node::NodePublic&, node::Environment&) {
        return node::profile_of(invitation);
    }));
    return stations_.back();
}

Town::Place Town::make(
    const std::filesystem::path& root, const std::string& name,
    const std::function<node::Profile(const node::NodePublic&, node::Environment&)>& is) {
    Place place;
    place.data = root / name;
    place.key_file = root / (name + ".key");
    node::atomic_write(place.key_file, sync::View{environment_.random_bytes<32>()});
    node::KeySource source;
    source.key_file = place.key_file;
    place.folder = node::NodeFolder::create(place.data, source, environment_, is);
    return place;
}

void Town::close_all() {
    hub_.folder.reset();
    for (Place& station : stations_) station.folder.reset();
}

void Town::open_all() {
    const auto open = [&](Place& place) {
        node::KeySource source;
        source.key_file = place.key_file;
        place.folder = node::NodeFolder::open(node::unlock(place.data, source), environment_,
                                              std::chrono::seconds{5});
    };
    open(hub_);
    for (Place& station : stations_) open(station);
}

std::int64_t status_of(const Item& item) {
    const auto choices = static_cast<std::int64_t>(field_named(urgency).choices.size());
    std::int64_t sum = 0;
    for (const char c : item.state) sum += c;
    return 1 + sum % choices;
}

Outside::Outside(const Town::Place& place, node::sqlite::OpenOptions options) {
    node::KeySource source;
    source.key_file = place.key_file;
    const node::UnlockedKeys keys = node::unlock(place.data, source);
    vfs_.emplace(*keys.keyring().secrets().data_key,
                 [this](std::span<std::uint8_t> out) { environment_.random(out); });
    options.vfs = vfs_->name();
    options.create = false;
    db_.emplace(node::sqlite::Database::open(keys.layout().database(), options));
}

schema::RecordId register_item(node::Replica& replica, const Item& item) {
    using namespace schema::appeal;
    std::vector<FieldValue> values{
        {type, schema::choice_number(field_named(type), item.type)},
        {contact, item.contact},
        {phone, item.phone},
        {address, item.address},
        {title, item.title},
        {text, item.text},
        {region, std::string{item.region}},
        {schema::appeal::place, item.place},
        {occurred_at, item.occurred_at_ms},
    };
    const auto registered = replica.register_appeal(std::string{clerk}, std::move(values));
    if (!registered) throw std::runtime_error("an appeal was refused");
    return registered->records.front();
}

void record(Town::Place& place, const Item& item) {
    place.appeals.push_back(register_item(place.replica(), item));
}

void edit_status(Town::Place& place, const schema::RecordId& appeal, std::int64_t status) {
    commit(place, appeal, {urgency, status});
}

void edit_text(Town::Place& place, const schema::RecordId& appeal, schema::FieldId field,
               const std::string& value) {
    commit(place, appeal, {field, value});
}

void record_all(Town::Place& place, std::span<const Item* const> items) {
    Replica::Batch batch{place.replica()};
    for (const Item* item : items) record(place, *item);
    batch.commit();
}

void edit_all(Town::Place& place, std::span<const Item* const> items) {
    Replica::Batch batch{place.replica()};
    const auto edit_each = [&](schema::FieldId field, const auto& value_of) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            commit(place, place.appeals[i], {field, value_of(*items[i])});
        }
    };
    edit_each(urgency, status_of);
    edit_each(leader_source,
              [](const Item& item) { return fitted(std::string{item.handler}, leader_source); });
    edit_each(contact_wish, [](const Item& item) { return fitted(item.reply, contact_wish); });
    batch.commit();
}

sync::Traffic run_session(node::Replica& station, node::Replica& hub) {
    node::SystemEnvironment environment;
    auto caller = node::SessionRunner::station(station);
    auto answerer = node::SessionRunner::hub(hub);
    sync::Bytes to_hub, to_station;
    std::optional<sync::CloseReason> closed;  // As the station has it.
    const auto take = [](node::SessionRunner::Step step, sync::Bytes& into) {
        sync::append(into, step.send);
        return step.close;
    };
    closed = take(caller.on_started(environment.monotonic()), to_hub);
    take(answerer.on_started(environment.monotonic()), to_station);
    while (!to_hub.empty() || !to_station.empty()) {
        const sync::Bytes for_hub = std::exchange(to_hub, {});
        const sync::Bytes for_station = std::exchange(to_station, {});
        if (!for_hub.empty() && !answerer.closed()) {
            take(answerer.on_bytes(for_hub, environment.monotonic()), to_station);
        }
        if (!for_station.empty() && !closed) {
            closed = take(caller.on_bytes(for_station, environment.monotonic()), to_hub);
        }
    }
    if (!answerer.closed()) (void)answerer.on_hung_up(environment.monotonic());
    if (closed != sync::CloseReason::done) throw std::runtime_error("a session did not end well");
    return caller.traffic();
}

}  // namespace jiuying::bench
