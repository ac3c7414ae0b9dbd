#include "schema/intake_facts.hpp"

#include <algorithm>
#include <charconv>

namespace jiuying::schema {
namespace {

void add_line(std::string& text, std::string_view name, std::string_view value) {
    if (value.find('\n') != value.npos) return;
    if (!text.empty()) text += '\n';
    text.append(name).append("=").append(value);
}

void add(std::string& text, std::string_view name, const std::optional<bool>& value) {
    if (value) add_line(text, name, *value ? "1" : "0");
}

void add(std::string& text, std::string_view name, const std::optional<std::string>& value) {
    if (value) add_line(text, name, *value);
}

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{number} : std::nullopt;
}

void read(std::optional<std::string>& fact, std::string_view value) {
    if (!fact) fact = std::string{value};
}

void read(std::optional<bool>& fact, std::string_view value) {
    if (!fact && (value == "0" || value == "1")) fact = value == "1";
}

void read_line(IntakeFacts& facts, std::string_view name, std::string_view value) {
    if (name == "type") {
        const auto number = number_in(value);
        const auto last = static_cast<std::int64_t>(AppealType::praise);
        if (facts.type || !number || *number < 0 || *number > last) return;
        facts.type = AppealType{static_cast<std::uint8_t>(*number)};
    } else if (name == "ext_due_at") {
        if (!facts.ext_due_at) facts.ext_due_at = number_in(value);
    } else if (name == "category") {
        read(facts.category, value);
    } else if (name == "region") {
        read(facts.region, value);
    } else if (name == "subject_unit") {
        read(facts.subject_unit, value);
    } else if (name == "enterprise") {
        read(facts.enterprise, value);
    } else if (name == "anonymous") {
        read(facts.anonymous, value);
    } else if (name == "has_phone") {
        read(facts.has_phone, value);
    } else if (name == "from_leader") {
        read(facts.from_leader, value);
    }
}

}  // namespace

std::string text_of(const IntakeFacts& facts) {
    std::string text;
    if (facts.type) add_line(text, "type", std::to_string(static_cast<int>(*facts.type)));
    add(text, "category", facts.category);
    add(text, "region", facts.region);
    add(text, "subject_unit", facts.subject_unit);
    if (facts.ext_due_at) add_line(text, "ext_due_at", std::to_string(*facts.ext_due_at));
    add(text, "enterprise", facts.enterprise);
    add(text, "anonymous", facts.anonymous);
    add(text, "has_phone", facts.has_phone);
    add(text, "from_leader", facts.from_leader);
    return text;
}

IntakeFacts read_intake_facts(std::string_view text) {
    IntakeFacts facts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t equals = line.find('=');
        if (equals != line.npos) read_line(facts, line.substr(0, equals), line.substr(equals + 1));
    }
    return facts;
}

}  // namespace jiuying::schema
