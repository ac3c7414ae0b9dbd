#include "sync/merge/set_value.hpp"

#include "schema/utf8.hpp"
#include "sync/merge/byte_text.hpp"

#include <algorithm>
#include <tuple>

namespace jiuying::sync {

std::string encode_set_change(const SetChange& change) {
    std::string out;
    put_number(out, change.adds.size());
    for (const std::string& text : change.adds) put_text(out, text);
    put_number(out, change.removes.size());
    for (const SetElement& element : change.removes) {
        put_text(out, element.text);
        out.append(reinterpret_cast<const char*>(element.author.node.bytes.data()), 16);
        put_fixed64(out, element.author.epoch);
        put_number(out, element.txn);
    }
    return out;
}

Result<SetChange> decode_set_change(std::string_view bytes, std::uint32_t text_max) {
    ByteText in{bytes};
    SetChange change;
    const auto take_text = [&](std::string& text) -> Result<void> {
        text = in.text();
        if (text.find('\0') != std::string::npos) return Errc::malformed;  // As in any text.
        if (!schema::is_utf8(text)) return Errc::not_utf8;
        if (schema::count_code_points(text) > text_max) return Errc::out_of_bounds;
        return {};
    };
    const std::uint64_t adds = in.number();
    if (adds > SetChange::elements_max) return Errc::out_of_bounds;
    for (std::uint64_t i = 0; i < adds && in.good(); ++i) {
        const Result<void> taken = take_text(change.adds.emplace_back());
        if (!taken) return taken.error();
    }
    const std::uint64_t removes = in.number();
    if (removes > SetChange::elements_max) return Errc::out_of_bounds;
    for (std::uint64_t i = 0; i < removes && in.good(); ++i) {
        SetElement& element = change.removes.emplace_back();
        const Result<void> taken = take_text(element.text);
        if (!taken) return taken.error();
        in.fixed(element.author.node.bytes);
        element.author.epoch = in.fixed64();
        element.txn = in.number();
    }
    if (!in.good() || !in.at_end()) return Errc::malformed;
    return change;
}

Result<void> check_set_change(std::string_view bytes, std::uint32_t text_max) {
    // What is removed may be of any shape: that is how it is mended.
    const Result<SetChange> change = decode_set_change(bytes, ~0U);
    if (!change) return change.error();
    for (const std::string& text : change->adds) {
        if (text.empty() || text.find('\n') != std::string::npos) return Errc::malformed;
        if (schema::count_code_points(text) > text_max) return Errc::out_of_bounds;
    }
    return {};
}

std::vector<SetElement> live_elements(const RecordState& record, const FieldGraph& graph,
                                      const Authors& authors) {
    std::vector<SetElement> added;
    std::vector<SetElement> removed;
    for (const Version* version : view(record, graph, schema::Merge::set, authors).heads) {
        const std::string* bytes = schema::text_of(version->value);
        if (bytes == nullptr) continue;
        const Result<SetChange> change = decode_set_change(*bytes, ~0U);
        if (!change) continue;
        for (const std::string& text : change->adds) {
            added.push_back({text, authors[version->dot.author], version->dot.txn});
        }
        removed.insert(removed.end(), change->removes.begin(), change->removes.end());
    }
    // Both sorted: many stations together may have written very many removes.
    const auto by_name = [](const SetElement& element) {
        return std::tie(element.text, element.author, element.txn);
    };
    std::ranges::sort(added, {}, by_name);
    const auto twice = std::ranges::unique(added);  // A change may add one text twice.
    added.erase(twice.begin(), twice.end());
    std::ranges::sort(removed, {}, by_name);
    std::erase_if(added, [&](const SetElement& element) {
        return std::ranges::binary_search(removed, by_name(element), {}, by_name);
    });
    return added;
}

std::vector<std::string> live_texts(const RecordState& record, const FieldGraph& graph,
                                    const Authors& authors) {
    std::vector<std::string> texts;
    for (SetElement& element : live_elements(record, graph, authors)) {
        if (texts.empty() || texts.back() != element.text) texts.push_back(std::move(element.text));
    }
    return texts;
}

}  // namespace jiuying::sync
