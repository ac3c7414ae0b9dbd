#include "node/replica/checkpoints.hpp"

#include "node/replica/replica_state.hpp"
#include "node/store/meta_number.hpp"

#include <algorithm>
#include <map>

namespace jiuying::node {
namespace {

using sync::Checkpoint;
using sync::CheckpointHead;
using Blob = std::vector<std::uint8_t>;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::size_t faults_max = 100;
/// When the last one was made of itself, ms since 1970.
constexpr std::string_view made_key = "checkpoint_made_at";

}  // namespace

/// One that is here: what it says, if the hub signed it, and its hash.
struct Checkpoints::Kept {
    std::optional<Checkpoint> said;
    sync::Hash32 hash{};
};

std::vector<Checkpoints::Kept> Checkpoints::all() {
    Replica::State& state = *replica_.state_;
    const sync::VerifyKey hub{state.profile.hub.sign_key};
    std::vector<Kept> kept;
    state.store.database()
        .statement("SELECT content FROM checkpoint WHERE content IS NOT NULL ORDER BY id")
        .each<Blob>([&](const Blob& bytes) {
            const auto said = sync::verify_checkpoint(bytes, hub, state.district());
            kept.push_back(
                {said ? std::optional(*said) : std::nullopt, sync::checkpoint_hash(bytes)});
        });
    return kept;
}

/// A hub that was put back lacks for ever what nobody else had. Who settled the alarm about it
/// knows; what was signed later must be here.
std::int64_t Checkpoints::settled_until() {
    return replica_.state_->store.database()
        .statement("SELECT coalesce(max(settled_at), 0) FROM alarm WHERE kind = ?")
        .one<std::int64_t>(schema::alarm::history_changed);
}

std::size_t Checkpoints::make(const std::string& actor) {
    Replica::State& state = *replica_.state_;
    // What the hub wrote itself is signed too, its own desk's appeals above all.
    std::vector<sync::LogId> own;
    for (const auto& log : state.store.logs()) {
        if (log->author == state.own) own.push_back(log->id);
    }
    for (const sync::LogId& id : own) state.seal_tail(id);
    std::map<sync::LogId, std::uint64_t> told;
    bool lost = false;
    std::uint64_t number = 0;
    sync::Hash32 previous{};
    const std::uint64_t epoch = state.own_author().epoch;
    const std::int64_t known_until = settled_until();
    for (const Kept& one : all()) {
        if (!one.said) continue;
        for (const CheckpointHead& head : one.said->heads) {
            std::uint64_t& seq = told[head.log];
            seq = std::max(seq, head.seq);
            const LogFacts* log = state.store.find_log(head.log);
            const bool here = log != nullptr && log->position.seq >= head.seq;
            lost = lost || (!here && one.said->said_at_ms > known_until);
        }
        if (one.said->epoch != epoch || one.said->number <= number) continue;
        number = one.said->number;
        previous = one.hash;
    }
    std::vector<CheckpointHead> heads;
    for (const auto& log : state.store.logs()) {
        const sync::LogId& id = log->id;
        const auto before = told.find(id);
        const std::uint64_t from = before == told.end() ? 0 : before->second;
        if (log->position.seq > from) {
            heads.push_back({id, log->position.seq, log->position.chain});
        }
    }
    if (lost) {
        state.writing([&] {
            state.raise_alarm(schema::alarm::history_changed, state.node, state.profile.scope);
        });
    }
    // That a checkpoint was written moves the log that it stands in: no reason for another.
    const bool only_own = heads.size() == 1 && heads.front().log.stream == sync::Stream::reference;
    if (heads.empty() || (only_own && number > 0)) return 0;
    std::size_t written = 0;
    state.writing([&] {
        for (std::size_t at = 0; at < heads.size(); at += sync::checkpoint_heads_max) {
            Checkpoint checkpoint{++number, epoch, previous, state.environment.now_ms(), {}};
            const std::size_t end = std::min(heads.size(), at + sync::checkpoint_heads_max);
            checkpoint.heads.assign(heads.begin() + static_cast<std::ptrdiff_t>(at),
                                    heads.begin() + static_cast<std::ptrdiff_t>(end));
            const sync::Bytes bytes =
                sync::sign_checkpoint(checkpoint, state.signing, state.district());
            previous = sync::checkpoint_hash(bytes);
            Draft draft;
            draft.actor = actor;
            namespace fields = schema::checkpoint;
            draft.records.push_back({schema::EntityId::checkpoint,
                                     {{fields::number, static_cast<std::int64_t>(number)},
                                      {fields::content, std::string(bytes.begin(), bytes.end())}}});
            if (state.write(draft)) ++written;
        }
    });
    return written;
}

void Checkpoints::make_if_due() {
    Replica::State& state = *replica_.state_;
    const auto kept = kept_number(state.store, made_key);
    const std::int64_t now = state.environment.now_ms();
    const std::int64_t since = now - static_cast<std::int64_t>(kept.value_or(0));
    // A clock that was far ahead once must not keep the next one off.
    if (kept && since < day_ms && -since < day_ms) return;
    // The first look only starts the day.
    if (kept) (void)make("hub");
    state.noting([&] { keep_number(state.store, made_key, static_cast<std::uint64_t>(now)); });
}

std::vector<Checkpoints::Listed> Checkpoints::list() {
    std::vector<Listed> listed;
    for (const Kept& one : all()) {
        if (!one.said) continue;
        listed.push_back({one.said->number, one.said->said_at_ms, one.said->heads.size()});
    }
    return listed;
}

std::vector<Checkpoints::Fault> Checkpoints::compare() {
    Replica::State& state = *replica_.state_;
    const std::int64_t known_until = settled_until();
    std::vector<Fault> faults;
    const auto add = [&](Fault fault) {
        if (faults.size() < faults_max) faults.push_back(std::move(fault));
    };
    /// By the hub's epoch: the last number and its hash.
    std::map<std::uint64_t, std::pair<std::uint64_t, sync::Hash32>> last;
    std::vector<Kept> kept = all();
    std::ranges::stable_sort(kept, {}, [](const Kept& one) {
        return one.said ? std::pair(one.said->said_at_ms, one.said->number)
                        : std::pair(std::int64_t{0}, std::uint64_t{0});
    });
    for (const Kept& one : kept) {
        if (!one.said) {
            add({Fault::Kind::not_signed, 0, {}, 0});
            continue;
        }
        auto& [number, hash] = last[one.said->epoch];
        const bool follows = one.said->number == number + 1 && one.said->previous == hash;
        // A station may have been told of later ones only, or of some twice.
        if (!follows && one.said->number > number && (number != 0 || state.is_hub())) {
            add({Fault::Kind::chain, one.said->number, {}, 0});
        }
        if (one.said->number > number) {
            number = one.said->number;
            hash = one.hash;
        }
        for (const CheckpointHead& head : one.said->heads) {
            const LogFacts* log = state.store.find_log(head.log);
            if (log == nullptr || log->position.seq < head.seq) {
                if (state.is_hub() && one.said->said_at_ms > known_until)
                    add({Fault::Kind::missing, one.said->number, head.log, head.seq});
                continue;
            }
            const auto chain = state.chain_at(*log, head.seq);
            // Of what was pruned here nothing can be said.
            if (chain && *chain != head.chain) {
                add({Fault::Kind::differs, one.said->number, head.log, head.seq});
            }
        }
    }
    return faults;
}

void Checkpoints::check(VerifyReport& report) {
    for (const Fault& fault : compare()) {
        const LogFacts* log = replica_.state_->store.find_log(fault.log);
        std::string problem = "检查点 checkpoint " + std::to_string(fault.number) + ": ";
        const std::string place =
            (log == nullptr ? std::string{"日志 a log"} : "日志 log " + std::to_string(log->ix)) +
            " 第 seq " + std::to_string(fault.seq) + " 笔";
        switch (fault.kind) {
            case Fault::Kind::not_signed:
                problem += "不是区中枢签的 (not signed by the hub)";
                break;
            case Fault::Kind::chain:
                problem += "和前一个接不上 (does not follow the one before)";
                break;
            case Fault::Kind::differs:
                problem += place + " 与签过的不符 (is not what was signed)";
                break;
            case Fault::Kind::missing:
                problem += place + " 签过而这里没有 (was signed and is not here)";
                break;
        }
        report.problems.push_back({VerifyProblem::Kind::log, std::move(problem)});
    }
}

}  // namespace jiuying::node
