#include "node/commands/failure_wire.hpp"

#include <algorithm>

namespace jiuying::node {

namespace json = boost::json;

json::object to_wire(const Failure& failure) {
    json::array details;
    for (const auto& [kind, text] : failure.details()) {
        details.push_back(json::array{static_cast<int>(kind), text});
    }
    json::object wire{{"error", static_cast<int>(failure.error())},
                      {"details", std::move(details)}};
    if (const auto* telling = dynamic_cast<const TellingFailure*>(&failure)) {
        wire["more"] = telling->more();
    }
    return wire;
}

namespace {

/// The error of that number; `unexpected` for one that this program does not know.
Error error_of(std::int64_t number) {
    for (const ErrorEntry& entry : error_catalogue()) {
        if (static_cast<std::int64_t>(entry.error) == number) return entry.error;
    }
    return Error::unexpected;
}

std::int64_t number_in(const json::value* value) {
    return value != nullptr && value->is_int64() ? value->get_int64() : -1;
}

void add_detail(Failure& failure, const json::value& detail) {
    const json::array* pair = detail.if_array();
    if (pair == nullptr || pair->size() != 2) return;
    const std::int64_t kind = number_in(&(*pair)[0]);
    const json::string* text = (*pair)[1].if_string();
    const bool known = kind >= 0 && kind <= static_cast<std::int64_t>(Detail::last_of_list);
    if (known && text != nullptr) failure.with(static_cast<Detail>(kind), std::string{*text});
}

}  // namespace

void throw_from_wire(const json::value& wire) {
    const json::object* object = wire.if_object();
    if (object == nullptr) throw Failure{Error::unexpected};
    Failure failure{error_of(number_in(object->if_contains("error")))};
    const json::value* details = object->if_contains("details");
    if (details != nullptr && details->is_array()) {
        for (const json::value& detail : details->get_array()) add_detail(failure, detail);
    }
    const json::value* more = object->if_contains("more");
    if (more != nullptr && more->is_object()) {
        throw TellingFailure{std::move(failure), more->get_object()};
    }
    throw failure;
}

json::object error_document(const Failure& failure, Lang lang, std::string_view program) {
    json::object document = json::parse(failure.json(lang, program)).as_object();
    if (const auto* telling = dynamic_cast<const TellingFailure*>(&failure)) {
        for (const auto& member : telling->more()) {
            if (member.key() != "error") document[member.key()] = member.value();
        }
    }
    return document;
}

}  // namespace jiuying::node
