#include "sync/merge/state_codec.hpp"

#include "sync/merge/byte_text.hpp"
#include "sync/merge/graph_index.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace jiuying::sync {
namespace {

enum ValueForm : std::uint8_t { form_none = 0, form_number = 1, form_text = 2, form_column = 3 };

/// What versions written in one transaction have in common.
struct WriteFacts {
    Dot dot;
    Hlc hlc{};
    std::uint8_t flags = 0;
    ActorIx actor{};
    bool operator==(const WriteFacts&) const = default;
};

WriteFacts origin_of(const Version& version) {
    return {version.dot, version.hlc, version.flags, version.actor};
}

/// Origins in order of first use. A few are looked through; many, which only a flood of versions
/// makes, are kept in order.
class OriginTable {
public:
    /// The place of \p origin, which is added if it is new.
    std::size_t place(const WriteFacts& origin) {
        if (places_.empty()) {
            const auto at = std::ranges::find(all_, origin);
            if (at != all_.end()) return static_cast<std::size_t>(at - all_.begin());
        } else if (const auto at = places_.find(key(origin)); at != places_.end()) {
            return at->second;
        }
        all_.push_back(origin);
        if (all_.size() > index_from && places_.empty()) {
            for (const WriteFacts& one : all_) places_.emplace(key(one), places_.size());
        } else if (!places_.empty()) {
            places_.emplace(key(origin), all_.size() - 1);
        }
        return all_.size() - 1;
    }
    [[nodiscard]] const std::vector<WriteFacts>& all() const { return all_; }

private:
    using Key = std::tuple<AuthorIx, std::uint64_t, Hlc, std::uint8_t, ActorIx>;
    static Key key(const WriteFacts& origin) {
        return {origin.dot.author, origin.dot.txn, origin.hlc, origin.flags, origin.actor};
    }
    std::vector<WriteFacts> all_;
    std::map<Key, std::size_t> places_;
};

bool earlier(const Dot& a, const Dot& b, const Authors& authors) {
    return a.author == b.author ? a.txn < b.txn : authors.less(a.author, b.author);
}

void sort_parts(RecordState& record, const Authors& authors) {
    const auto less = [&](const Dot& a, const Dot& b) { return earlier(a, b, authors); };
    for (FieldGraph& graph : record.fields) {
        if (graph.versions.size() > 1) std::ranges::sort(graph.versions, less, &Version::dot);
    }
    std::ranges::sort(record.touches, [&](const Touches& a, const Touches& b) {
        return authors.less(a.author, b.author);
    });
}

OriginTable origins_of(const RecordState& record) {
    OriginTable origins;
    for (const FieldGraph& graph : record.fields) {
        for (const Version& version : graph.versions) origins.place(origin_of(version));
    }
    return origins;
}

void put_dot(std::string& out, Dot dot) {
    put_number(out, static_cast<std::uint32_t>(dot.author));
    put_number(out, dot.txn);
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

void put_graph(std::string& out, const FieldGraph& graph, OriginTable& origins,
               const Value* column) {
    put_number(out, graph.id);
    put_number(out, graph.versions.size());
    for (const Version& version : graph.versions) {
        put_number(out, origins.place(origin_of(version)));
        put_number(out, version.bases.size());
        for (const Dot base : version.bases) put_dot(out, base);
        put_value(out, version.value, column);
    }
}

/// Takes nothing for granted: a disk or a person may have changed any byte. What is read is in the
/// order that encode_state would write, and names nobody whom this database does not know.
class StateReader {
public:
    StateReader(std::string_view blob, const Authors& authors, std::size_t actors,
                const std::function<const Value*(FieldId)>& shown)
        : in_(blob), authors_(authors), actors_(actors), shown_(shown) {}

    bool read(RecordState& record) {
        return read_touches(record) && read_origins() && read_fields(record) && in_.good() &&
               in_.at_end();
    }

private:
    bool read_touches(RecordState& record) {
        const std::uint64_t authors = in_.number();
        for (std::uint64_t i = 0; i < authors; ++i) {
            Touches touches;
            const std::uint64_t author = in_.number();
            if (author >= authors_.size()) return false;
            touches.author = static_cast<AuthorIx>(author);
            if (i > 0 && !authors_.less(record.touches.back().author, touches.author)) return false;
            const std::uint64_t txns = in_.number();
            std::uint64_t txn = 0;
            for (std::uint64_t t = 0; t < txns; ++t) {
                const std::uint64_t step = in_.number();
                if (step == 0 || step > ~txn) return false;
                touches.txns.push_back(txn += step);
            }
            if (txns == 0) return false;
            record.touches.push_back(std::move(touches));
        }
        return in_.good();
    }

    bool read_origins() {
        const std::uint64_t count = in_.number();
        for (std::uint64_t i = 0; i < count; ++i) {
            WriteFacts origin;
            if (!read_dot(origin.dot)) return false;
            origin.hlc = Hlc{in_.fixed64()};
            origin.flags = in_.byte();
            const std::uint64_t actor = in_.number();
            if (actor >= actors_) return false;
            origin.actor = static_cast<ActorIx>(actor);
            if (!in_.good() || origins_.place(origin) != i) return false;
        }
        return in_.good();
    }

    bool read_fields(RecordState& record) {
        const std::uint64_t fields = in_.number();
        for (std::uint64_t i = 0; i < fields; ++i) {
            const std::uint64_t id = in_.number();
            const std::uint64_t least = i == 0 ? 0 : record.fields.back().id + std::uint64_t{1};
            if (id < least || id > std::numeric_limits<FieldId>::max()) return false;
            FieldGraph& graph = record.fields.emplace_back();
            graph.id = static_cast<FieldId>(id);
            if (!read_graph(graph)) return false;
        }
        return used_ == origins_.all().size();
    }

    bool read_graph(FieldGraph& graph) {
        const Value* column = shown_(graph.id);
        const std::uint64_t versions = in_.number();
        for (std::uint64_t i = 0; i < versions; ++i) {
            const std::uint64_t at = in_.number();
            if (!in_.good() || at > used_ || at >= origins_.all().size()) return false;
            if (at == used_) ++used_;
            const WriteFacts& origin = origins_.all()[at];
            if (i > 0 && !earlier(graph.versions.back().dot, origin.dot, authors_)) return false;
            Version version{origin.dot, origin.hlc, origin.flags, origin.actor, {}, {}};
            const std::uint64_t bases = in_.number();
            for (std::uint64_t b = 0; b < bases; ++b) {
                if (!read_dot(version.bases.emplace_back())) return false;
            }
            if (!read_value(version.value, column)) return false;
            graph.versions.push_back(std::move(version));
        }
        return in_.good();
    }

    bool read_dot(Dot& dot) {
        const std::uint64_t author = in_.number();
        if (author >= authors_.size()) return false;
        dot = {static_cast<AuthorIx>(author), in_.number()};
        return in_.good();
    }

    bool read_value(Value& value, const Value* column) {
        switch (in_.byte()) {
            case form_none: value = {}; break;
            case form_number: value = in_.signed_number(); break;
            case form_text: value = std::string(in_.text()); break;
            case form_column:
                if (column == nullptr) return false;
                value = *column;
                break;
            default: return false;
        }
        return in_.good();
    }

    ByteText in_;
    const Authors& authors_;
    std::size_t actors_;
    const std::function<const Value*(FieldId)>& shown_;
    OriginTable origins_;
    std::size_t used_ = 0;  ///< Of the origins, which stand in the order of their first use.
};

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
    OriginTable origins = origins_of(record);
    put_number(out, origins.all().size());
    for (const WriteFacts& origin : origins.all()) {
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
                  const std::function<const Value*(FieldId)>& shown, const Authors& authors,
                  std::size_t actors) {
    return StateReader{blob, authors, actors, shown}.read(record);
}

}  // namespace jiuying::sync
