// The node itself: how it stands, whether it is whole, who may join it.
#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/stick_view.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"
#include "node/folder/invitation_file.hpp"
#include "node/folder/node_folder.hpp"
#include "schema/time_text.hpp"
#include "sync/trust/roster.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;

constexpr std::int64_t day_ms = 24 * 3'600'000;
constexpr std::int64_t expires_days = 30;
constexpr std::int64_t expires_days_max = 365;
constexpr std::size_t inbox_max = 20;  ///< Of what the hub sent back, shown in status.

std::string_view role_name(const Profile& profile) {
    return profile.role == Profile::Role::hub ? "hub" : "station";
}

template <class T>
json::value number_or_null(const std::optional<T>& number) {
    if (!number) return nullptr;
    return json::value(*number);
}

json::value receipt_json(const StatusFacts& facts) {
    if (!facts.receipt_seq) return nullptr;
    return json::object{{"seq", *facts.receipt_seq},
                        {"time", time_or_null(facts.receipt_time_ms.value_or(0))}};
}

/// The name of a reason, as the registry has it.
json::value reason_name(const NoticeView& notice) {
    const EntityId kind = notice.rejection ? EntityId::rejection : EntityId::notice;
    const schema::FieldId id =
        notice.rejection ? schema::rejection::reason : schema::notice::reason;
    const schema::Field* field = schema::find_field(entity_of(kind), id);
    return json::value(std::string{schema::choice_name(*field, notice.reason)});
}

/// What the hub sent back and waits, the latest last: refused transactions, or faults of content.
json::array inbox(CommandContext& context, bool rejections) {
    std::vector<NoticeView> all = context.replica.notices();
    std::erase_if(all, [&](const NoticeView& one) { return one.rejection != rejections; });
    const std::size_t skip = all.size() - std::min(all.size(), inbox_max);
    json::array shown;
    for (std::size_t at = skip; at < all.size(); ++at) {
        const NoticeView& notice = all[at];
        json::object one{{"record", to_text(notice.record)},
                         {"number", notice.number},
                         {"station", notice.station},
                         {"txn", notice.txn},
                         {"reason", reason_name(notice)}};
        if (notice.field != nullptr) one["field"] = notice.field->name;
        shown.push_back(std::move(one));
    }
    return shown;
}

json::array differing_json(CommandContext& context) {
    json::array all;
    for (const DifferingView& one : context.replica.differing()) {
        all.push_back(json::object{{"with", one.with},
                                   {"record", to_text(one.record)},
                                   {"number", one.number},
                                   {"what", one.what},
                                   {"at", time_or_null(one.at_ms)}});
    }
    return all;
}

schema::ScopeId scope_asked_for(CommandContext& context, const json::object& args) {
    const Profile& profile = context.replica.profile();
    const auto code = text_in(args, "station");
    if (!code || *code == profile.station_code) return profile.scope;
    const auto scope =
        profile.role == Profile::Role::hub ? context.replica.scope_of_station(*code) : std::nullopt;
    if (!scope) throw Failure{Error::unknown_station, Detail::id, *code};
    return *scope;
}

/// What `explain` knows about a problem of that kind.
Error error_of(VerifyProblem::Kind kind) {
    switch (kind) {
        case VerifyProblem::Kind::file: return Error::database_damaged;
        case VerifyProblem::Kind::log: return Error::chain_broken;
        case VerifyProblem::Kind::table: return Error::table_differs;
    }
    return Error::unexpected;
}

}  // namespace

json::object status(CommandContext& context, const json::object&) {
    const StatusFacts facts = context.replica.status();
    const Profile& profile = context.replica.profile();
    json::object answer{{"role", role_name(profile)},
                        {"station", profile.station_code},
                        {"name", profile.name},
                        {"district", profile.district},
                        {"appeals", facts.appeals},
                        {"unsent", facts.unsent},
                        {"conflicts", facts.conflicts},
                        {"rejected", facts.rejected},
                        {"notices", facts.notices},
                        {"last_receipt", receipt_json(facts)},
                        {"clock_offset_ms", number_or_null(facts.clock_offset_ms)},
                        {"enrolled", facts.enrolled},
                        {"diverged", facts.diverged},
                        {"alarms", facts.alarms},
                        {"put_back", time_or_null(facts.put_back_ms.value_or(0))},
                        {"serving", context.serving},
                        {"hub", profile.hub.address},
                        {"last_contact", time_or_null(facts.last_contact_ms)},
                        {"last_try", time_or_null(facts.last_try_ms)}};
    if (profile.role == Profile::Role::station) {
        answer["filling"] = nullptr;
        if (facts.filling) {
            answer["filling"] =
                json::object{{"records", facts.filling->records}, {"of", facts.filling->of}};
        }
        answer["pruned"] = facts.pruned;
    }
    answer["waiting"] =
        json::object{{"values", facts.waiting_values}, {"segments", facts.waiting_segments}};
    json::array differing = differing_json(context);
    if (!differing.empty()) answer["differing"] = std::move(differing);
    if (facts.rejected != 0) answer["rejections"] = inbox(context, true);
    if (facts.notices != 0) answer["content_notices"] = inbox(context, false);
    if (profile.role == Profile::Role::hub) {
        answer["stations"] = station_list(context, {}).at("stations");
        json::array missing;
        for (const json::value& station : answer.at("stations").as_array()) {
            for (const json::value& gap : station.at("missing").as_array()) missing.push_back(gap);
        }
        answer["missing"] = std::move(missing);
    } else {
        for (auto& member : stick_view(context, profile.hub.node, std::string{hub_desk_code})) {
            answer[member.key()] = std::move(member.value());
        }
    }
    return answer;
}

json::object digest(CommandContext& context, const json::object& args) {
    const DigestFacts facts = context.replica.digest(scope_asked_for(context, args));
    json::object heads;
    for (const auto& [author, seq] : facts.heads) heads[author] = seq;
    return {{"scope", to_text(facts.scope)},
            {"digest", sync::hex_encode(facts.digest)},
            {"heads", std::move(heads)},
            {"records", facts.records}};
}

json::object verify(CommandContext& context, const json::object&) {
    const FolderLayout layout{context.data};
    const VerifyReport report = context.replica.verify(layout.verify_scratch().string());
    json::array problems;
    for (const VerifyProblem& problem : report.problems) {
        std::string text{entry_of(error_of(problem.kind)).code};
        problems.push_back(json::string(text.append(" ").append(problem.text)));
    }
    // The log and the tables agree: whether they are what was once written, their chains tell.
    for (const AuditFault& fault : context.replica.check_audit(false).faults) {
        std::string text{entry_of(Error::audit_broken).code};
        text.append(" 审计 audit ").append(fault.station).append(" #");
        text.append(std::to_string(fault.number)).append(": 对不上 (not as it was written)");
        problems.push_back(json::string(text));
    }
    return {{"ok", problems.empty()},
            {"checked", json::object{{"segments", report.segments},
                                     {"transactions", report.transactions},
                                     {"records", report.records},
                                     {"cells", report.cells}}},
            {"problems", std::move(problems)}};
}

json::object invite(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const std::string code = require_text(args, "station");
    const std::string name = require_text(args, "name");
    const std::string region = require_text(args, "region");
    const std::string address = text_in(args, "hub").value_or("");
    const std::int64_t days = number_in(args, "expires_days").value_or(expires_days);
    if (!is_station_code(code) || code == hub_desk_code) {
        throw Failure{Error::bad_value, Detail::option, "--station"};
    }
    if (days < 1 || days > expires_days_max) {
        throw Failure{Error::bad_value, Detail::option, "--expires-days"};
    }
    if (!address.empty() && !is_address(address)) {
        throw Failure{Error::bad_address, Detail::address, address};
    }
    const auto& fields = entity_of(EntityId::station);
    (void)require_value(*schema::find_field(fields, schema::station::name), json::value(name));
    if (is_blank(name)) throw Failure{Error::missing_option, Detail::option, "--name"};
    // A station may serve a whole street, with communities below it.
    if (!knows_region(context, region)) {
        throw Failure{Error::unknown_region, Detail::field, "region"};
    }

    InvitationFile invitation;
    const Profile& profile = context.replica.profile();
    invitation.district = profile.district;
    invitation.district_scope = profile.district_scope;
    invitation.hub = profile.hub;
    if (!address.empty()) invitation.hub.address = address;
    // Whole seconds: what the file says is what the hub keeps.
    const std::int64_t now_s = context.environment.now_ms() / 1000;
    invitation.station =
        context.replica.invite(actor, code, name, region, now_s * 1000 + days * day_ms);
    return {{"station", code},
            {"expires_at", schema::format_time(invitation.station.expires_at_ms)},
            {"invitation", to_json(invitation)}};
}

json::object rejoin(CommandContext& context, const json::object& args) {
    const InvitationFile invitation = parse_invitation(require_object(args, "invitation"));
    const Profile& mine = context.replica.profile();
    if (invitation.district != mine.district || invitation.district_scope != mine.district_scope) {
        throw Failure{Error::invitation_other_district};
    }
    // Keys and log belong to this station at this hub; for another one a new folder is made.
    if (invitation.hub.node != mine.hub.node) throw Failure{Error::invitation_other_hub};
    if (invitation.station.scope != mine.scope) {
        throw Failure{Error::unknown_station, Detail::id, invitation.station.station_code};
    }
    Profile fresh = profile_of(invitation);
    if (fresh.hub.address.empty()) fresh.hub.address = mine.hub.address;
    const auto told = sync::verify_certificate(fresh.hub.certificate, sync::as_view(mine.district));
    const auto kept = sync::verify_certificate(mine.hub.certificate, sync::as_view(mine.district));
    if (told && kept && told->root != kept->root) throw Failure{Error::certificate_other_hub};
    if (!told || (kept && kept->generation > told->generation)) {
        fresh.hub.certificate = mine.hub.certificate;
    }
    const std::string station = fresh.station_code;
    const std::string actor = actor_of(context, args);
    Replica::Batch batch{context.replica};
    context.replica.set_invitation(std::move(fresh));
    context.replica.audit({actor, "invitation.take", station, schema::audit::done,
                           sync::hex_encode(invitation.station.id)});
    batch.commit();
    return {{"station", station},
            {"expires_at", schema::format_time(invitation.station.expires_at_ms)}};
}

}  // namespace jiuying::node::commands
