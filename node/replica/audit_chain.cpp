#include "node/replica/audit_chain.hpp"

#include <algorithm>
#include <span>

namespace jiuying::node {

sync::Hash32 audit_start(const schema::NodeId& node) {
    return sync::Hasher{}.add("jiuying audit start v1").add(node.bytes).finish_as<32>();
}

sync::Hash32 audit_link(sync::View before, const AuditRow& row) {
    sync::Hasher hash;
    hash.add("jiuying audit row v1").add(before);
    hash.add_u64(row.number);
    hash.add_u64(static_cast<std::uint64_t>(row.at_ms));
    hash.add_u64(static_cast<std::uint64_t>(row.result));
    for (const std::string* text : {&row.actor, &row.action, &row.target, &row.detail}) {
        hash.add_u64(text->size()).add(*text);
    }
    return hash.finish_as<32>();
}

std::vector<AuditFault> audit_faults(const std::vector<AuditRow>& rows, std::size_t most) {
    using Kind = AuditFault::Kind;
    std::vector<AuditFault> faults;
    const auto add = [&](Kind kind, const AuditRow& at, std::uint64_t first, std::uint64_t last) {
        faults.push_back({kind, at.node, at.station, first, last});
    };
    // Rows of the number before, behind any of which the next may stand: a node that was put back
    // to an older state has several of a number.
    std::span<const AuditRow> before;
    std::uint64_t last = 0;
    for (std::size_t at = 0; at < rows.size() && faults.size() < most;) {
        const std::uint64_t number = rows[at].number;
        std::size_t end = at;
        while (end < rows.size() && rows[end].number == number) ++end;
        const std::span<const AuditRow> same{&rows[at], end - at};
        const bool gap = number != last + 1;
        // Number 0 is given to no row.
        if (gap && number > last) add(Kind::missing, rows[at], last + 1, number - 1);
        for (const AuditRow& row : same) {
            const auto follows = [&](sync::View chain) {
                return sync::as_text(audit_link(chain, row)) == row.chain;
            };
            const bool sound =
                number != 0 && row.chain.size() == sync::Hash32{}.size() &&
                (gap || (number == 1 ? follows(audit_start(row.node))
                                     : std::ranges::any_of(before, [&](const AuditRow& earlier) {
                                           return follows(sync::as_view(earlier.chain));
                                       })));
            if (!sound) add(Kind::changed, row, number, number);
        }
        before = same;
        last = number;
        at = end;
    }
    return faults;
}

}  // namespace jiuying::node
