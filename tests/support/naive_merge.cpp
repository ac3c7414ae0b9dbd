#include "tests/support/naive_merge.hpp"

#include "sync/crypto/hash.hpp"
#include "sync/merge/set_value.hpp"

#include <algorithm>
#include <tuple>

namespace jiuying::test {
namespace {

using schema::FieldId;
using schema::Merge;

/// One version of the field in question.
struct Naive {
    FullDot dot;
    std::set<FullDot> bases;
    std::uint64_t hlc = 0;
    bool suspect = false;
    bool rejected = false;
    schema::Value value;
};
using Versions = std::map<FullDot, Naive>;

Versions versions_of(const NaiveKnowledge& known, FieldId field) {
    Versions versions;
    for (const auto& [dot, written] : known.arrived) {
        for (const WrittenChange& change : written->changes) {
            if (change.field != field) continue;
            Naive naive{dot, change.bases, written->hlc, false, false, change.value};
            naive.bases.erase(dot);
            naive.suspect = written->suspect || known.suspect.contains(dot);
            naive.rejected = known.rejected.contains(dot);
            versions.emplace(dot, std::move(naive));
        }
    }
    return versions;
}

/// Everything that \p version was written on top of, however far back.
void collect_past(const Versions& versions, const Naive& version, std::set<FullDot>& past) {
    for (const FullDot& base : version.bases) {
        if (!past.insert(base).second) continue;
        const auto at = versions.find(base);
        if (at != versions.end()) collect_past(versions, at->second, past);
    }
}

/// The versions in nobody's past. Rejected ones are transparent: neither heads nor covers.
std::vector<const Naive*> heads_among(const Versions& versions) {
    std::set<FullDot> covered;
    for (const auto& [dot, version] : versions) {
        if (!version.rejected) collect_past(versions, version, covered);
    }
    std::vector<const Naive*> heads;
    for (const auto& [dot, version] : versions) {
        if (!version.rejected && !covered.contains(dot)) heads.push_back(&version);
    }
    return heads;
}

auto standing(const Naive* version) {
    return std::tuple(!version->suspect, version->hlc, version->dot);
}

std::vector<const Naive*> all_in_time(const Versions& versions) {
    std::vector<const Naive*> all;
    for (const auto& [dot, version] : versions) {
        if (!version.rejected) all.push_back(&version);
    }
    std::ranges::sort(all, {}, [](const Naive* v) { return std::tuple(v->hlc, v->dot); });
    return all;
}

std::vector<std::string> texts_among(const std::vector<const Naive*>& changes) {
    std::set<std::pair<std::string, FullDot>> added;
    std::set<std::pair<std::string, FullDot>> removed;
    for (const Naive* version : changes) {
        const auto change = sync::decode_set_change(std::get<std::string>(version->value), 1000);
        for (const std::string& text : change->adds) added.emplace(text, version->dot);
        for (const sync::SetElement& element : change->removes) {
            removed.emplace(element.text, FullDot{element.author, element.txn});
        }
    }
    std::set<std::string> texts;
    for (const auto& element : added) {
        if (!removed.contains(element)) texts.insert(element.first);
    }
    return {texts.begin(), texts.end()};
}

void append_u64(sync::Bytes& out, std::uint64_t number) {
    for (int i = 0; i < 8; ++i, number >>= 8U) out.push_back(static_cast<std::uint8_t>(number));
}

sync::ConflictId id_of(const schema::RecordId& record, FieldId field,
                       const std::vector<FullDot>& heads) {
    sync::Bytes name;
    sync::append(name, sync::as_view("conflict"));
    sync::append(name, record.bytes);
    append_u64(name, field);
    for (const FullDot& dot : heads) {
        sync::append(name, dot.author.node.bytes);
        append_u64(name, dot.author.epoch);
        append_u64(name, dot.txn);
    }
    return {sync::blake2b_128({name})};
}

schema::Value value_among(const std::vector<const Naive*>& heads, Merge policy) {
    const auto value = [](const Naive* version) { return version->value; };
    if (policy == Merge::smallest) return (*std::ranges::min_element(heads, {}, value))->value;
    if (policy == Merge::largest) return (*std::ranges::max_element(heads, {}, value))->value;
    return (*std::ranges::max_element(heads, {}, standing))->value;
}

/// The bases of \p version, and through rejected ones also theirs. \p most is raised to the
/// largest number of bases met on the way.
void collect_below(const Versions& versions, const Naive& version, std::set<FullDot>& below,
                   std::size_t& most) {
    most = std::max(most, version.bases.size());
    for (const FullDot& base : version.bases) {
        if (!below.insert(base).second) continue;
        const auto at = versions.find(base);
        if (at != versions.end() && at->second.rejected) {
            collect_below(versions, at->second, below, most);
        }
    }
}

}  // namespace

Shown naive_view(const NaiveKnowledge& known, FieldId field, Merge policy) {
    const Versions versions = versions_of(known, field);
    Shown shown;
    if (policy == Merge::append || policy == Merge::set) {
        const std::vector<const Naive*> all = all_in_time(versions);
        for (const Naive* version : all) shown.heads.push_back(version->dot);
        if (!all.empty()) shown.value = all.back()->value;
        if (policy == Merge::set) shown.texts = texts_among(all);
        return shown;
    }
    const std::vector<const Naive*> heads = heads_among(versions);
    if (heads.empty()) return shown;
    bool any_suspect = false;
    std::set<schema::Value> values;
    for (const Naive* head : heads) {
        shown.heads.push_back(head->dot);
        values.insert(head->value);
        any_suspect = any_suspect || head->suspect;
        for (const FullDot& base : head->bases) {
            shown.awaited = shown.awaited || !known.arrived.contains(base);
        }
    }
    shown.value = value_among(heads, policy);
    const bool by_clock = policy == Merge::last || policy == Merge::owner;
    const bool asks = policy == Merge::ask || (by_clock && any_suspect);
    if (values.size() > 1 && !shown.awaited && asks) {
        shown.conflict = id_of(known.record, field, shown.heads);
    }
    return shown;
}

std::set<FullDot> naive_heads(const NaiveKnowledge& known, FieldId field) {
    std::set<FullDot> dots;
    const Versions versions = versions_of(known, field);
    for (const Naive* head : heads_among(versions)) dots.insert(head->dot);
    return dots;
}

std::set<FullDot> naive_lost(const NaiveKnowledge& known, FieldId field, Merge policy) {
    std::set<FullDot> lost;
    if (policy == Merge::append || policy == Merge::set) return lost;
    const Versions versions = versions_of(known, field);
    const Shown shown = naive_view(known, field, policy);
    for (const FullDot& head : shown.heads) {
        if (versions.at(head).value != shown.value) lost.insert(head);
    }
    for (const auto& [dot, cover] : versions) {
        if (cover.rejected) continue;
        std::set<FullDot> below;
        std::size_t most = 0;
        collect_below(versions, cover, below, most);
        if (most < 2) continue;
        for (const FullDot& under : below) {
            const auto at = versions.find(under);
            if (at == versions.end() || at->second.rejected) continue;
            if (!shown.heads.empty() && at->second.value != shown.value) lost.insert(under);
        }
    }
    return lost;
}

std::string describe(const Shown& shown) {
    const auto text_of = [](const schema::Value& value) {
        if (const auto* number = schema::number_of(value)) return std::to_string(*number);
        if (const auto* text = schema::text_of(value)) return '"' + *text + '"';
        return std::string("nothing");
    };
    std::string out = shown.value ? text_of(*shown.value) : "no version";
    out += " heads";
    for (const FullDot& dot : shown.heads) {
        out += ' ' + std::to_string(dot.author.epoch) + ':' + std::to_string(dot.txn);
    }
    if (shown.awaited) out += " awaited";
    if (shown.conflict) out += " conflict " + std::to_string(shown.conflict->bytes[0]);
    for (const std::string& text : shown.texts) out += " +" + text;
    return out;
}

}  // namespace jiuying::test
