#include "sync/merge/state_codec.hpp"

#include "sync/merge/byte_text.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

enum ValueForm : std::uint8_t { form_none = 0, form_number = 1, form_text = 2, form_column = 3 };

/// What versions written in one transaction have in common.
struct Origin {
    Dot dot;
    Hlc hlc{};
    std::uint8_t flags = 0;
    ActorIx actor{};
    bool operator==(const Origin&) const = default;
};

Origin origin_of(const Version& version) {
    return {version.dot, version.hlc, version.flags, version.actor};
}

void sort_parts(RecordState& record, const Authors& authors) {
    const auto earlier = [&](const Version& a, const Version& b) {
        return a.dot.author == b.dot.author ? a.dot.txn < b.dot.txn
                                            : authors.less(a.dot.author, b.dot.author);
    };
    for (FieldGraph& graph : record.fields) {
        if (graph.versions.size() > 1) std::ranges::sort(graph.versions, earlier);
    }
    std::ranges::sort(record.touches, [&](const Touches& a, const Touches& b) {
        return authors.less(a.author, b.author);
    });
}

std::vector<Origin> origins_of(const RecordState& record) {
    std::vector<Origin> origins;
    for (const FieldGraph& graph : record.fields) {
        for (const Version& version : graph.versions) {
            const Origin origin = origin_of(version);
            if (std::ranges::find(origins, origin) == origins.end()) origins.push_back(origin);
        }
    }
    return origins;
}

void put_dot(std::string& out, Dot dot) {
    put_number(out, static_cast<std::uint32_t>(dot.author));
    put_number(out, dot.txn);
}

Dot take_dot(ByteText& in) {
    const auto author = static_cast<AuthorIx>(static_cast<std::uint32_t>(in.number()));
    return {author, in.number()};
}

void put_value(std::string& out, const Value& value, const Value* column) {
    if (column != nullptr && *column == value) {
        out.push_back(static_cast<char>(form_column));
    } else if (const auto* number = schema::number_of(value)) {
        out.push_back(static_cast<char>(form_number));
        put_signed(out, *number);
    } else if (const auto* text = schema::text_of(value)) {
        out.push_back(static_cast<char>(form_text));
        put_text(out, *text);
    } else {
        out.push_back(static_cast<char>(form_none));
    }
}

bool take_value(ByteText& in, Value& value, const Value* column) {
    switch (in.byte()) {
        case form_none: value = {}; return true;
        case form_number: value = in.signed_number(); return true;
        case form_text: value = std::string(in.text()); return true;
        case form_column:
            if (column == nullptr) return false;
            value = *column;
            return true;
        default: return false;
    }
}

void put_graph(std::string& out, const FieldGraph& graph, const std::vector<Origin>& origins,
               const Value* column) {
    put_number(out, graph.id);
    put_number(out, graph.versions.size());
    for (const Version& version : graph.versions) {
        const auto at = std::ranges::find(origins, origin_of(version));
        put_number(out, static_cast<std::uint64_t>(at - origins.begin()));
        put_number(out, version.bases.size());
        for (const Dot base : version.bases) put_dot(out, base);
        put_value(out, version.value, column);
    }
}

bool take_graph(ByteText& in, FieldGraph& graph, const std::vector<Origin>& origins,
                const std::function<const Value*(FieldId)>& shown) {
    graph.id = static_cast<FieldId>(in.number());
    const Value* column = shown(graph.id);
    const std::uint64_t versions = in.number();
    for (std::uint64_t i = 0; i < versions && in.good(); ++i) {
        const std::uint64_t at = in.number();
        if (at >= origins.size()) return false;
        const Origin& origin = origins[at];
        Version version{origin.dot, origin.hlc, origin.flags, origin.actor, {}, {}};
        const std::uint64_t bases = in.number();
        for (std::uint64_t b = 0; b < bases && in.good(); ++b) {
            version.bases.push_back(take_dot(in));
        }
        if (!take_value(in, version.value, column)) return false;
        graph.versions.push_back(std::move(version));
    }
    return in.good();
}

}  // namespace

std::string encode_state(RecordState& record, const std::function<const Value*(FieldId)>& shown,
                         const Authors& authors) {
    sort_parts(record, authors);
    std::string out;
    out.reserve(128);
    put_number(out, record.touches.size());
    for (const Touches& touches : record.touches) {
        put_number(out, static_cast<std::uint32_t>(touches.author));
        put_number(out, touches.txns.size());
        std::uint64_t before = 0;
        for (const std::uint64_t txn : touches.txns) {
            put_number(out, txn - before);
            before = txn;
        }
    }
    const std::vector<Origin> origins = origins_of(record);
    put_number(out, origins.size());
    for (const Origin& origin : origins) {
        put_dot(out, origin.dot);
        put_fixed64(out, static_cast<std::uint64_t>(origin.hlc));
        out.push_back(static_cast<char>(origin.flags));
        put_number(out, static_cast<std::uint32_t>(origin.actor));
    }
    put_number(out, record.fields.size());
    for (const FieldGraph& graph : record.fields) {
        put_graph(out, graph, origins, shown(graph.id));
    }
    return out;
}

bool decode_state(std::string_view blob, RecordState& record,
                  const std::function<const Value*(FieldId)>& shown) {
    ByteText in{blob};
    const std::uint64_t authors = in.number();
    for (std::uint64_t i = 0; i < authors && in.good(); ++i) {
        Touches& touches = record.touches.emplace_back();
        touches.author = static_cast<AuthorIx>(static_cast<std::uint32_t>(in.number()));
        const std::uint64_t txns = in.number();
        std::uint64_t txn = 0;
        for (std::uint64_t t = 0; t < txns && in.good(); ++t) {
            txn += in.number();
            touches.txns.push_back(txn);
        }
        if (touches.txns.empty()) return false;
    }
    std::vector<Origin> origins;
    const std::uint64_t count = in.number();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        Origin& origin = origins.emplace_back();
        origin.dot = take_dot(in);
        origin.hlc = Hlc{in.fixed64()};
        origin.flags = in.byte();
        origin.actor = static_cast<ActorIx>(static_cast<std::uint32_t>(in.number()));
    }
    const std::uint64_t fields = in.number();
    for (std::uint64_t i = 0; i < fields && in.good(); ++i) {
        if (!take_graph(in, record.fields.emplace_back(), origins, shown)) return false;
    }
    return in.good() && in.at_end();
}

}  // namespace jiuying::sync
