#include "tests/sim/mallory.hpp"

#include "schema/assert.hpp"
#include "sync/crypto/box.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::sim {
namespace {

using sync::CloseReason;
using sync::Lane;

constexpr std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane) - 1; }

sync::LaneHead head_at(std::uint64_t epoch, const sync::Position& at) {
    sync::LaneHead head{epoch, at.seq, {}};
    std::copy_n(at.chain.begin(), head.chain.size(), head.chain.begin());
    return head;
}

node::NodeSecrets secrets_from(test::Dice& dice) {
    node::NodeSecrets secrets;
    const auto fill = [&](std::span<std::uint8_t> bytes) {
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(dice.next());
    };
    fill(secrets.sign_seed.bytes());
    fill(secrets.static_secret.bytes());
    fill(secrets.box_secret.bytes());
    fill(secrets.salt_secret.bytes());
    return secrets;
}

}  // namespace

Happening happening_of(Trick trick) {
    return static_cast<Happening>(static_cast<std::size_t>(Happening::trick_forged_origin) +
                                  static_cast<std::size_t>(trick));
}

Mallory::Mallory(World& world, std::uint64_t seed)
    : world_(world),
      dice_(seed),
      secrets_(secrets_from(dice_)),
      keys_(node::public_keys(secrets_)),
      signing_(secrets_.sign_seed),
      invitation_(world.hub()->invite("admin", "MAL01", "站点MAL01", "340207001",
                                      world.hub().environment.now_ms() + 3650 * day)),
      log_{{keys_.node, dice_.next() | 1U}, sync::Stream::station, invitation_.scope},
      own_(authors_.intern(log_.author)),
      at_(sync::log_start(log_, std::nullopt)) {
    for (std::uint8_t& byte : content_key_.bytes()) byte = static_cast<std::uint8_t>(dice_.next());
}

// --- What it says -------------------------------------------------------------------------------

Mallory::Answer Mallory::converse(Speech speech) {
    SimNode& hub = world_.hub();
    Answer answer;
    if (!hub.up()) return answer;
    const node::HubFacts& facts = hub.profile.hub;
    sync::StationSession::Config config;
    config.keys.static_secret = secrets_.static_secret.clone();
    config.keys.static_public = keys_.static_key;
    for (std::uint8_t& byte : config.keys.ephemeral_secret.bytes()) {
        byte = static_cast<std::uint8_t>(dice_.next());
    }
    config.hub_static_public = facts.static_key;
    config.hub_box_public = facts.box_key;
    config.hub_node = facts.node.bytes;
    config.limits = world_.limits;
    for (std::size_t i = 0; i < speech.have.size(); ++i) config.hello.have[i] = speech.have[i];
    config.hello.wall_ms = SimEnvironment::start_of_time + world_.now();
    config.send_early = dice_.chance(50);
    if (speech.enrols) {
        sync::Enrol enrol;
        enrol.invitation = invitation_.id;
        enrol.sign_key = keys_.sign_key;
        enrol.box_key = keys_.box_key;
        enrol.epoch = log_.author.epoch;
        config.hello.enrol = enrol;
        config.enrol_secret = invitation_.secret.clone();
    }
    sync::StationSession session(std::move(config));
    std::optional<node::SessionRunner> runner;
    const node::Instant now = hub.environment.monotonic();
    sync::Bytes to_hub;
    sync::Bytes to_me;
    // A step of the hub; false once it ended the session or died.
    const auto step = [&](const std::function<node::SessionRunner::Step()>& what) {
        node::SessionRunner::Step done;
        const Outcome outcome = world_.attempt(hub, [&](node::Replica&) { done = what(); });
        if (outcome != Outcome::done || !hub.up()) return false;
        answer.bytes += done.send.size();
        sync::append(to_me, done.send);
        answer.reason = done.close;
        return !done.close.has_value();
    };
    bool goes_on = step([&] {
        runner = node::SessionRunner::hub(*hub.replica, world_.limits);
        return runner->on_started(now);
    });
    speak(session, speech, sync::Started{}, to_hub);
    while (goes_on && !(to_hub.empty() && to_me.empty())) {
        const sync::Bytes said = std::exchange(to_hub, {});
        if (!said.empty()) goes_on = step([&] { return runner->on_bytes(said, now); });
        const sync::Bytes heard = std::exchange(to_me, {});
        if (!heard.empty()) speak(session, speech, sync::Received{heard}, to_hub);
    }
    if (goes_on) (void)step([&] { return runner->on_hung_up(now); });
    return answer;
}

/// What it insists on, wherever the hub stands; behind what it offered already.
sync::Offer Mallory::offer_of(Speech& speech, const sync::Fetch& fetch) const {
    sync::Offer offer;
    offer.key_wraps = std::exchange(speech.wraps, {});
    std::size_t at = 0;
    for (std::size_t i = 0; i < speech.offered; ++i) {
        if (head_at(log_.author.epoch, speech.segments[i].after) == fetch.after) at = i + 1;
    }
    std::size_t size = 0;
    for (; at < speech.segments.size(); ++at) {
        const Sealed& one = speech.segments[at];
        if (!offer.segments.empty() && size + one.bytes.size() > fetch.bytes_max) break;
        size += one.bytes.size();
        offer.segments.push_back({Lane::station, one.first, one.after.seq,
                                  head_at(log_.author.epoch, one.after), one.bytes});
    }
    speech.offered = std::max(speech.offered, at);
    offer.more = at < speech.segments.size();
    return offer;
}

/// Feeds the session and answers what it asks, in the order of its questions.
void Mallory::speak(sync::StationSession& session, Speech& speech, const sync::Event& event,
                    sync::Bytes& out) {
    const sync::Instant now{std::chrono::milliseconds{1'000'000 + world_.now()}};
    sync::Actions queue = session.step(event, now);
    for (std::size_t i = 0; i < queue.size(); ++i) {
        std::optional<sync::Event> answer;
        if (const auto* send = std::get_if<sync::Send>(&queue[i])) {
            sync::append(out, send->bytes);
        } else if (const auto* fetch = std::get_if<sync::Fetch>(&queue[i])) {
            sync::Offer offer;
            if (fetch->lane == Lane::station) offer = offer_of(speech, *fetch);
            answer = sync::Offered{std::move(offer)};
        } else if (const auto* deliver = std::get_if<sync::Deliver>(&queue[i])) {
            // It says that it took it, whatever it does with it.
            const auto header = sync::peek(deliver->segment);
            sync::Delivered taken;
            if (header) taken.head = head_at(header->log.author.epoch, header->after());
            answer = taken;
        } else if (std::holds_alternative<sync::Compare>(queue[i])) {
            answer = sync::Compared{};
        }
        if (!answer) continue;
        sync::Actions more = session.step(*answer, now);
        std::ranges::move(more, std::back_inserter(queue));
    }
}

Mallory::Speech Mallory::honest() const {
    Speech speech;
    speech.have.resize(sync::lane_count);
    speech.have[index_of(Lane::station)] = head_at(log_.author.epoch, at_);
    if (at_.seq == 0) speech.have[index_of(Lane::station)] = {};
    return speech;
}

sync::Transaction Mallory::next() {
    sync::Transaction tx;
    tx.txn = ++last_txn_;
    tx.hlc =
        sync::make_hlc(static_cast<std::uint64_t>(SimEnvironment::start_of_time + world_.now()), 0);
    tx.actor = "mallory";
    return tx;
}

schema::RecordId Mallory::fresh_id() {
    schema::RecordId id;
    for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(dice_.next());
    return id;
}

sync::Transaction Mallory::creation() {
    sync::Transaction tx = next();
    tx.records.push_back({{{own_, tx.txn}, 0}, true, schema::EntityId::appeal, fresh_id()});
    set(tx, schema::appeal::number, "MAL01-20261123-" + std::to_string(1000 + tx.txn));
    set(tx, schema::appeal::type, std::int64_t{3});
    set(tx, schema::appeal::title, "诉求" + std::to_string(tx.txn));
    return tx;
}

void Mallory::set(sync::Transaction& tx, schema::FieldId field, schema::Value value,
                  sync::Bases bases) {
    tx.changes.push_back({0, field, std::move(bases), std::move(value)});
}

Mallory::Sealed Mallory::seal(const sync::LogId& log, const sync::Position& at,
                              std::vector<sync::Transaction> transactions) {
    sync::SegmentBuilder builder(log, authors_, authors_.intern(log.author), at, std::nullopt);
    for (sync::Transaction& tx : transactions) {
        sync::canonicalize(tx, authors_);
        JY_ASSERT(builder.add(tx));
    }
    sync::Nonce24 nonce{};
    for (std::uint8_t& byte : nonce) byte = static_cast<std::uint8_t>(dice_.next());
    const sync::Key32 salt;
    sync::Sealed sealed =
        std::move(builder).seal({sync::key_id(content_key_), content_key_, signing_,
                                 sync::as_view(world_.hub().profile.district), salt},
                                nonce);
    return {std::move(sealed.bytes), sealed.first, at, sealed.after, transactions.back().txn};
}

sync::Bytes Mallory::wrap(const sync::LogId& log) {
    const node::Profile& hub = world_.hub().profile;
    sync::KeyWrap named;
    named.log = log;
    named.reader = hub.hub.node;
    sync::Secret<32> seed;
    for (std::uint8_t& byte : seed.bytes()) byte = static_cast<std::uint8_t>(dice_.next());
    const auto made = sync::make_key_wrap(named, content_key_, sync::BoxKey(hub.hub.box_key), seed,
                                          signing_, sync::as_view(hub.district));
    return made.value();
}

// --- What it does -------------------------------------------------------------------------------

bool Mallory::join() {
    if (joined_) return true;
    Speech speech = honest();
    speech.enrols = true;
    speech.wraps.push_back(wrap(log_));
    if (pending_.empty()) {
        pending_.push_back(seal(log_, at_, {creation()}));
        at_ = pending_.back().after;
    }
    speech.segments = pending_;
    joined_ = converse(std::move(speech)).reason == CloseReason::done;
    if (joined_) sent_ = std::exchange(pending_, {});
    return joined_;
}

Mallory::Answer Mallory::go_on(std::vector<Sealed> segments, May may) {
    const sync::Position before = at_;
    const std::size_t waiting = pending_.size();
    Speech speech = honest();
    std::ranges::move(segments, std::back_inserter(pending_));
    at_ = pending_.back().after;
    speech.segments = pending_;
    Answer answer = converse(std::move(speech));
    if (answer.reason == CloseReason::done) {
        for (Sealed& one : std::exchange(pending_, {})) sent_.push_back(std::move(one));
    } else if (answer.reason == CloseReason::bad_segment || may == May::not_be_taken) {
        // Also where the hub died before it could refuse it: nothing stands on it then.
        pending_.resize(waiting);
        at_ = before;
    }
    return answer;
}

Mallory::Answer Mallory::say_transaction(sync::Transaction tx, May may) {
    const std::uint64_t txn = tx.txn;
    Answer answer = go_on({seal(log_, at_, {std::move(tx)})}, may);
    if (answer.reason == CloseReason::done) answer.rejection = rejection_of(txn);
    return answer;
}

std::optional<sync::Author> Mallory::author_of(const schema::NodeId& node,
                                               const schema::ScopeId& scope) {
    const std::string prefix = schema::to_text(node) + ":";
    for (const auto& [name, seq] : world_.hub()->digest(scope).heads) {
        if (!name.starts_with(prefix)) continue;
        const sync::Author author{node, std::stoull(name.substr(prefix.size(), 16), nullptr, 16)};
        if (!lied_about_.contains(author)) return author;
    }
    return std::nullopt;
}

std::optional<std::int64_t> Mallory::rejection_of(std::uint64_t txn) {
    if (!world_.hub().up()) return std::nullopt;
    const std::string mine(keys_.node.bytes.begin(), keys_.node.bytes.end());
    for (const node::RecordView& one : world_.hub()->all(schema::EntityId::rejection, 1'000'000)) {
        const std::string* author = schema::text_of(*one.find(schema::rejection::author));
        const bool its =
            author != nullptr && author->starts_with(mine) &&
            *one.find(schema::rejection::txn) == schema::Value(static_cast<std::int64_t>(txn));
        if (its) return std::get<std::int64_t>(*one.find(schema::rejection::reason));
    }
    return std::nullopt;
}

Mallory::Answer Mallory::play(Trick trick) {
    if (!world_.hub().up() || !join()) return {};
    const node::Profile& hub = world_.hub().profile;
    SimNode& victim = world_.station(dice_.below(world_.stations()));
    const schema::NodeId victim_node = node::public_keys(victim.secrets).node;
    switch (trick) {
        case Trick::forged_origin: {
            // As if it worked on that order, which is another station's and not shared to it.
            const auto author = author_of(victim_node, victim.profile.scope);
            if (!author) return {};
            sync::Transaction tx = next();
            tx.origin = sync::Origin{{own_, tx.txn}, victim.profile.scope};
            tx.records.push_back({{{authors_.intern(*author), 1}, 0}, false, {}, {}});
            set(tx, schema::appeal::phone, std::string("冒充"));
            return say_transaction(std::move(tx));
        }
        case Trick::words_of_another: {
            const auto author = author_of(victim_node, victim.profile.scope);
            if (!author) return {};
            sync::Transaction tx = creation();
            tx.origin =
                sync::Origin{{authors_.intern(*author), 1'000 + tx.txn}, victim.profile.scope};
            tx.records.front().name = {tx.origin->dot, 0};
            return say_transaction(std::move(tx), May::not_be_taken);
        }
        case Trick::name_of_another: {
            const auto author = author_of(victim_node, victim.profile.scope);
            if (!author) return {};
            const sync::LogId log{*author, sync::Stream::station, victim.profile.scope};
            sync::Transaction tx = next();
            tx.records.push_back({{{authors_.intern(*author), tx.txn}, 0},
                                  true,
                                  schema::EntityId::appeal,
                                  fresh_id()});
            set(tx, schema::appeal::title, std::string("冒名"));
            Speech speech = honest();
            speech.segments = {seal(log, sync::log_start(log, std::nullopt), {std::move(tx)})};
            return converse(std::move(speech));
        }
        case Trick::fork: {
            // From anywhere before its end, with numbers that it gave to other things.
            const Sealed& from = sent_[dice_.below(sent_.size())];
            const std::uint64_t kept = std::exchange(last_txn_, from.last_txn - 1);
            Speech speech = honest();
            speech.segments = {seal(log_, from.before, {creation()})};
            last_txn_ = kept;
            speech.have[index_of(Lane::station)] =
                head_at(log_.author.epoch, speech.segments.front().after);
            return converse(std::move(speech));
        }
        case Trick::gap: {
            sync::Position far = at_;
            far.seq += 1 + dice_.below(1000);
            far.chain[0] ^= 1U;
            Speech speech = honest();
            speech.segments = {seal(log_, far, {creation()})};
            return converse(std::move(speech));
        }
        case Trick::replay: {
            Speech speech = honest();
            speech.have[index_of(Lane::station)] = {};
            speech.segments = sent_;
            return converse(std::move(speech));
        }
        case Trick::tiny_flood: {
            std::vector<Sealed> segments;
            sync::Position at = at_;
            for (int i = 0; i < 60; ++i) {
                segments.push_back(seal(log_, at, {creation()}));
                at = segments.back().after;
            }
            return go_on(std::move(segments));
        }
        case Trick::huge_segment: {
            sync::Transaction tx = creation();
            std::string words(200'000, 'x');  // More than an appeal's text may have.
            for (char& c : words) c = static_cast<char>('a' + dice_.below(26));
            set(tx, schema::appeal::text, std::move(words));
            return say_transaction(std::move(tx));
        }
        case Trick::key_flood: {
            Speech speech = honest();
            sync::LogId strange = log_;
            for (int i = 0; i < 300; ++i) {
                strange.author.epoch = dice_.next();
                speech.wraps.push_back(wrap(strange));
            }
            flooded_ = true;
            return converse(std::move(speech));
        }
        case Trick::base_from_future:
        case Trick::base_of_unknown_epoch: {
            const auto author = author_of(hub.hub.node, log_.scope);
            if (!author) return {};
            sync::Author base = *author;
            const bool future = trick == Trick::base_from_future;
            // The hub does not know that name of itself, and no station could.
            if (!future) base.epoch = dice_.next();
            sync::Transaction tx = next();
            tx.records.push_back({{{own_, 1}, 0}, false, {}, {}});
            set(tx, schema::appeal::phone, std::string("13900000000"),
                {{authors_.intern(base), 1'000'000}});
            return say_transaction(std::move(tx), future ? May::be_taken : May::not_be_taken);
        }
        case Trick::hub_said_more: {
            const auto author = author_of(hub.hub.node, log_.scope);
            if (!author) return {};
            Speech speech = honest();
            sync::Position there{1'000'000, {}};
            there.chain[3] = 7;
            speech.have[index_of(Lane::inbox)] = head_at(author->epoch, there);
            lied_about_.insert(*author);
            return converse(std::move(speech));
        }
        case Trick::clock_at_its_end: {
            sync::Transaction tx = creation();
            tx.hlc = sync::make_hlc(253'402'300'799'000, 0xFFFF);  // The end of the year 9999.
            return say_transaction(std::move(tx));
        }
        case Trick::last_of_list: break;
    }
    return {};
}

std::vector<CloseReason> Mallory::fitting(Trick trick) const {
    // Whoever filled its measure is not listened to any more.
    if (flooded_ && trick != Trick::key_flood) return {CloseReason::done, CloseReason::bad_segment};
    switch (trick) {
        case Trick::name_of_another:
        case Trick::words_of_another:
        case Trick::gap:
        case Trick::base_of_unknown_epoch: return {CloseReason::bad_segment};
        case Trick::key_flood: return {CloseReason::protocol_error};
        // Beyond a number of chains and of lost epochs the hub does not go along any more.
        case Trick::tiny_flood:
        case Trick::fork: return {CloseReason::done, CloseReason::bad_segment};
        case Trick::hub_said_more: return {CloseReason::done, CloseReason::hub_log_differs};
        default: return {CloseReason::done};
    }
}

std::optional<std::int64_t> Mallory::rejection_for(Trick trick) {
    if (trick == Trick::forged_origin) return schema::rejection::wrong_scope;
    if (trick == Trick::base_from_future) return schema::rejection::forged_base;
    return std::nullopt;
}

}  // namespace jiuying::sim
