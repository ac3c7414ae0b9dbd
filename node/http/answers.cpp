#include "node/http/answers.hpp"

#include "node/commands/failure_wire.hpp"

namespace jiuying::node {
namespace {

unsigned status_of(const Failure& failure) {
    switch (failure.error()) {
        case Error::not_signed_in:
        case Error::wrong_login: return 401;
        case Error::not_allowed:
        case Error::not_from_page:
        case Error::setup_code_bad: return 403;
        case Error::no_such_page:
        case Error::unknown_user:
        case Error::record_not_found:
        case Error::no_such_conflict: return 404;
        case Error::conflict_changed:
        case Error::record_changed:
        case Error::event_not_allowed:
        case Error::write_not_allowed:
        case Error::ext_no_taken: return 409;
        case Error::login_locked:
        case Error::too_many_logins:
        case Error::too_many_attempts: return 429;
        case Error::hub_unreachable:
        case Error::connection_lost:
        case Error::hub_busy:
        case Error::sync_timeout:
        case Error::database_busy: return 503;
        case Error::disk_full: return 507;
        case Error::unexpected: return 500;
        default: break;
    }
    switch (failure.exit_code()) {
        case exit_code::usage: return 400;
        case exit_code::integrity: return 500;
        default: return 422;
    }
}

}  // namespace

HttpAnswer answer_of(const boost::json::value& document) {
    HttpAnswer answer;
    answer.body = boost::json::serialize(document);
    return answer;
}

HttpAnswer answer_of(const Failure& failure, std::string_view program) {
    boost::json::object document = error_document(failure, Lang::zh, program);
    const ErrorEntry& entry = entry_of(failure.error());
    boost::json::object& error = document["error"].as_object();
    error["data"] = entry.data.zh;
    const boost::json::object english = error_document(failure, Lang::en, program);
    document["en"] = english.at("error");
    document["en"].as_object()["data"] = entry.data.en;
    HttpAnswer answer = answer_of(document);
    answer.status = status_of(failure);
    return answer;
}

}  // namespace jiuying::node
