/// A station with good keys and a dishonest program, for tests of what its hub makes of it.
#pragma once

#include "schema/assert.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/segment/segment.hpp"
#include "sync/segment/transaction_codec.hpp"
#include "tests/support/nodes.hpp"

#include <string>
#include <utility>
#include <vector>

namespace jiuying::tests {

/// A station with good keys that writes what no honest program writes.
class Forger {
public:
    Forger(TestNode& station, TestNode& hub)
        : hub_(hub),
          signing_(station.secrets.sign_seed),
          district_(hub->profile().district),
          peer_{node::public_keys(station.secrets).node, station->profile().scope},
          log_{{peer_.node, 7}, sync::Stream::station, peer_.scope},
          own_(authors.intern(log_.author)),
          at_(sync::log_start(log_, std::nullopt)) {
        content_key_.bytes()[0] = 1;
        (void)hand_over_key(log_);
    }

    [[nodiscard]] bool hand_over_key(const sync::LogId& log) {
        sync::KeyWrap named;
        named.log = log;
        named.reader = hub_->profile().hub.node;
        const auto wrap = sync::make_key_wrap(
            named, content_key_, sync::BoxKey(hub_->profile().hub.box_key),
            sync::Secret<32>(sync::Hash32{9}), signing_, sync::as_view(district_));
        return hub_->store_keys({sync::Lane::station, wrap.value()}, peer_).has_value();
    }

    /// The next transaction, empty.
    sync::Transaction next() {
        sync::Transaction tx;
        tx.txn = ++last_txn;
        tx.hlc = sync::make_hlc(static_cast<std::uint64_t>(hub_.environment->now), 0);
        tx.actor = "mallory";
        return tx;
    }
    /// A transaction that creates a record.
    sync::Transaction creation(schema::EntityId entity, const schema::RecordId& id) {
        sync::Transaction tx = next();
        tx.records.push_back({{{own_, tx.txn}, 0}, true, entity, id});
        return tx;
    }
    static void set(sync::Transaction& tx, schema::FieldId field, schema::Value value) {
        tx.changes.push_back({0, field, {}, std::move(value)});
    }

    /// Seals and sends them; their changes may stand in any order.
    bool push(std::vector<sync::Transaction> transactions) {
        sync::SegmentBuilder builder(log_, authors, own_, at_, std::nullopt);
        for (sync::Transaction& tx : transactions) {
            sync::canonicalize(tx, authors);
            JY_ASSERT(builder.add(tx));
        }
        const sync::Key32 salt;
        const sync::Sealed sealed = std::move(builder).seal(
            {sync::key_id(content_key_), content_key_, signing_, sync::as_view(district_), salt},
            sync::Nonce24{});
        sent_ = sealed.bytes;
        const bool taken = push_again();
        if (taken) at_ = sealed.after;
        return taken;
    }
    /// The last segment once more, byte by byte.
    bool push_again() {
        const auto answer = hub_->deliver({sync::Lane::station, sent_}, peer_);
        return std::holds_alternative<sync::Delivered>(answer);
    }

    [[nodiscard]] const node::Replica::Peer& peer() const { return peer_; }
    [[nodiscard]] const sync::LogId& log() const { return log_; }

    sync::Authors authors;
    std::uint64_t last_txn = 0;

private:
    TestNode& hub_;
    sync::SigningKey signing_;
    std::string district_;
    node::Replica::Peer peer_;
    sync::LogId log_;
    sync::AuthorIx own_;
    sync::Position at_;
    sync::Bytes sent_;
    sync::Key32 content_key_;
};

inline schema::RecordId record_id(std::uint8_t byte) {
    schema::RecordId id;
    id.bytes.fill(byte);
    return id;
}

/// What verify says, a line each.
inline std::string problems_of(TestNode& node, const TempFolder& folder) {
    std::string all;
    for (const node::VerifyProblem& problem : node->verify(folder.file("scratch.db")).problems) {
        all += problem.text + "\n";
    }
    return all;
}

}  // namespace jiuying::tests
